"""What passes through a network, layer by layer: signal forwards, gradient backwards."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

import pandas as pd
import torch
from torch import Tensor, nn

from lessonlib.models.modes import eval_mode
from lessonlib.training.fitting import check_network, parameter_type, prepared
from lessonlib.training.losses import LOSSES

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)  # they belong to the layer before them


@dataclass(frozen=True)
class LayerDiagnosis:
    """One layer with weights, and the squashing after it.

    Attributes:
        layer: its name in the network.
        signal: how much the layer's states, after squashing, differ from picture to picture:
            their standard deviation over the batch, root mean square over all units. A unit that
            says the same of every picture has no signal, however large its state.
        gradient: of each picture's loss by the layer's sums, before squashing; root mean square
            over pictures and units.
        weight_gradient: of the batch's mean loss by the layer's weights and biases; norm.
        weights: norm of these numbers themselves.
        dead: units, or maps, whose state is 0 for every picture and at every place.
        units: how many units, or maps, there are.
    """

    layer: str
    signal: float
    gradient: float
    weight_gradient: float
    weights: float
    dead: int
    units: int


class Diagnosis(tuple[LayerDiagnosis, ...]):
    """One `LayerDiagnosis` per layer that has weights, from the input to the output."""

    def __getitem__(self, key: int | str) -> LayerDiagnosis:  # type: ignore[override]
        """A layer by its place or its name."""
        if not isinstance(key, str):
            return super().__getitem__(key)
        found = [row for row in self if row.layer == key]
        if not found:
            raise KeyError(f"no layer {key!r}; there are: {', '.join(row.layer for row in self)}")
        return found[0]

    def frame(self) -> pd.DataFrame:
        """One row per layer."""
        names = [field.name for field in fields(LayerDiagnosis)]
        rows = [[getattr(row, name) for name in names] for row in self]
        return pd.DataFrame(rows, columns=names).set_index("layer")


def diagnose(
    model: nn.Module, batch: tuple[Tensor, Tensor], *, loss: str = "cross_entropy"
) -> Diagnosis:
    """Follow a batch through a network, and its loss back.

        batch = next(train.ordered(200))
        diagnose(network, batch).frame()

    Nothing is trained. Network, mode, gradients and the caller's random numbers are left as they
    were; the network is asked in evaluation mode, so without dropout. In float32 a signal or
    gradient below about 1e-38 is 0: call `model.double()` first where depth may take it there.

    Args:
        model: a network with `prepare`, whose layers are called in order.
        batch: images (N, C, H, W), uint8, or floats that are prepared already, and labels (N,).
        loss: a name in `lessonlib.training.LOSSES`.

    Raises:
        ValueError: fewer than two pictures, other shapes, an unknown loss, or a network without
            weights or without `prepare`.
    """
    images, labels = _checked(batch)
    check_network(model)
    if loss not in LOSSES:
        raise ValueError(f"unknown loss {loss!r}; known: {', '.join(LOSSES)}")
    dtype = parameter_type(model)
    if dtype is None:
        raise ValueError(f"expected a network with weights, {type(model).__name__} has none")
    ready = images.to(dtype) if images.is_floating_point() else prepared(model, images, dtype)
    trail = _Trail(model)
    with eval_mode(model), torch.enable_grad(), _trainable(model):
        with trail.kept():
            value = LOSSES[loss](model(ready), labels)
        return Diagnosis(_layer(trail, part, value, len(labels)) for part in trail.sums)


def _checked(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    images, labels = batch
    if images.ndim != 4 or labels.shape != images.shape[:1] or len(labels) < 2:
        raise ValueError(
            f"expected a batch of at least two images (N, C, H, W) and their labels (N,), got "
            f"{tuple(images.shape)} and {tuple(labels.shape)}"
        )
    return images, labels


def _layer(trail: "_Trail", part: nn.Module, value: Tensor, count: int) -> LayerDiagnosis:
    numbers, states = list(part.parameters(recurse=False)), trail.states[part].detach()
    by_sums, *by_numbers = torch.autograd.grad(
        value, [trail.sums[part], *numbers], retain_graph=True, materialize_grads=True
    )
    places = [dim for dim in range(states.ndim) if dim != 1]
    return LayerDiagnosis(
        layer=trail.names[part],
        signal=_rms(states.std(0)),
        gradient=_rms(count * by_sums),
        weight_gradient=_norm(by_numbers),
        weights=_norm(numbers),
        dead=int((states == 0).all(dim=places).sum()),
        units=states.shape[1],
    )


def _rms(values: Tensor) -> float:
    return values.square().mean().sqrt().item()


def _norm(tensors: Iterable[Tensor]) -> float:
    return torch.cat([tensor.detach().flatten() for tensor in tensors]).norm().item()


class _Trail:
    """What each layer with weights gave, and what its squashing made of that."""

    def __init__(self, model: nn.Module) -> None:
        leaves = [(name, part) for name, part in model.named_modules() if not [*part.children()]]
        self.names = {part: name for name, part in leaves}
        self.sums: dict[nn.Module, Tensor] = {}
        self.states: dict[nn.Module, Tensor] = {}

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Until the block ends, note what passes."""
        hooks = [part.register_forward_hook(self._keep) for part in self.names]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _keep(self, part: nn.Module, _: tuple, output: Tensor) -> None:
        is_layer = any(True for _ in part.parameters()) and not isinstance(part, NORMS)
        if is_layer:
            self.sums[part] = self.states[part] = output
        elif self.sums:
            last = next(reversed(self.sums))
            if output.numel() == self.sums[last].numel():  # F6 only turns its axes
                self.states[last] = output


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
