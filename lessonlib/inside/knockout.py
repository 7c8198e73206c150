"""Which maps matter: a network with some of its maps held at their mean picture."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn

from lessonlib.data import ImageSet
from lessonlib.models.modes import eval_mode
from lessonlib.training import evaluate
from lessonlib.training.fitting import parameter_type, prepared

LAYERS = ("c1", "s2", "c3", "s4")


@contextmanager
def knocked_out(
    model: nn.Module, layer: str, maps: Sequence[int], values: Tensor | float = 0.0
) -> Iterator[nn.Module]:
    """Hold some of a layer's maps at fixed values for a while, whatever the network reads.

    What the layer puts out is replaced before it is squashed. Then the layer says nothing about
    the picture through these maps; the network is otherwise as it was.

    Args:
        model: a network with a child of that name.
        layer: such as `c1`.
        maps: which of its maps (or units), from 0.
        values: what the layer is to put out for every picture, see `mean_maps`; or one number.

    Raises:
        ValueError: no such layer.
        IndexError: no such map.
    """
    part = _child(model, layer)
    axis = -1 if isinstance(part, nn.Linear) else 1  # units of a linear layer come last

    def hold(_: nn.Module, __: tuple[Any, ...], output: Tensor) -> Tensor:
        replaced = output.clone()
        held = torch.as_tensor(values, dtype=output.dtype, device=output.device)
        held = held.expand_as(output)
        for each in maps:
            replaced.select(axis, each).copy_(held.select(axis, each))
        return replaced

    handle = part.register_forward_hook(hold)
    try:
        yield model
    finally:
        handle.remove()


def mean_maps(model: nn.Module, image_set: ImageSet, layer: str) -> Tensor:
    """What a layer puts out on average over all pictures, place by place: (maps, h, w).

    A map that is held there shows the mean of all digits and says nothing about the one that is
    read, while the next layer reads values that it is used to. Held at 0, or at one mean for all
    places, it would read some that it never met.

    Raises:
        ValueError: no such layer.
    """
    part, sums = _child(model, layer), []

    def add(_: nn.Module, __: tuple[Any, ...], output: Tensor) -> None:
        sums.append(output.double().sum(0))

    handle = part.register_forward_hook(add)
    try:
        with eval_mode(model), torch.no_grad():
            for images, _ in image_set.ordered(500):
                model(prepared(model, images, parameter_type(model)))
    finally:
        handle.remove()
    return (torch.stack(sums).sum(0) / len(image_set)).to(parameter_type(model))


@dataclass(frozen=True)
class Knockouts:
    """What each map of some layers is worth.

    Attributes:
        error_rate: share of wrong answers (0..1) of the whole network.
        table: one row per map: `layer`, `map`, `error_rate` without it, and `lost`, the
            difference, which is negative where the network does better without the map.
    """

    error_rate: float
    table: pd.DataFrame

    def most_useful(self, layer: str) -> int:
        """The map of a layer without which most answers are wrong."""
        rows = self.table[self.table["layer"] == layer]
        return int(rows.loc[rows["error_rate"].idxmax(), "map"])


def knock_out_each(
    model: nn.Module,
    image_set: ImageSet,
    reference: ImageSet,
    layers: Sequence[str] = LAYERS,
) -> Knockouts:
    """Errors without each single map, one map at a time.

    Args:
        model: the trained network.
        image_set: what it is tested on.
        reference: other pictures, of the same size, whose mean maps are held.
        layers: names of children.

    Raises:
        ValueError: no such layer.
    """
    rows = []
    whole = evaluate(model, image_set).error_rate
    for layer in layers:
        means = mean_maps(model, reference, layer)
        units_last = isinstance(_child(model, layer), nn.Linear)
        for number in range(means.shape[-1 if units_last else 0]):
            with knocked_out(model, layer, [number], means):
                error = evaluate(model, image_set).error_rate
            rows.append({"layer": layer, "map": number, "error_rate": error, "lost": error - whole})
    return Knockouts(whole, pd.DataFrame(rows))


def _child(model: nn.Module, layer: str) -> nn.Module:
    children = dict(model.named_children())
    if layer not in children:
        raise ValueError(
            f"{type(model).__name__} has no layer {layer!r}; it has {', '.join(children)}"
        )
    return children[layer]
