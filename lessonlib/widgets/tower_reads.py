"""What a unit of AlexNet reads: which maps, which units of them, and which pixels."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import nn

from lessonlib.geometry import out_size, receptive_field
from lessonlib.models import AlexNet
from lessonlib.models.alexnet import ROUNDED_UP
from lessonlib.models.alexnet_towers import HALVES

TOWERS = ("first tower", "second tower")


class TowerLayer(NamedTuple):
    """A layer as one tower has it; the picture is the first of them.

    Attributes:
        name: as in `AlexNet`, or `picture`.
        kind: `picture`, `conv`, `pool` or `full`.
        towers: that have it: 1 for the scores and the picture, otherwise 2.
        maps: of one tower; the picture's colours; 1 for a fully connected layer.
        height: units per column of a map; 1 for a fully connected layer.
        width: units per row of a map; all units of one tower for a fully connected layer.
        kernel: side of the window; 0 where a unit reads everything.
        stride: step of the window.
        padding: zeros on each side of the maps that it reads.
        crosses: whether it reads the other tower too.
        normalised: maps that a normalisation between this layer and the one below sums over; 0
            where there is none.
    """

    name: str
    kind: str
    towers: int
    maps: int
    height: int
    width: int
    kernel: int = 0
    stride: int = 1
    padding: int = 0
    crosses: bool = False
    normalised: int = 0


class Part(NamedTuple):
    """Units of one layer that a unit above depends on.

    Attributes:
        layer: its name, or `picture`.
        towers: 0, 1 or both; none for the picture.
        rows: of each map.
        columns: of each map; the units of a fully connected layer.
    """

    layer: str
    towers: tuple[int, ...]
    rows: range
    columns: range


@cache
def alexnet_layers() -> tuple[TowerLayer, ...]:
    """The picture and the layers of `AlexNet`, read from the network; no weight is made."""
    with torch.device("meta"):
        network = AlexNet()
    colours, side, _ = network.input_shape
    layers, normalised = [TowerLayer("picture", "picture", 1, colours, side, side)], 0
    for name, module in network.named_children():
        if isinstance(module, nn.Conv2d | nn.MaxPool2d):
            layers.append(_windows(name, module, layers[-1], normalised))
            normalised = 0
        elif isinstance(module, nn.Linear):
            towers = 2 if name in HALVES else 1
            units = module.out_features // towers
            layers.append(TowerLayer(name, "full", towers, 1, 1, units, crosses=True))
        elif name.startswith("norm"):
            normalised = module.size
    return tuple(layers)


def _windows(
    name: str, module: nn.Conv2d | nn.MaxPool2d, below: TowerLayer, normalised: int
) -> TowerLayer:
    """A layer whose units read windows."""
    is_conv, is_first = isinstance(module, nn.Conv2d), below.kind == "picture"
    window = [v[0] if isinstance(v, tuple) else v for v in _window(module)]
    side = out_size(below.width + (ROUNDED_UP[1] if is_first else 0), *window)
    maps = module.out_channels // 2 if is_conv else below.maps
    crosses = is_conv and module.groups == 1 and not is_first
    kind = "conv" if is_conv else "pool"
    return TowerLayer(name, kind, 2, maps, side, side, *window, crosses, normalised)


def _window(module: nn.Conv2d | nn.MaxPool2d) -> tuple:
    return module.kernel_size, module.stride, module.padding


def parts(layers: Sequence[TowerLayer], layer: str, unit: Sequence[int]) -> list[Part]:
    """All that a unit depends on, from the layer below down to the picture.

    Args:
        layers: the picture first.
        layer: name of the unit's layer.
        unit: (tower, row, column), or (tower, number) in a fully connected layer.
    """
    top = [each.name for each in layers].index(layer)
    tower, *place = unit
    row, column = place if len(place) == 2 else (0, *place)
    towers, rows, columns = (tower,), range(row, row + 1), range(column, column + 1)
    found = []
    for reader, below in zip(layers[top:0:-1], layers[top - 1 :: -1], strict=True):
        rows = _below(reader, rows, below.height)
        columns = _below(reader, columns, below.width)
        if below.kind == "picture":
            towers = ()
        elif reader.crosses:
            towers = tuple(range(below.towers))
        found.append(Part(below.name, towers, rows, columns))
    return found


def _below(reader: TowerLayer, span: range, count: int) -> range:
    """Which of `count` units in a row the windows of these read; padding is left out."""
    if reader.kind == "full":
        return range(count)
    first = span[0] * reader.stride - reader.padding
    end = span[-1] * reader.stride - reader.padding + reader.kernel
    return range(max(first, 0), min(end, count))


def field_size(layers: Sequence[TowerLayer], layer: str) -> int | None:
    """Side of a unit's receptive field in pixels, beyond the borders too; None if all is read."""
    top = [each.name for each in layers].index(layer)
    windows = [(each.kernel, each.stride, each.padding) for each in layers[1 : top + 1]]
    return None if layers[top].kind == "full" else receptive_field(windows).size


def fitted(layer: TowerLayer, unit: Sequence[int]) -> tuple[int, ...]:
    """The unit itself if the layer has it, otherwise the middle one of the same tower."""
    tower, *place = unit
    sides = sides_of(layer)
    tower = min(tower, layer.towers - 1)
    if len(place) == len(sides) and all(i < n for i, n in zip(place, sides, strict=True)):
        return tower, *place
    return tower, *(side // 2 for side in sides)


def sides_of(layer: TowerLayer) -> tuple[int, ...]:
    """Rows and columns of a map, or how many units one tower has of a fully connected layer."""
    return (layer.width,) if layer.kind == "full" else (layer.height, layer.width)
