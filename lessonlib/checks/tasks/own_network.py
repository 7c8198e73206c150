"""What the tasks on a network of the learner's own have in common: what they read and accept."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from lessonlib.checks.first import Commit, whole
from lessonlib.checks.labels import number_below
from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.reading import STILL_NONE, items
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task
from lessonlib.checks.tasks.your_network_help import Help

FEW = 2  # test digits, and a tenth of an effect

Judge = Callable[[int, Any], Verdict]


def own_network_task(task: str, points: float, judge: Judge, commit: Commit, words: Help) -> Task:
    """A task on a network of the learner's own.

    Args:
        task: its id, such as "02.whose_map".
        points: what a right answer gets.
        judge: a verdict from the learner's number and the plain answer.
        commit: how the first answer counts.
        words: its hints and its reasoning.
    """

    def cases(seed: int) -> list[Case]:
        return [Case(f"the network of number {seed}", (seed,))]

    def judged(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
        return judge(*cases[0].inputs, outcomes[0].value)

    parts = {"cases": cases, "judge": judged, "commit": commit}
    return Task(task, points=points, **parts, **words._asdict())


def most(values: Tensor, base: float = 0.0) -> set[int]:
    """Places of the largest count, and of those that are nearly as large."""
    largest = float(values.max())
    margin = FEW + 0.1 * max(largest - base, 0)
    return {place for place, value in enumerate(values.tolist()) if value >= largest - margin}


def wrong_only(counts: Tensor) -> Tensor:
    """The counts of wrong answers: the diagonal is 0."""
    return counts - counts.diagonal().diag()


def one_number(value: Any, bound: int, right: set[int], hint: str, praise: str) -> Verdict:
    """One number from 0; without a remark on how near it is, since it would be a guess."""
    number = read_number(value, bound)
    if number in right:
        return Verdict(1.0, praise)
    return Verdict(0.0, f"You answered {number}. {hint}")


def read_number(value: Any, bound: int) -> int:
    """A whole number from 0 to below the bound.

    Raises:
        AnswerError: it is something else.
    """
    if value is None:
        raise AnswerError(STILL_NONE)
    try:
        return number_below(bound)(value)
    except AnswerError as error:
        said = str(error)
        raise AnswerError(said[0].upper() + said[1:]) from None


def first_number(bound: int) -> Commit:
    """The first number that can be read counts."""
    return whole(lambda value: read_number(value, bound))


def number_pair(value: Any, *bounds: int) -> tuple[int, ...]:
    """Two whole numbers, each from 0 to below its bound.

    Raises:
        AnswerError: it is something else.
    """
    pair = items(value, 2, "`(3, 8)`")
    return tuple(read_number(item, bound) for item, bound in zip(pair, bounds, strict=True))
