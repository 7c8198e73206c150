"""Six layers C3 for "catch the impostor" in chapter 4."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.layers.table_conv import C3_TABLE
from lessonlib.puzzles.drawing import draw_tables, mixed
from lessonlib.puzzles.given import as_numbers, what_came
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import draws, own_number

PURPOSE = "tables"
IN_MAPS, OUT_MAPS, KERNEL = 6, 16, 5
LARGEST = 99.0
SHAPE = (IN_MAPS, KERNEL, KERNEL)
PER_LINE = 8  # output maps in a line of the picture


@dataclass(frozen=True)
class _Layer:
    """A layer C3.

    Attributes:
        reads: (16, 6), which output map reads which input map.
        kernels: (16, 6, 5, 5), whole numbers, none of them 0, also where the table has no X.
        bias: (16,), whole hundreds, none of them 0.
        twins: two output maps that read the same number of maps.
        spare: a pair (output map, input map) that the table leaves out.
        lost: a pair that the table has.
    """

    reads: Tensor
    kernels: Tensor
    bias: Tensor
    twins: tuple[int, int]
    spare: tuple[int, int]
    lost: tuple[int, int]

    def __call__(self, maps: Tensor) -> Tensor:
        """(6, 5, 5) -> (16,), the one unit of each output map."""
        kernels = self.kernels * self.reads[:, :, None, None]
        return (kernels * maps).sum((1, 2, 3)) + self.bias

    def with_pair(self, pair: tuple[int, int], is_read: bool) -> "_Layer":
        """The layer whose table has one X more or less."""
        reads = self.reads.clone()
        reads[pair] = is_read
        return replace(self, reads=reads)

    def with_twins(self) -> "_Layer":
        """The layer in which the second twin reads what the first does, by the same kernels."""
        reads, kernels, (first, second) = self.reads.clone(), self.kernels.clone(), self.twins
        reads[second], kernels[second] = reads[first], kernels[first]
        return replace(self, reads=reads, kernels=kernels)

    def with_one_kernel(self) -> "_Layer":
        """The layer in which each output map has one kernel for all maps that it reads."""
        return replace(self, kernels=self.kernels[:, :1].expand_as(self.kernels))


_FAULTS: dict[str, Callable[[_Layer], _Layer]] = {
    "full table": lambda c3: replace(c3, reads=torch.ones_like(c3.reads)),
    "one connection too many": lambda c3: c3.with_pair(c3.spare, True),
    "one connection missing": lambda c3: c3.with_pair(c3.lost, False),
    "table upside down": lambda c3: replace(c3, reads=c3.reads.flip(1)),
    "one kernel per map": _Layer.with_one_kernel,
    "two maps alike": _Layer.with_twins,
    "flipped kernels": lambda c3: replace(c3, kernels=c3.kernels.flip(2, 3)),
    "no biases": lambda c3: replace(c3, bias=0 * c3.bias),
}
TABLE_FAULTS = tuple(_FAULTS)
"""The faults that a layer C3 may have."""


def table_boxes(number: int) -> LineUp:
    """Six layers C3 with the same hidden kernels and biases; five have one fault each.

    They take six maps of 5x5 as a tensor, an array or nested lists of numbers from -99 to 99, and
    show the 16 numbers that come out: one unit per output map, before it is squashed.

    Args:
        number: the learner's own; the hidden numbers and the faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    layer = _layer(own_number(number))
    dealt = dealt_tables(number)
    return LineUp({name: _run(_FAULTS.get(label), layer) for name, label in dealt.items()}, _draw)


def dealt_tables(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(TABLE_FAULTS, number, PURPOSE)


def _layer(number: int) -> _Layer:
    draw = draws(number, PURPOSE)
    reads = torch.tensor([[row[c] == "X" for row in C3_TABLE] for c in range(OUT_MAPS)])
    size = OUT_MAPS * IN_MAPS * KERNEL**2
    kernels = torch.tensor([_not_zero(draw, 9) for _ in range(size)], dtype=torch.float64)
    bias = torch.tensor([100.0 * _not_zero(draw, 5) for _ in range(OUT_MAPS)], dtype=torch.float64)
    pairs = [(c, r) for c in range(12) for r in range(IN_MAPS)]  # three or four maps each
    group = draw.choice([range(6), range(6, 12)])
    return _Layer(
        reads=reads,
        kernels=kernels.reshape(OUT_MAPS, IN_MAPS, KERNEL, KERNEL),
        bias=bias,
        twins=tuple(draw.sample(group, 2)),
        spare=draw.choice([pair for pair in pairs if not reads[pair]]),
        lost=draw.choice([pair for pair in pairs if reads[pair]]),
    )


def _not_zero(draw: Random, most: int) -> int:
    return draw.choice([-1, 1]) * draw.randint(1, most)


def _run(fault: Callable[[_Layer], _Layer] | None, layer: _Layer) -> Run:
    own = fault(layer) if fault else layer
    return lambda maps: own(_maps(maps))


def _maps(given: Any) -> Tensor:
    """The learner's maps, (6, 5, 5) in float64.

    Raises:
        ValueError: something else; says what the boxes take.
    """
    maps = as_numbers(given)
    if maps.shape != SHAPE:
        raise ValueError(
            f"a box takes six maps of 5x5, such as torch.zeros(6, 5, 5), got {what_came(maps)}"
        )
    if not (maps.abs() <= LARGEST).all():
        raise ValueError(f"a box takes numbers from -{LARGEST:g} to {LARGEST:g}; yours go beyond")
    return maps


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Figure:
    boxes = {f"box {name}": out[name].reshape(-1, PER_LINE) for name in mixed(list(out))}
    return draw_tables(boxes, title="Maps 0 to 7, and below them 8 to 15", columns=1)
