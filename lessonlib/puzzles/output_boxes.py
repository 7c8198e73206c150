"""Six output layers with a loss for "catch the impostor" in chapter 6."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.layers import DIGIT_CODES, RBFOutput
from lessonlib.puzzles.drawing import draw_tables
from lessonlib.puzzles.given import as_numbers, what_came
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import draws, own_number

PURPOSE = "output layers"
UNITS = DIGIT_CODES.shape[1]
LARGEST = 10.0

OUTPUT_FAULTS = (
    "Eq. 8",
    "no j",
    "log subtracted",
    "right digit left out",
    "not squared",
    "mean for sum",
    "two codes swapped",
    "one pixel turned",
)
"""The faults that an output layer may have."""


@dataclass(frozen=True)
class _Layer:
    """An output layer with its loss.

    Attributes:
        codes: (10, 84).
        j: of Eq. 9.
        fault: one of the faults, or "none".
    """

    codes: Tensor
    j: float
    fault: str

    def penalties(self, f6: Tensor) -> Tensor:
        """(84,) -> (10,)."""
        squared = RBFOutput(self.codes).double().distances(f6[None])[0]
        if self.fault == "not squared":
            return squared.sqrt()
        return squared / UNITS if self.fault == "mean for sum" else squared

    def loss(self, y: Tensor, right: int) -> Tensor:
        """Eq. 9 of (10,) penalties, or what a fault makes of it."""
        terms = -y
        if self.fault == "right digit left out":
            terms = torch.cat([terms[:right], terms[right + 1 :]])
        if self.fault != "no j":
            terms = torch.cat([terms, terms.new_tensor([-self.j])])
        sign = {"Eq. 8": 0, "log subtracted": -1}.get(self.fault, 1)
        return y[right] + sign * terms.logsumexp(0)


def output_boxes(number: int) -> LineUp:
    """Six output layers with the ten codes and the same hidden j; five have one fault each.

    They take the 84 units of F6, as a tensor, an array or nested lists of numbers from -10 to 10,
    and show the ten penalties; `boxes(f6, 3)` shows the loss where the right digit is a 3.

    Args:
        number: the learner's own; j and the faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    draw = draws(own_number(number), PURPOSE)
    whole = _Layer(DIGIT_CODES, float(draw.randint(4, 9)), "none")
    two, pixel = draw.sample(range(10), 2), (draw.randrange(10), draw.randrange(UNITS))
    runs = {
        name: _run(replace(whole, codes=_codes(label, two, pixel), fault=label))
        for name, label in dealt_outputs(number).items()
    }
    return LineUp(runs, _draw)


def dealt_outputs(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(OUTPUT_FAULTS, number, PURPOSE)


def _codes(fault: str, two: list[int], pixel: tuple[int, int]) -> Tensor:
    """The ten codes, with two of them swapped or one pixel turned where that is the fault."""
    codes = DIGIT_CODES.clone()
    if fault == "two codes swapped":
        codes[two] = codes[two[::-1]]
    if fault == "one pixel turned":
        codes[pixel] *= -1
    return codes


def _run(layer: _Layer) -> Run:
    def run(f6: Any, right: int | None = None) -> Tensor:
        y = layer.penalties(_states(f6))
        if right is None:
            return y[None]  # (1, 10)
        return layer.loss(y, _digit(right)).reshape(1, 1)

    return run


def _states(given: Any) -> Tensor:
    """The learner's F6, (84,) in float64.

    Raises:
        ValueError: something else; says what F6 is.
    """
    states = as_numbers(given)
    if states.numel() != UNITS:
        raise ValueError(
            f"a box takes the {UNITS} units of F6, such as torch.zeros({UNITS}) or codes[3], "
            f"got {what_came(states)}"
        )
    if not (states.abs() <= LARGEST).all():
        raise ValueError(f"a box takes units from -{LARGEST:g} to {LARGEST:g}; yours go beyond")
    return states.reshape(UNITS)


def _digit(right: Any) -> int:
    if isinstance(right, bool) or right not in range(10):
        raise ValueError(f"the right digit is a number from 0 to 9, got {right!r}")
    return right


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Figure:
    if next(iter(out.values())).shape == (1, 1):
        losses = {f"box {name}": loss for name, loss in out.items()}
        return draw_tables(losses, title="The loss", columns=3)
    tables = {f"box {name}, penalties of 0 to 9": one for name, one in out.items()}
    return draw_tables(tables, title="What comes out", columns=1)
