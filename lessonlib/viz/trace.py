"""What every layer of a network computes for one picture."""

import torch
from torch import Tensor, nn

from lessonlib.models.modes import eval_mode
from lessonlib.viz.network_cells import family_of


def trace(model: nn.Module, image: Tensor) -> dict[str, Tensor]:
    """The states of all layers for one picture, for `plot_network` and `plot_activations`.

        states = trace(network, test.images[7])
        plot_network(layer_table(network), maps=states)

    A layer's state is what the next layer reads, that is, after squashing or normalisation. The
    network, its mode and its gradients are left as they were.

    Args:
        model: a network of `lessonlib.models`, or any other whose parts are called in order.
        image: one uint8 picture (H, W), (1, H, W) or (1, 1, H, W), which the network's `prepare`
            turns into its field, or a field of floats that is prepared already.

    Returns:
        `input` (C, H, W), then by layer its maps (C, H, W) or its units (C,).

    Raises:
        ValueError: more than one picture, or one that the network refuses.
    """
    field = _field(model, image)
    states = {"input": field[0]}
    names = {part: name for name, part in model.named_modules()}

    def keep(part: nn.Module, _: tuple, output: Tensor) -> None:
        if not isinstance(output, Tensor):  # what goes from one tower to the other has no maps
            return
        last = next(reversed(states))
        follows = family_of(type(part).__name__)[0] == "other" and len(states) > 1
        if follows and output.numel() == states[last].numel():
            states[last] = _of_one_picture(output)
        else:
            states[names[part]] = _of_one_picture(output)

    leaves = [part for part in model.modules() if not any(True for _ in part.children())]
    hooks = [part.register_forward_hook(keep) for part in leaves]
    try:
        with eval_mode(model), torch.no_grad():
            model(field)
    finally:
        for hook in hooks:
            hook.remove()
    return states


def _field(model: nn.Module, image: Tensor) -> Tensor:
    """(1, C, H, W) floats that the network reads."""
    if not 2 <= image.ndim <= 4 or (image.ndim == 4 and len(image) != 1):
        raise ValueError(
            f"expected one picture (H, W), (1, H, W) or (1, 1, H, W), got {tuple(image.shape)}"
        )
    batch = image.reshape((1,) * (4 - image.ndim) + tuple(image.shape))
    return batch if batch.is_floating_point() else model.prepare(batch)


def _of_one_picture(output: Tensor) -> Tensor:
    """(C, H, W), or (C,) for units and maps of one pixel."""
    state = output.detach()[0].clone()
    return state.reshape(-1) if state.numel() == max(state.shape) else state
