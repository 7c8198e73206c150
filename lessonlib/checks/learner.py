"""What a learner's notebook and a grader call: `check`, `judge`, `ask`, `given`, `passed`."""

import copy
import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from lessonlib.checks.first import first_answer
from lessonlib.checks.hints import offer
from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.plain import plain
from lessonlib.checks.reading import as_tensor
from lessonlib.checks.result import AnswerError, CheckFault, Result, Verdict
from lessonlib.checks.surroundings import captured, own_settings
from lessonlib.checks.task import Task, find

_PASSED: dict[str, Any] = {}  # the answers that got all points, by task


def check(task_id: str, answer: Any, seed: int = 0) -> Result:
    """Points for an answer, and what to look at where it is not right yet.

    Where a task has to be looked at, the first answer in a run of the notebook counts (see
    `lessonlib.checks.first`).

    Args:
        task_id: the task, such as "02.out_size".
        answer: the learner's number, text, list or function.
        seed: the learner's own number, which the inputs are drawn from.

    Raises:
        ValueError: there is no such task, or the seed is no whole number from 0 to 2**63 - 1.
        CheckFault: the check itself has a fault.
    """
    task = find(task_id)
    _PASSED.pop(task_id, None)
    cases = _cases(task, seed)
    outcomes = _without_fault(task, lambda: task.run(answer, copy.deepcopy(cases)), mine=False)
    outcomes, remark = _without_fault(
        task, lambda: first_answer(task_id, seed, task.commit, outcomes)
    )
    result = judge(task_id, cases, outcomes)
    if remark:
        result = replace(result, message=f"{result.message} {remark}")
    if result.passed:
        _PASSED[task_id] = answer
    return result


def cases_of(task_id: str, seed: int = 0) -> list[Case]:
    """The inputs that a task draws from a seed.

    Raises:
        ValueError: as `check`.
        CheckFault: they could not be made.
    """
    return _cases(find(task_id), seed)


def judge(task_id: str, cases: list[Case], outcomes: list[Outcome]) -> Result:
    """Points and a message for outcomes, wherever they were made.

    Raises:
        ValueError: there is no such task.
        CheckFault: the check has a fault; the answer is not judged.
    """
    task = find(task_id)
    verdict = _without_fault(task, lambda: _judged(task, cases, outcomes))
    points = round(task.points * verdict.share, 2)
    result = _without_fault(task, lambda: Result(points, task.points, verdict.message))
    return _with_more(task, result)


def _with_more(task: Task, result: Result) -> Result:
    """The result with the reasoning after full points, or else with the offer of a hint."""
    why = f"Why: {task.reasoning}" if task.reasoning else ""
    more = why if result.passed else offer(task)
    return replace(result, message=f"{result.message} {more}".strip())


def _judged(task: Task, cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    try:
        return task.judge(cases, outcomes)
    except AnswerError as error:
        return Verdict(0.0, str(error))


def _cases(task: Task, seed: int) -> list[Case]:
    if type(seed) is not int or not 0 <= seed < 2**63:
        raise ValueError(f"your number has to be a whole number from 0 on, such as 7, got {seed!r}")
    return _without_fault(task, lambda: task.cases(seed))


def _without_fault(task: Task, work: Callable[[], Any], mine: bool = True) -> Any:
    """What the work gives, with settings of our own or, for a learner's code, the learner's."""
    try:
        with own_settings() if mine else torch.random.fork_rng(devices=[]):
            return work()
    except Exception as error:
        raise CheckFault(
            f"the check of {task.id} has a fault, so your answer was not judged. It is not your "
            f"mistake; please report it with this message: {error!r}"
        ) from error


def ask(task_id: str, seed: int = 0) -> str:
    """A question whose numbers are drawn from the learner's own number, as Markdown.

    Raises:
        ValueError: as `check`, or the task's question has no such numbers.
    """
    task = find(task_id)
    if task.ask is None:
        raise ValueError(f"the question of {task_id} has no numbers of its own")
    return task.ask(_cases(task, seed)[0])


def given(task_id: str, seed: int = 0) -> tuple[Any, ...]:
    """What a task hands out to measure on: the inputs of its first case, as copies.

    Raises:
        ValueError: as `check`.
    """
    return copy.deepcopy(_cases(find(task_id), seed)[0].inputs)


def passed(task_id: str) -> Callable[..., Any] | None:
    """The learner's function that got all points of a task when it was last checked here.

    It gets copies of its inputs and returns a float64 tensor, whatever kind of numbers the
    learner's returns; where that is a pair, a tuple of two. Before the task is solved it is None,
    and a line says so.

    Raises:
        ValueError: there is no such task.
    """
    find(task_id)
    function = _PASSED.get(task_id)
    if function is None:
        print(f"This cell waits for {task_id}: run its check until it gives all points.")
        return None

    @functools.wraps(function)
    def call(*inputs: Any) -> Tensor | tuple[Tensor, ...]:
        with captured():
            value = plain(function(*copy.deepcopy(inputs)))
        try:
            return as_tensor(value)
        except AnswerError:
            if type(value) not in (tuple, list):
                raise
            return tuple(as_tensor(part) for part in value)

    return call
