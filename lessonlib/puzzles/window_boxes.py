"""Six windows for "catch the impostor" in chapter 2."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data.streams import stream
from lessonlib.puzzles.drawing import draw_tables
from lessonlib.puzzles.given import as_numbers, what_came
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import draws, own_number

PURPOSE = "windows"
LEAST, MOST = 3, 7  # rows and columns of a picture
LARGEST = 99.0
KERNEL = 3


@dataclass(frozen=True)
class _Window:
    """A layer of two maps.

    Attributes:
        kernels: (2, 3, 3), whole numbers.
        bias: (2,), whole numbers.
        stride: 1 or 2.
        ground: the value of the one pixel of padding on each side.
        divisor: of the sums.
        is_turned: whether the maps come out with rows and columns swapped.
        cut: how many windows are left out at the lower and at the right edge.
    """

    kernels: Tensor
    bias: Tensor
    stride: int
    ground: float = 0.0
    divisor: int = 1
    is_turned: bool = False
    cut: int = 0

    def __call__(self, picture: Tensor) -> Tensor:
        """(rows, columns) -> (2, rows, columns)."""
        field = F.pad(picture[None, None], [1] * 4, value=self.ground)
        sums = F.conv2d(field, self.kernels[:, None], stride=self.stride)[0] / self.divisor
        maps = sums + self.bias[:, None, None]
        maps = maps[:, : maps.shape[1] - self.cut, : maps.shape[2] - self.cut]
        return maps.transpose(1, 2) if self.is_turned else maps


_FAULTS: dict[str, Callable[[_Window], _Window]] = {
    "flipped kernel": lambda w: replace(w, kernels=w.kernels.flip(1, 2)),
    "wrong stride": lambda w: replace(w, stride=3 - w.stride),
    "no bias": lambda w: replace(w, bias=0 * w.bias),
    "padding with ones": lambda w: replace(w, ground=1.0),
    "average instead of sum": lambda w: replace(w, divisor=KERNEL**2),
    "one kernel for both maps": lambda w: replace(w, kernels=w.kernels[[0, 0]]),
    "rows and columns swapped": lambda w: replace(w, is_turned=True),
    "last windows left out": lambda w: replace(w, cut=1),
}
WINDOW_FAULTS = tuple(_FAULTS)
"""The faults that a window may have."""


def window_boxes(number: int) -> LineUp:
    """Six windows with the same hidden kernels, biases and stride; five have one fault each.

    They take a picture of 3 to 7 rows and columns, as a tensor, an array or nested lists of
    numbers from -99 to 99, and show two maps each.

    Args:
        number: the learner's own; the hidden numbers and the faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    window = _window(own_number(number))
    dealt = dealt_windows(number)
    return LineUp({name: _run(_FAULTS.get(label), window) for name, label in dealt.items()}, _draw)


def dealt_windows(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(WINDOW_FAULTS, number, PURPOSE)


def _window(number: int) -> _Window:
    """Two kernels of -4 to 4, each number once, and two biases, neither of them 0."""
    draw, tensors = draws(number, PURPOSE), stream(number, PURPOSE)
    drawn = [torch.randperm(KERNEL**2, generator=tensors) - 4.0 for _ in range(2)]
    kernels = torch.stack(drawn).reshape(2, KERNEL, KERNEL).double()
    bias = torch.tensor(draw.sample([-7, -6, -5, 5, 6, 7], 2)).double()
    return _Window(kernels, bias, stride=draw.choice([1, 2]))


def _run(fault: Callable[[_Window], _Window] | None, window: _Window) -> Run:
    own = fault(window) if fault else window
    return lambda picture: own(_picture(picture))


def _picture(given: Any) -> Tensor:
    """The learner's picture, (rows, columns) in float64.

    Raises:
        ValueError: something else; says what a picture is.
    """
    picture = as_numbers(given)
    sides_fit = picture.ndim == 2 and all(LEAST <= side <= MOST for side in picture.shape)
    if not sides_fit:
        raise ValueError(
            f"a box takes a picture of {LEAST} to {MOST} rows and {LEAST} to {MOST} columns, such "
            f"as torch.zeros(5, 6), got {what_came(picture)}"
        )
    if not (picture.abs() <= LARGEST).all():
        raise ValueError(f"a box takes pixels from -{LARGEST:g} to {LARGEST:g}; yours go beyond")
    return picture


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Any:
    tables = {
        f"box {name}, map {i}": one for name, maps in out.items() for i, one in enumerate(maps)
    }
    return draw_tables(tables, title="What comes out")
