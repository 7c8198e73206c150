"""Six small networks of two towers for "catch the impostor" in chapter 10."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F

from lessonlib.layers import CrossMapNorm
from lessonlib.puzzles.drawing import draw_maps, draw_tables, mixed
from lessonlib.puzzles.given import as_numbers, what_came
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import draws, own_number

PURPOSE = "towers"
MAPS, SIDE = 8, 10  # maps per layer, the first four of the first tower; pixels of a picture
LAYERS = ("conv1", "norm1", "pool1", "conv2", "conv3")
PLACES = {"conv1": 4, "norm1": 4, "pool1": 2, "conv2": 1, "conv3": 1}  # sides that all boxes have
LARGEST = 99.0
ALPHA = 0.01  # so large that it can be seen


@dataclass(frozen=True)
class _Network:
    """The first three layers of a small AlexNet.

    Attributes:
        conv1: (8, 3, 3, 3), whole numbers.
        conv2: (8, 8, 2, 2), whole numbers, none of them 0, also where the towers do not meet.
        conv3: (8, 8, 1, 1), the same.
        bias: (3, 8), of the three convolutions, whole numbers.
        padding: pixels of zeros at the left, right, top and bottom of the picture.
        sees: (2, 8, 8), which map of conv2 and of conv3 reads which map below.
        towers: groups of maps that normalisation keeps apart.
        pooled: from the maps to the pooled ones.
        is_late: whether the rectifier comes after pooling.
    """

    conv1: Tensor
    conv2: Tensor
    conv3: Tensor
    bias: Tensor
    padding: tuple[int, int, int, int]
    sees: Tensor
    towers: int
    pooled: Callable[[Tensor], Tensor]
    is_late: bool = False

    def __call__(self, picture: Tensor, layer: str, only: int | None) -> Tensor:
        """(3, 10, 10) -> (8, rows, columns) of a layer."""
        sums = F.conv2d(F.pad(picture[None], self.padding), self.conv1, self.bias[0], stride=2)
        out = {"conv1": sums if self.is_late else sums.relu()}
        out["norm1"] = CrossMapNorm(ALPHA, towers=self.towers)(out["conv1"])
        pooled = self.pooled(out["norm1"])
        out["pool1"] = pooled.relu() if self.is_late else pooled
        read = out["pool1"].clone()
        if only is not None:
            read[:, (2 - only) * MAPS // 2 : (3 - only) * MAPS // 2] = 0  # the other tower
        sees = self.sees[:, :, :, None, None]
        out["conv2"] = F.conv2d(read, self.conv2 * sees[0], self.bias[1]).relu()
        out["conv3"] = F.conv2d(out["conv2"], self.conv3 * sees[1], self.bias[2]).relu()
        return out[layer][0]

    def with_sight(self, layer: int, sees: Tensor) -> "_Network":
        """The network in which the maps of conv2 (0) or conv3 (1) read others."""
        other = self.sees.clone()
        other[layer] = sees
        return replace(self, sees=other)


def _max_pool(maps: Tensor) -> Tensor:
    return F.max_pool2d(maps, 3, 2, ceil_mode=True)


def _own_tower() -> Tensor:
    """(8, 8) of 1 where both maps are in one tower, else 0."""
    half = torch.ones(MAPS // 2, MAPS // 2, dtype=torch.float64)
    return torch.block_diag(half, half)


_FAULTS: dict[str, Callable[[_Network], _Network]] = {
    "last windows left out": lambda n: replace(n, padding=(0, 0, 0, 0)),
    "padding on all sides": lambda n: replace(n, padding=(1, 1, 1, 1)),
    "rectifier after pooling": lambda n: replace(n, is_late=True),
    "normalised across towers": lambda n: replace(n, towers=1),
    "pooling without overlap": lambda n: replace(
        n, pooled=lambda maps: F.max_pool2d(maps[..., :4, :4], 2)
    ),
    "average pooling": lambda n: replace(n, pooled=lambda maps: F.avg_pool2d(maps, 3, 2)),
    "conv2 without groups": lambda n: n.with_sight(0, torch.ones(MAPS, MAPS).double()),
    "conv3 with groups": lambda n: n.with_sight(1, _own_tower()),
}
TOWER_FAULTS = tuple(_FAULTS)
"""The faults that a network of two towers may have."""


def tower_boxes(number: int) -> LineUp:
    """Six small networks of two towers, with the same hidden weights; five have one fault each.

    They take a picture (3, 10, 10) of numbers from -99 to 99, and show what a layer makes of it,
    `boxes(picture, "conv1")`: "conv1" with its rectifier, "norm1", "pool1", "conv2" or "conv3", of
    which each has eight maps, 0 to 3 in the first tower. With `at=(row, column)` they show the
    numbers of the eight units at that place; conv2 and conv3 have one place. With `only=1` or
    `only=2`, conv2 reads that tower's maps, and zeros from the other.

    Args:
        number: the learner's own; the hidden numbers and the faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    network = _network(own_number(number))
    dealt = dealt_towers(number)
    return LineUp({name: _run(_FAULTS.get(label), network) for name, label in dealt.items()}, _draw)


def dealt_towers(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(TOWER_FAULTS, number, PURPOSE)


def _network(number: int) -> _Network:
    draw = draws(number, PURPOSE)

    def drawn(*shape: int) -> Tensor:
        size = int(torch.Size(shape).numel())
        values = [draw.choice([-1, 1]) * draw.randint(1, 4) for _ in range(size)]
        return torch.tensor(values, dtype=torch.float64).reshape(shape)

    # Positive weights let every unit of conv2 and conv3 react, so that nothing hides behind a 0.
    return _Network(
        conv1=_balanced(drawn(MAPS, 3, 3, 3), draw),
        conv2=drawn(MAPS, MAPS, 2, 2).abs(),
        conv3=drawn(MAPS, MAPS, 1, 1).abs(),
        bias=torch.stack([drawn(MAPS), drawn(MAPS).abs(), drawn(MAPS).abs()]),
        padding=(0, 1, 0, 1),
        sees=torch.stack([_own_tower(), torch.ones(MAPS, MAPS, dtype=torch.float64)]),
        towers=2,
        pooled=_max_pool,
    )


def _balanced(kernels: Tensor, draw: Random) -> Tensor:
    """Kernels whose sums are from 5 to 12, so that a bright picture is seen by all maps."""
    for kernel in kernels.flatten(1):
        kernel[draw.randrange(len(kernel))] += draw.randint(5, 12) - kernel.sum()
    return kernels


def _run(fault: Callable[[_Network], _Network] | None, network: _Network) -> Run:
    own = fault(network) if fault else network

    def run(
        picture: Any, layer: str = "conv1", *, at: tuple[int, int] | None = None, only: Any = None
    ) -> Tensor:
        name = _layer(layer)
        maps = own(_picture(picture), name, _only(only))
        if at is None and PLACES[name] > 1:
            return maps
        row, column = _place(at or (0, 0), name)
        return maps[:, row, column]

    return run


def _picture(given: Any) -> Tensor:
    """The learner's picture, (3, 10, 10) in float64.

    Raises:
        ValueError: something else; says what the boxes take.
    """
    picture = as_numbers(given)
    if picture.shape != (3, SIDE, SIDE):
        raise ValueError(
            f"a box takes a picture such as torch.zeros(3, {SIDE}, {SIDE}), "
            f"got {what_came(picture)}"
        )
    if not (picture.abs() <= LARGEST).all():
        raise ValueError(f"a box takes numbers from -{LARGEST:g} to {LARGEST:g}; yours go beyond")
    return picture


def _layer(name: Any) -> str:
    if not isinstance(name, str) or name.lower() not in LAYERS:
        raise ValueError(f"a box shows one of the layers {', '.join(LAYERS)}, got {name!r}")
    return name.lower()


def _only(only: Any) -> int | None:
    if only is not None and (isinstance(only, bool) or only not in (1, 2)):
        raise ValueError(f"only= is the number of a tower, 1 or 2, got {only!r}")
    return only


def _place(at: Any, layer: str) -> tuple[int, int]:
    side = PLACES[layer]
    fits = isinstance(at, tuple | list) and len(at) == 2 and all(n in range(side) for n in at)
    if not fits:
        raise ValueError(
            f"at= is a row and a column of {layer}, from 0 to {side - 1}, which all boxes have, "
            f"got {at!r}"
        )
    return at[0], at[1]


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Figure:
    boxes = {f"box {name}": out[name] for name in mixed(list(out))}
    if next(iter(out.values())).ndim == 1:
        rows = {name: units[None] for name, units in boxes.items()}
        return draw_tables(rows, title="The eight units, maps 0 to 7", columns=1)
    groups = {f"{name}, {len(m[0])}x{len(m[0])}": m for name, m in boxes.items()}
    return draw_maps_apart(groups)


def draw_maps_apart(groups: Mapping[str, Tensor]) -> Figure:
    """Boxes whose maps may differ in size: each is drawn as large as the largest, filled with 0."""
    side = max(maps.shape[-1] for maps in groups.values())
    filled = {
        name: F.pad(maps, (0, side - maps.shape[-1], 0, side - maps.shape[-2]))
        for name, maps in groups.items()
    }
    return draw_maps(filled, title="The eight maps, red above 0 and blue below")
