"""Six schedules of the learning rate for "catch the impostor" in chapter 12."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.puzzles.drawing import mixed
from lessonlib.puzzles.given import as_numbers, what_came
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import draws, own_number
from lessonlib.viz.panels import plot_panels

PURPOSE = "schedules"
MOST_EPOCHS = 40
CUTS = 3
TENTH, HALF = 0.1, 0.5

SCHEDULE_FAULTS = (
    "impatient",
    "counts all",
    "looks one back",
    "equal is enough",
    "counts on",
    "forgets",
    "never stops",
    "halves",
)
"""The faults that a schedule may have."""


@dataclass(frozen=True)
class _Schedule:
    """Divides the rate by ten when the lowest error so far has not been beaten for some epochs.

    Attributes:
        patience: for so many epochs in a row.
        fault: one of the faults, or "none".
    """

    patience: int
    fault: str

    def __call__(self, errors: list[float]) -> Tensor:
        """(N + 1,) the rate of each of N epochs and of the next, as parts of the first rate."""
        patience = self.patience - (self.fault == "impatient")
        rate, lowest, stalled, cuts, rates = 1.0, inf, 0, 0, [1.0]
        for epoch, error in enumerate(errors):
            better = self._is_better(error, lowest, errors[epoch - 1] if epoch else inf)
            lowest = min(lowest, error)
            stalled = self._stalled(stalled, better)
            if stalled >= patience and (cuts < CUTS or self.fault == "never stops"):
                rate *= HALF if self.fault == "halves" else TENTH
                cuts += 1
                stalled = stalled if self.fault == "counts on" else 0
                lowest = inf if self.fault == "forgets" else lowest
            rates.append(rate)
        return torch.tensor(rates, dtype=torch.float64)

    def _is_better(self, error: float, lowest: float, last: float) -> bool:
        if self.fault == "looks one back":
            return error < last
        return error <= lowest if self.fault == "equal is enough" else error < lowest

    def _stalled(self, stalled: int, better: bool) -> int:
        if not better:
            return stalled + 1
        return stalled if self.fault == "counts all" else 0


def schedule_boxes(number: int) -> LineUp:
    """Six schedules with the same hidden patience; five have one fault each.

    They take the validation errors of 1 to 40 epochs, from 0 to 100, and show the rate of each
    epoch and of the one after them.

    Args:
        number: the learner's own; patience and faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    patience = hidden_patience(number)
    dealt = dealt_schedules(number)
    return LineUp({name: _run(_Schedule(patience, label)) for name, label in dealt.items()}, _draw)


def hidden_patience(number: int) -> int:
    """After how many epochs in a row the right box cuts: 3, 4 or 5."""
    return draws(own_number(number), PURPOSE).choice((3, 4, 5))


def dealt_schedules(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(SCHEDULE_FAULTS, number, PURPOSE)


def _run(schedule: _Schedule) -> Run:
    def run(errors: Any) -> Tensor:
        return schedule(_errors(errors))

    return run


def _errors(given: Any) -> list[float]:
    """The learner's errors.

    Raises:
        ValueError: something else; says what a box takes.
    """
    numbers = as_numbers(given)
    if numbers.ndim != 1 or not 1 <= len(numbers) <= MOST_EPOCHS:
        raise ValueError(
            f"a box takes the errors of 1 to {MOST_EPOCHS} epochs as a list, such as "
            f"[50, 40, 40, 40], got {what_came(numbers)}"
        )
    if not ((numbers >= 0) & (numbers <= 100)).all():
        raise ValueError("a box takes errors from 0 to 100, in percent; yours go beyond")
    return numbers.tolist()


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Figure:
    epochs = range(1, len(next(iter(out.values()))) + 1)
    panels = {f"box {name}": {"rate": out[name]} for name in mixed(list(out))}
    return plot_panels(
        epochs,
        panels,
        xlabel="epoch",
        ylabel="rate, as a part of the first",
        title="The rate of each epoch",
        ylog=True,
    )
