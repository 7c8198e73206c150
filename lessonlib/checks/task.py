"""A task: how its inputs are made, how an answer is run on them, and how that is judged."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lessonlib.checks.first import Commit
from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.result import Verdict
from lessonlib.checks.runners import as_value

MOST_HINTS = 3


@dataclass(frozen=True)
class Task:
    """One task of the exercises.

    Attributes:
        id: chapter and name, such as "02.out_size".
        points: what a right answer gets.
        cases: plain inputs, drawn from a seed; the same seed gives the same.
        judge: part of the points and a message, from cases and outcomes alone. It runs nothing of
            the learner's, and also judges outcomes that another process sent.
        run: applies an answer to the cases; only here does a learner's code run.
        ask: the question in words, where its numbers are drawn from the seed.
        commit: makes the first answer in a run of the notebook count (see
            `lessonlib.checks.first`); None where answers may be tried as often as one likes.
        hints: at most three, from a nudge to a method. They hold for every seed's numbers, and
            none of them holds the answer.
        reasoning: why the answer is right, said after full points.
    """

    id: str
    points: float
    cases: Callable[[int], list[Case]]
    judge: Callable[[list[Case], list[Outcome]], Verdict]
    run: Callable[[Any, Sequence[Case]], list[Outcome]] = as_value
    ask: Callable[[Case], str] | None = None
    commit: Commit | None = None
    hints: tuple[str, ...] = ()
    reasoning: str = ""


TASKS: dict[str, Task] = {}  # by id


def register(task: Task) -> Task:
    """Add a task to `TASKS`.

    Raises:
        ValueError: its id is not like "02.out_size" or is taken, or it has more than three hints.
    """
    if not re.fullmatch(r"\d\d\.[a-z]\w*", task.id):
        raise ValueError(f"a task's id is like '02.out_size', got {task.id!r}")
    if task.id in TASKS:
        raise ValueError(f"there are two tasks {task.id!r}")
    if not isinstance(task.hints, tuple) or len(task.hints) > MOST_HINTS:
        raise ValueError(f"the hints of {task.id} are a tuple of at most {MOST_HINTS} texts")
    TASKS[task.id] = task
    return task


def find(task_id: str) -> Task:
    """The task of this id.

    Raises:
        ValueError: there is none; the message names the nearest.
    """
    if isinstance(task_id, str) and task_id in TASKS:
        return TASKS[task_id]
    if not isinstance(task_id, str):
        raise ValueError(f'a check begins with its task, as in check("02.out_size", answer), '
                         f"got {type(task_id).__name__}")  # fmt: skip
    near = difflib.get_close_matches(task_id, TASKS, n=3, cutoff=0.5) or sorted(TASKS)
    raise ValueError(f"there is no task {task_id!r}; the nearest: {', '.join(near)}")
