"""Judging one number: the right one, those that common mistakes give, and rounded ones.

One tolerance serves the right answer and the known mistakes alike, and of those that are within
it the nearest is taken. So a rounded answer is neither refused nor called a mistake, and a small
mistake is not called right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.reading import number, whole_number
from lessonlib.checks.result import AnswerError, Verdict

HAND = 0.015  # of the value: what rounding to two or three digits by hand costs


@dataclass(frozen=True)
class Mistake:
    """A mistake that is recognised by what it gives.

    Attributes:
        gives: the number it leads to or, for a function, the function it leads to. Computed with
            the library where that is possible, like the right answer.
        hint: what to say: a question that leads on, and not the answer.
        share: part of the points that it keeps.
    """

    gives: Any
    hint: str
    share: float = 0.0


@dataclass(frozen=True)
class Question:
    """A question whose answer is one number.

    Attributes:
        right: the answer, computed with the library.
        mistakes: numbers that common mistakes lead to.
        praise: what to say of the right answer: why it is so.
        hint: what to say of a number that is not recognised: how to begin.
        counts: True where the answer is a whole number, which has no tolerance.
    """

    right: float
    mistakes: Sequence[Mistake]
    praise: str
    hint: str
    counts: bool = False


def judge_number(value: Any, question: Question) -> Verdict:
    """Judge one number, plain as an outcome has it.

    Raises:
        AnswerError: it is no finite number, or not whole where it has to be.
    """
    read = whole_number(value) if question.counts else number(value)
    candidates = [Mistake(question.right, question.praise, 1.0), *question.mistakes]
    tolerance = 0 if question.counts else HAND
    gaps = [abs(read - known.gives) for known in candidates]
    near = [n for n, gap in enumerate(gaps) if gap <= tolerance * abs(candidates[n].gives)]
    best = min(near, key=gaps.__getitem__, default=None)
    if best == 0 or (0 in near and _is_rounded(read, question.right)):
        return Verdict(1.0, question.praise)
    said = f"You answered {read:,}." if question.counts else f"You answered {read:g}."
    if best is None:
        return Verdict(0.0, f"{said} {question.hint}")
    return Verdict(candidates[best].share, f"{said} {candidates[best].hint}")


def judge_part(value: Any, question: Question) -> Verdict:
    """Judge one of several numbers: what is no number gets nothing, and leaves the others alone."""
    try:
        return judge_number(value, question)
    except AnswerError as error:
        return Verdict(0.0, str(error))


def _is_rounded(value: float, right: float) -> bool:
    return any(value == round(right, digits) for digits in range(12))


def number_judge(
    question: Callable[..., Question],
) -> Callable[[list[Case], list[Outcome]], Verdict]:
    """The judge of a task whose answer is one number, from the question that its inputs make."""

    def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
        return judge_number(outcomes[0].value, question(*cases[0].inputs))

    return judge
