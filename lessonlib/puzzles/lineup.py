"""Six boxes in a row: one is right, and each of the others has one fault."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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


class Box:
    """A black box: takes an input, and shows what comes out.

    Args:
        name: its letter.
        run: what it computes.
        draw: how that is drawn.
    """

    __slots__ = ("_draw", "_run", "name")

    def __init__(self, name: str, run: Run, draw: Draw) -> None:
        self.name, self._run, self._draw = name, run, draw

    def __repr__(self) -> str:
        """Its letter, and no more."""
        return f"Box {self.name}"

    def __call__(self, given: Any, *choice: Any, **options: Any) -> Seen:
        """Show what the box makes of one input.

        Raises:
            ValueError: an input that the box does not take, with what it takes.
        """
        return _shown((self,), given, choice, options)


class LineUp(Mapping[str, Box]):
    """The six boxes: `boxes(picture)` shows what all make of it, `boxes["A"](picture)` one.

    Args:
        runs: what each box computes, by its letter.
        draw: how that is drawn.
    """

    __slots__ = ("_boxes",)

    def __init__(self, runs: Mapping[str, Run], draw: Draw) -> None:
        self._boxes = {name: Box(name, run, draw) for name, run in runs.items()}

    def __getitem__(self, name: str) -> Box:
        """The box of that letter."""
        return self._boxes[name]

    def __iter__(self) -> Iterator[str]:
        """The letters."""
        return iter(self._boxes)

    def __len__(self) -> int:
        """Six."""
        return len(self._boxes)

    def __repr__(self) -> str:
        """The letters, and no more."""
        return f"Boxes {', '.join(self)}"

    def __call__(self, given: Any, *choice: Any, **options: Any) -> Seen:
        """Show what every box makes of one input.

        Raises:
            ValueError: an input that the boxes do not take, with what they take.
        """
        return _shown(tuple(self.values()), given, choice, options)


def _shown(boxes: Sequence[Box], given: Any, choice: tuple, options: Mapping[str, Any]) -> Seen:
    out = {box.name: box._run(given, *choice, **options) for box in boxes}
    draw = boxes[0]._draw
    whose = f"box {boxes[0].name} makes" if len(boxes) == 1 else "the boxes make"
    return Seen(f"what {whose} of your input", lambda: draw(out, options), out)
