"""Six ways to step for "catch the impostor" in chapter 7."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.puzzles.drawing import draw_tables
from lessonlib.puzzles.given import as_numbers, what_came
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import draws, own_number

PURPOSE = "steps"
MOST_WEIGHTS, MOST_STEPS = 6, 5
LARGEST = 99.0
LEAST_CURVATURE = 0.01
ROUNDING = 1e-6  # of 0.01 in float32
MOMENTUM, DECAY = 0.9, 0.1

STEP_FAULTS = (
    "plain rate",
    "no mu",
    "uphill",
    "square root",
    "sign only",
    "momentum",
    "weight decay",
    "neighbour's curvature",
)
"""The faults that a way to step may have."""


@dataclass(frozen=True)
class _Stepper:
    """Steps of stochastic diagonal Levenberg-Marquardt.

    Attributes:
        eta: above the line.
        mu: below it, added to the curvature.
        fault: one of the faults, or "none".
    """

    eta: float
    mu: float
    fault: str

    def __call__(self, slopes: Tensor, curvatures: Tensor, start: Tensor, steps: int) -> Tensor:
        """The weights (n,) after some steps along the same slopes."""
        move = self.sizes(curvatures) * (slopes.sign() if self.fault == "sign only" else slopes)
        move = -move if self.fault == "uphill" else move
        weights, last = start, torch.zeros_like(start)
        for _ in range(steps):
            if self.fault == "weight decay":
                weights = (1 - DECAY) * weights
            last = move + (MOMENTUM * last if self.fault == "momentum" else 0)
            weights = weights - last
        return weights

    def sizes(self, curvatures: Tensor) -> Tensor:
        """(n,) what each slope is multiplied by."""
        if self.fault == "neighbour's curvature":
            curvatures = curvatures.roll(-1)
        below = curvatures + (0 if self.fault == "no mu" else self.mu)
        if self.fault == "plain rate":
            below = torch.ones_like(curvatures)
        return self.eta / (below.sqrt() if self.fault == "square root" else below)


def step_boxes(number: int) -> LineUp:
    """Six ways to step with the same hidden eta and mu; five have one fault each.

    They take the slopes of 1 to 6 weights, from -99 to 99, and their curvatures, from 0.01 to 99,
    and show the weights after one step from 0. `start=` gives other weights to start from,
    `steps=` up to five steps along the same slopes.

    Args:
        number: the learner's own; eta, mu and the faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    draw = draws(own_number(number), PURPOSE)
    eta, mu = draw.choice((0.4, 0.6, 0.8)), draw.choice((0.2, 0.25, 0.3))
    runs = {name: _run(_Stepper(eta, mu, label)) for name, label in dealt_steps(number).items()}
    return LineUp(runs, _draw)


def dealt_steps(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(STEP_FAULTS, number, PURPOSE)


def _run(stepper: _Stepper) -> Run:
    def run(slopes: Any, curvatures: Any, *, start: Any = None, steps: int = 1) -> Tensor:
        g, h = _numbers(slopes, "slopes"), _numbers(curvatures, "curvatures", LEAST_CURVATURE)
        w = torch.zeros_like(g) if start is None else _numbers(start, "starts")
        if not len(g) == len(h) == len(w):
            raise ValueError(
                f"a box takes one slope, one curvature and one start for each weight, got "
                f"{len(g)}, {len(h)} and {len(w)}"
            )
        if isinstance(steps, bool) or steps not in range(1, MOST_STEPS + 1):
            raise ValueError(f"a box takes 1 to {MOST_STEPS} steps, got {steps!r}")
        return stepper(g, h, w, steps)[None]  # (1, n)

    return run


def _numbers(given: Any, name: str, least: float = -LARGEST) -> Tensor:
    """The learner's numbers, (n,) in float64.

    Raises:
        ValueError: something else; says what a box takes.
    """
    numbers = as_numbers(given)
    if numbers.ndim != 1 or not 1 <= len(numbers) <= MOST_WEIGHTS:
        raise ValueError(
            f"a box takes {name} as a list of 1 to {MOST_WEIGHTS} numbers, such as [1.0, -2.0], "
            f"got {what_came(numbers)}"
        )
    if not ((least - ROUNDING <= numbers) & (numbers <= LARGEST)).all():
        raise ValueError(f"a box takes {name} from {least:g} to {LARGEST:g}; yours go beyond")
    return numbers


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Figure:
    tables = {f"box {name}": weights for name, weights in out.items()}
    return draw_tables(tables, title="Where the weights arrive", columns=1)
