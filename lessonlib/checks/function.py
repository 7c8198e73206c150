"""Judging a function: its values beside the library's, and beside those of common mistakes.

The tolerance is the same for both, and the nearest is taken, as in `question`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from lessonlib.checks.outcome import Case, Outcome, State
from lessonlib.checks.question import HAND, Mistake
from lessonlib.checks.reading import as_tensor, grain
from lessonlib.checks.refusals import (
    refuse_endless,
    refuse_no_function,
    refuse_template,
    what_it_raised,
)
from lessonlib.checks.result import AnswerError, Verdict

EXACT = 1e-5  # a tolerance for what has no constants to round
HALF = 0.5  # of the points, for what is right in one case and not in another
CHANGED_COSTS = 0.25  # of the points, where the task says to leave the inputs as they are


@dataclass(frozen=True)
class Function:
    """The judge of a task whose answer is a function: compares it with the library's.

    Attributes:
        form: how it is called, such as "area(width, height)".
        right: the library's own, of the same inputs.
        mistakes: functions that common mistakes lead to.
        praise: what to say of a right function.
        read: a tensor from what the function returned for a case.
        shape_hint: a hint from a wrong shape and the right one.
        tolerance: largest difference that counts as equal, as a part of the largest value.
        rule: what to say where it calls what the task excludes.
        keeps_inputs: whether the task says to leave the inputs as they are.
    """

    form: str
    right: Callable[..., Tensor]
    mistakes: Sequence[Mistake]
    praise: str
    read: Callable[[Any, Case], Tensor] = lambda value, case: as_tensor(value)
    shape_hint: Callable[[tuple[int, ...], tuple[int, ...]], str] = lambda given, right: ""
    tolerance: float = HAND
    rule: str = ""
    keeps_inputs: bool = False

    def __call__(self, cases: list[Case], outcomes: list[Outcome]) -> Verdict:
        """Judge what the function did.

        Raises:
            AnswerError: the answer is no such function, or does not end.
        """
        refuse_no_function(self.form, outcomes[0])
        refuse_template(outcomes[0])
        refuse_endless(cases, outcomes)
        used = sorted({name for outcome in outcomes for name in outcome.used})
        if used:
            return Verdict(0.0, f"Your function calls `{used[0]}`. {self.rule}")
        verdict = self._compared(cases, outcomes)
        if self.keeps_inputs and any(outcome.changed for outcome in outcomes):
            return _changed(verdict)
        return verdict

    def _compared(self, cases: list[Case], outcomes: list[Outcome]) -> Verdict:
        given = [self.value(*pair) for pair in zip(cases, outcomes, strict=True)]
        right = [self.right(*case.inputs) for case in cases]
        good = [self.is_close(*three) for three in zip(given, right, outcomes, strict=True)]
        known = self._nearest(cases, outcomes, given, right if all(good) else None)
        if known is not None:
            return Verdict(known.share, known.hint)
        if all(good):
            return Verdict(1.0, self.praise)
        first = good.index(False)
        problem = self._problem(cases[first], given[first], right[first])
        if any(good):
            return Verdict(HALF, f"Right for {cases[good.index(True)].text}. {problem}")
        return Verdict(0.0, problem)

    def value(self, case: Case, outcome: Outcome) -> Tensor | AnswerError:
        """What the function gave for a case, or why that is nothing to compare."""
        try:
            if outcome.state is State.RAISED:
                raise AnswerError(what_it_raised(outcome))
            return self.read(outcome.value, case)
        except AnswerError as error:
            words = str(error)
            return AnswerError(f"For {case.text} {words[0].lower()}{words[1:]}")

    def is_close(self, given: Tensor | AnswerError, known: Tensor, outcome: Outcome) -> bool:
        """Whether a value is there, of the same shape and equal within the tolerance."""
        tolerance = max(self.tolerance, 8 * grain(outcome.value))
        return gap(given, known) <= tolerance

    def _nearest(
        self,
        cases: list[Case],
        outcomes: list[Outcome],
        given: list[Tensor | AnswerError],
        right: list[Tensor] | None,
    ) -> Mistake | None:
        """The mistake that explains all values, if it does so better than the right answer."""
        best, nearest = None, float("inf")
        if right is not None:
            nearest = max(map(gap, given, right))
        if nearest <= EXACT:
            return None
        for mistake in self.mistakes:
            known = [mistake.gives(*case.inputs) for case in cases]
            if not all(map(self.is_close, given, known, outcomes)):
                continue
            distance = max(map(gap, given, known))
            if distance < nearest - 1e-6:  # of equally near ones, the first
                best, nearest = mistake, distance
        return best

    def _problem(self, case: Case, given: Tensor | AnswerError, right: Tensor) -> str:
        if isinstance(given, AnswerError):
            return str(given)
        if given.shape != right.shape:
            shapes = tuple(given.shape), tuple(right.shape)
            said = f"For {case.text} your result has the shape {shapes[0]}, not {shapes[1]}."
            return f"{said} {self.shape_hint(*shapes)}".rstrip()
        if not given.ndim:
            return f"For {case.text} you give {given.item():g}, which is not the number expected."
        apart = (given - right).abs()
        place = tuple(map(int, np.unravel_index(int(apart.argmax()), apart.shape)))
        return (
            f"For {case.text} your shape is right and your values are not: they are furthest off "
            f"at {place}, by {apart.max():.3g}. Work that one out by hand."
        )


def gap(given: Tensor | AnswerError, known: Tensor) -> float:
    """The largest difference, as a part of the largest known value; infinite where none is."""
    if isinstance(given, AnswerError) or given.shape != known.shape:
        return float("inf")
    if not given.numel():
        return 0.0
    apart, scale = (given - known.double()).abs().max().item(), known.abs().max().item()
    return apart / scale if scale else (0.0 if apart == 0 else float("inf"))


def _changed(verdict: Verdict) -> Verdict:
    said = (
        "Your function changes the tensors that it gets, which the task asks to leave as they "
        "are. Does it use `+=`, `-=` or `*=`, or a call that ends with `_`?"
    )
    start = "Your numbers are right." if verdict.share == 1 else verdict.message
    return Verdict(min(verdict.share, 1 - CHANGED_COSTS), f"{start} {said}")
