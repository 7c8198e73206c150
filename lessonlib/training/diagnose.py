"""What passes through a network, layer by layer: signal forwards, gradient backwards."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import inf

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from lessonlib.models.modes import eval_mode
from lessonlib.training.fitting import check_network, parameter_type, prepared
from lessonlib.training.layer_diagnosis import Diagnosis, LayerDiagnosis
from lessonlib.training.losses import LOSSES
from lessonlib.training.trail import Trail


def diagnose(
    model: nn.Module,
    batch: tuple[Tensor, Tensor],
    *,
    loss: str = "cross_entropy",
    lr: float | None = None,
) -> Diagnosis:
    """Follow a batch through a network, and its loss back; say which layer is stuck, and why.

        batch = next(train.ordered(200))
        found = diagnose(network, batch, lr=recipe.lr)
        print(found)          # one sentence
        found.blocked         # "conv1", or None
        found.frame()         # one row per layer

    Nothing is trained. Network, mode, gradients and the caller's random numbers are left as they
    were; the network is asked in evaluation mode, so without dropout. In float32 a signal or
    gradient below about 1e-38 is 0: call `model.double()` first where depth may take it there.

    Args:
        model: a network with `prepare`, whose layers are called in order.
        batch: images (N, C, H, W), uint8, or floats that are prepared already, of the shape that
            the network reads; and labels (N,).
        loss: a name in `lessonlib.training.LOSSES`.
        lr: the learning rate of plain SGD, which turns `step` into the size of one step.

    Raises:
        ValueError: fewer than two pictures, other shapes, an unknown loss, labels beyond the
            scores, or a network without weights, with lazy ones, or without `prepare`.
    """
    images, labels = _checked(batch)
    check_network(model)
    if loss not in LOSSES:
        raise ValueError(f"unknown loss {loss!r}; known: {', '.join(LOSSES)}")
    dtype = _checked_type(model)
    ready = images.to(dtype) if images.is_floating_point() else prepared(model, images, dtype)
    trail = Trail(model)
    with eval_mode(model), torch.enable_grad(), _trainable(model):
        with trail.kept():
            scores = model(ready)
        _check_labels(labels, scores)
        value = LOSSES[loss](scores, labels)
        return Diagnosis(
            [_layer(trail, part, value, len(labels), lr) for part in trail.sums],
            loss=value.item(),
            classes=scores.shape[1] if loss == "cross_entropy" else None,
            labels=len(labels.unique()),
            lr=lr,
        )


def _checked(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    images, labels = batch
    has_shape = images.ndim > 1 if images.is_floating_point() else images.ndim == 4
    if not has_shape or labels.shape != images.shape[:1] or len(labels) < 2:
        raise ValueError(
            f"expected a batch of at least two images (N, C, H, W) and their labels (N,), got "
            f"{tuple(images.shape)} and {tuple(labels.shape)}"
        )
    return images, labels


def _checked_type(model: nn.Module) -> torch.dtype:
    """The type of the network's weights, which are there."""
    dtype = parameter_type(model)
    if dtype is None:
        raise ValueError(f"expected a network with weights, {type(model).__name__} has none")
    lazy = [name for name, number in model.named_parameters() if is_lazy(number)]
    if lazy:
        raise ValueError(
            f"expected weights that have been drawn, but {lazy[0]} is lazy: it gets its shape from "
            f"the first batch; call model(model.prepare(images)) once, then diagnose"
        )
    return dtype


def _check_labels(labels: Tensor, scores: Tensor) -> None:
    if labels.max() >= scores.shape[1]:
        raise ValueError(
            f"expected labels below {scores.shape[1]}, the number of scores, got "
            f"{int(labels.max())}; build the network with one score per class"
        )


def _layer(
    trail: Trail, part: nn.Module, value: Tensor, count: int, lr: float | None
) -> LayerDiagnosis:
    numbers, states = dict(part.named_parameters(recurse=False)), trail.states[part].detach()
    by_sums, *by_numbers = torch.autograd.grad(
        value, [trail.sums[part], *numbers.values()], retain_graph=True, materialize_grads=True
    )
    places = [dim for dim in range(states.ndim) if dim != 1]
    return LayerDiagnosis(
        layer=trail.names[part],
        signal=_rms(states.std(0)),
        gradient=_rms(count * by_sums),
        weight_gradient=_norm(by_numbers),
        weights=_norm(numbers.values()),
        dead=int((states == 0).all(dim=places).sum()),
        units=states.shape[1],
        incoming=_rms(trail.inputs[part].detach().std(0)),
        level=_rms(states.mean(0)),
        step=(1 if lr is None else lr) * _step(numbers, by_numbers),
    )


def _step(numbers: dict[str, Tensor], by_numbers: list[Tensor]) -> float:
    """Norm of the gradient by the weights over that of the weights, without biases."""
    pairs = zip(numbers.items(), by_numbers, strict=True)
    own = [(number, by) for (name, number), by in pairs if name != "bias"]
    if not own:
        return 0.0
    size = _norm(number for number, _ in own)
    return _norm(by for _, by in own) / size if size else inf


def _rms(values: Tensor) -> float:
    return values.square().mean().sqrt().item()


def _norm(tensors: Iterable[Tensor]) -> float:
    return torch.cat([tensor.detach().flatten() for tensor in tensors]).norm().item()


@contextmanager
def _trainable(model: nn.Module) -> Iterator[None]:
    """Ask for the gradients of frozen weights, too, until the block ends."""
    frozen = [number for number in model.parameters() if not number.requires_grad]
    try:
        for number in frozen:
            number.requires_grad_(True)
        yield
    finally:
        for number in frozen:
            number.requires_grad_(False)
