"""Making a layer's weights larger or smaller until it keeps as much of its signal as another."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lessonlib.training.diagnose import diagnose
from lessonlib.training.layer_diagnosis import Diagnosis

TRIALS = 8
CLOSE = 0.05
DEAD_FACTOR = 1 / 64


def rescale(model: nn.Module, layer: str, kept: float, batch: tuple[Tensor, Tensor]) -> float:
    """Multiply the weights of one layer by a number, so that the layer keeps that much signal.

    Its biases, and all other layers, stay as they are. Since rectifiers and biases bend what a
    factor does, it is found by up to 8 trials, which end when `kept` is met to 5 %. A layer that
    passes on nothing at all is first made 64 times smaller: where biases are above 0, that revives
    units that are 0 because of their weights.

    Args:
        model: the network, changed in place.
        layer: the layer's name.
        kept: signal that is to leave it per signal that enters it, such as a healthy network's.
        batch: what the network is diagnosed with.

    Returns:
        The factor.

    Raises:
        ValueError: `kept` is not above 0.
    """
    if kept <= 0:
        raise ValueError(f"expected kept above 0, got {kept}")
    weight, factor = model.get_submodule(layer).weight, 1.0
    for _ in range(TRIALS):
        now = diagnose(model, batch)[layer].kept
        if abs(now / kept - 1) < CLOSE:
            break
        step = kept / now if now else DEAD_FACTOR
        factor *= step
        with torch.no_grad():
            weight.mul_(step)
    return factor


def rescale_all(
    model: nn.Module, healthy: Diagnosis, batch: tuple[Tensor, Tensor]
) -> Mapping[str, float]:
    """Rescale the layer that blocks, ask again, and so on, until none blocks or one does again.

    Args:
        model: the network, changed in place.
        healthy: of a network with the same layers; each is to keep as much as its counterpart.
        batch: what the network is diagnosed with.

    Returns:
        The factor of each layer that was rescaled, in order.
    """
    factors: dict[str, float] = {}
    for _ in healthy:
        layer = diagnose(model, batch).blocked
        if layer is None or layer in factors:
            break
        factors[layer] = rescale(model, layer, healthy[layer].kept, batch)
    return factors
