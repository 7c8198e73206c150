"""Six boxes in a row: one is right, and each of the others has one fault."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.puzzles.number import draws
from lessonlib.puzzles.seen import Seen

NAMES = "ABCDEF"
NONE = "none"  # the label of the box without a fault

Run = Callable[..., Tensor]  # an input and its options -> what comes out
Draw = Callable[[Mapping[str, Tensor], Mapping[str, Any]], Figure]


def deal(faults: Sequence[str], number: int, purpose: str) -> dict[str, str]:
    """Which box has which fault: `NONE` for one of the six, and five different faults.

    Args:
        faults: the faults that there are, five or more.
        number: the learner's own.
        purpose: the exercise's name, so that two exercises are dealt differently.
    """
    draw = draws(number, f"{purpose}: who is who")
    labels = [NONE, *draw.sample(list(faults), len(NAMES) - 1)]
    draw.shuffle(labels)
    return dict(zip(NAMES, labels, strict=True))


class LineUp:
    """The six boxes: `boxes(picture)` shows what each of them makes of it.

    Each picture shows them in another order, with their letters on them, so that only someone who
    looks knows which is which.

    Args:
        runs: what each box computes, by its letter.
        draw: how that is drawn.
    """

    __slots__ = ("_draw", "_runs")

    def __init__(self, runs: Mapping[str, Run], draw: Draw) -> None:
        self._runs, self._draw = dict(runs), draw

    def __repr__(self) -> str:
        """The letters, and no more."""
        return f"Boxes {', '.join(self._runs)}"

    def __call__(self, given: Any, *choice: Any, **options: Any) -> Seen:
        """Show what every box makes of one input.

        Raises:
            ValueError: an input that the boxes do not take, with what they take.
        """
        out = {name: run(given, *choice, **options) for name, run in self._runs.items()}
        return Seen("what the boxes make of your input", lambda: self._draw(out, options), out)
