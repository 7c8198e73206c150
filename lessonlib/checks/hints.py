"""Hints: up to three per task, from a nudge to a method, one more at each call of `hint`.

A hint holds for the numbers of every learner, and none of them holds the answer. A restart of the
kernel begins again with the first.
"""

from IPython import get_ipython
from IPython.display import Markdown, display

from lessonlib.checks.task import Task, find

_SHOWN: dict[str, int] = {}  # how many hints of each task were shown
_NUMBERS = ("no", "one", "two", "three")


class Hint(str):
    """The text of a hint that has been shown, so that a cell which ends with it shows no more."""

    __slots__ = ()

    def _ipython_display_(self) -> None:
        """Show nothing: it is there already."""


def hint(task_id: str) -> str:
    """Show the next hint for a task, and say how many are left; after the last, show all again.

    Hints cost no points, and they can be read before the first answer is given.

    Args:
        task_id: the task, such as "03.subsample".

    Returns:
        What was shown, as Markdown.

    Raises:
        ValueError: there is no such task, or it has no hints.
    """
    task = find(task_id)
    if not task.hints:
        raise ValueError(f"the task {task_id} has no hints")
    shown = _SHOWN.get(task_id, 0)
    _SHOWN[task_id] = min(shown + 1, len(task.hints))
    text = _next(task, shown) if shown < len(task.hints) else _all(task)
    _show(text)
    return Hint(text)


def offer(task: Task) -> str:
    """A sentence that says how to get a hint; empty where there is none to offer.

    Where the first answer counts, another answer would change nothing, so nothing is offered.
    """
    if not task.hints or task.commit is not None:
        return ""
    count = len(task.hints)
    there = "there is one" if count == 1 else f"there are {_NUMBERS[count]}"
    return f'`hint("{task.id}")` gives a hint; {there}.'


def forget() -> None:
    """Begin again with the first hints, as a restart of the kernel does."""
    _SHOWN.clear()


def _next(task: Task, shown: int) -> str:
    count = len(task.hints)
    left = count - shown - 1
    rest = {0: "This was the last hint.", 1: "One more is left."}
    said = rest.get(left, f"{_NUMBERS[left].capitalize()} more are left.")
    return f"**Hint {shown + 1} of {count}.** {task.hints[shown]} *({said})*"


def _all(task: Task) -> str:
    lines = [f"{place}. {words}" for place, words in enumerate(task.hints, start=1)]
    return "\n".join([f"There are no more hints for {task.id}. Here they are again:", "", *lines])


def _show(text: str) -> None:
    """Show Markdown where there is a notebook, and print it elsewhere."""
    if get_ipython() is None:
        print(text)
    else:
        display(Markdown(text))
