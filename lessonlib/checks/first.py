"""The first answer counts: for tasks in which a learner has to look, and could try all answers.

A check may be run as often as one likes, so a loop over all possible answers would find the right
one without a look at anything. In a task with `Task.commit`, therefore, what was answered first in
a run of the notebook stays what is judged; of a dictionary, the first label of each name. A
restart of the kernel begins a new run. A grader runs a notebook once, so that the answer which it
holds counts.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from lessonlib.checks.outcome import Outcome
from lessonlib.checks.result import AnswerError


class Committed(NamedTuple):
    """An answer, after the first one was taken into account.

    Attributes:
        kept: what counts from now on.
        judged: the answer to judge: what counts, and what of the new answer cannot be read.
        instead: in words, what counts instead of what was given now; empty where they agree.
    """

    kept: Any
    judged: Any
    instead: str = ""


Commit = Callable[[Any, Any], Committed]
"""What was given now, and what was kept (None before the first answer) -> what counts.

Raises `AnswerError` for an answer that cannot be read; nothing is kept of it.
"""

_KEPT: dict[tuple[str, int], Any] = {}  # by task and seed


def whole(read: Callable[[Any], Any]) -> Commit:
    """The first answer that can be read counts, as a whole.

    Args:
        read: the answer as it is compared; raises `AnswerError` for what cannot be read.
    """

    def commit(value: Any, kept: Any) -> Committed:
        given = read(value)
        counts = given if kept is None else kept
        return Committed(counts, counts, "" if counts == given else f"`{counts!r}`")

    return commit


def first_answer(
    task_id: str, seed: int, commit: Commit | None, outcomes: list[Outcome]
) -> tuple[list[Outcome], str]:
    """The outcomes to judge, and a sentence where an earlier answer takes the place of this one."""
    if commit is None:
        return outcomes, ""
    try:
        committed = commit(outcomes[0].value, _KEPT.get((task_id, seed)))
    except AnswerError:
        return outcomes, ""  # the judge says what is wrong with it, and gives nothing for it
    _KEPT[task_id, seed] = committed.kept
    remark = (
        f"In one run of the notebook your first answer counts, here {committed.instead}. Look "
        f"again, then restart the kernel and answer once more."
    )
    judged = [replace(outcomes[0], value=committed.judged)]
    return judged, remark if committed.instead else ""


def forget() -> None:
    """Begin a new run, as a restart of the kernel does."""
    _KEPT.clear()
