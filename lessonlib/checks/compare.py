"""Comparing an answer with the library's, and with what common mistakes would give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessonlib.checks.attempt import Case, attempt
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.values import number, whole_number

HALF = 0.5  # of the points, for what is right in one case and not in another


@dataclass(frozen=True)
class Mistake:
    """A mistake that is recognised by what it gives.

    Attributes:
        gives: the number it leads to or, for a function, the function it leads to. Computed with
            the library where that is possible, like the right answer.
        hint: what to say; a question rather than the answer.
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
        tolerance: largest difference that counts as equal; None asks for a whole number.
    """

    right: float
    mistakes: Sequence[Mistake]
    praise: str
    hint: str
    tolerance: float | None = None


def match_number(answer: Any, question: Question) -> Verdict:
    """Compare a number.

    Raises:
        AnswerError: the answer is no finite number, or not whole where it has to be.
    """
    is_count = question.tolerance is None
    value = whole_number(answer) if is_count else number(answer)
    tolerance = question.tolerance or 0
    if abs(value - question.right) <= tolerance:
        return Verdict(1.0, question.praise)
    came = f"{value:,} came." if is_count else f"{value:g} came."
    for mistake in question.mistakes:
        if abs(value - mistake.gives) <= tolerance * max(1, abs(mistake.gives)):
            return Verdict(mistake.share, f"{came} {mistake.hint}")
    return Verdict(0.0, f"{came} {question.hint}")


@dataclass(frozen=True)
class Task:
    """A function that learners write.

    Attributes:
        form: how it is called, such as "area(width, height)".
        right: the library's own, of the same inputs.
        mistakes: functions that common mistakes lead to.
        shape_hint: a hint from a wrong shape and the right one.
        tolerance: largest difference that counts as equal.
    """

    form: str
    right: Callable[..., Tensor]
    mistakes: Sequence[Mistake]
    shape_hint: Callable[[tuple[int, ...], tuple[int, ...]], str] = lambda came, right: ""
    tolerance: float = 1e-4

    def is_close(self, value: Tensor | AnswerError, right: Tensor) -> bool:
        """True where a value came, of the right shape and size."""
        if isinstance(value, AnswerError) or value.shape != right.shape:
            return False
        return torch.allclose(value, right.double(), rtol=0, atol=self.tolerance)


def match_function(answer: Any, task: Task, cases: Sequence[Case], praise: str) -> Verdict:
    """Compare a function with the library's on every case.

    Raises:
        AnswerError: the answer is no such function, or does not end.
    """
    expected = [task.right(*case.inputs) for case in cases]  # before any code of the learner's
    wrong = [[mistake.gives(*case.inputs) for case in cases] for mistake in task.mistakes]
    came = attempt(answer, task.form, cases)
    good = [task.is_close(*pair) for pair in zip(came, expected, strict=True)]
    if all(good):
        return Verdict(1.0, praise)
    for mistake, values in zip(task.mistakes, wrong, strict=True):
        if all(task.is_close(*pair) for pair in zip(came, values, strict=True)):
            return Verdict(mistake.share, mistake.hint)
    first = good.index(False)
    problem = _problem(task, cases[first], came[first], expected[first])
    if any(good):
        return Verdict(HALF, f"Right for {cases[good.index(True)].text}. {problem}")
    return Verdict(0.0, problem)


def _problem(task: Task, case: Case, came: Tensor | AnswerError, expected: Tensor) -> str:
    if isinstance(came, AnswerError):
        return str(came)
    if came.shape != expected.shape:
        shapes = tuple(came.shape), tuple(expected.shape)
        said = f"For {case.text} a shape of {shapes[0]} came, expected {shapes[1]}."
        return f"{said} {task.shape_hint(*shapes)}".rstrip()
    if not came.ndim:
        return f"For {case.text} {came.item():g} came, which is another number than expected."
    gap = (came - expected).abs()
    place = tuple(map(int, np.unravel_index(int(gap.argmax()), gap.shape)))
    return (
        f"For {case.text} the shape is right and the values are not: the largest difference is "
        f"{gap.max():.3g}, at {place}. Work that one out by hand."
    )
