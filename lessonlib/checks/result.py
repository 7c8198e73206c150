"""What a check says of an answer."""

import math
from dataclasses import dataclass
from typing import NamedTuple


class AnswerError(Exception):
    """The answer cannot be compared; the text is the learner's message."""


class CheckFault(Exception):  # noqa: N818, the word says whose mistake it is
    """A check itself has a fault; the answer was not judged and must not get 0 points for it."""


class Verdict(NamedTuple):
    """What a comparison found.

    Attributes:
        share: part of the check's points that the answer gets, 0 to 1.
        message: what the learner reads; it helps and does not give the answer away.
    """

    share: float
    message: str


@dataclass(frozen=True, repr=False)
class Result:
    """Points for one answer. A test cell shows it and ends with its `points`, a plain number.

    nbgrader reads the number that a test cell ends with as points (anything else that is not an
    error counts as full marks), so points are always a finite float from 0 to `out_of`.

    Raises:
        ValueError: points outside 0..out_of.
    """

    points: float
    out_of: float
    message: str

    def __post_init__(self) -> None:
        if not (math.isfinite(self.out_of) and 0 <= self.points <= self.out_of):
            raise ValueError(f"expected points from 0 to {self.out_of}, got {self.points}")
        object.__setattr__(self, "points", float(self.points))
        object.__setattr__(self, "out_of", float(self.out_of))

    @property
    def passed(self) -> bool:
        """True where the answer got all points."""
        return self.points == self.out_of

    def _head(self) -> str:
        word = "Right" if self.passed else "Partly right" if self.points else "Not yet"
        return f"{word}: {self.points:g} of {self.out_of:g} points."

    def __repr__(self) -> str:
        """The points and the message as text."""
        return f"{self._head()} {self.message}"

    def _repr_markdown_(self) -> str:
        return f"**{self._head()}** {self.message}"
