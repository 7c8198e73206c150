"""Applying an answer to a task's cases: the only place where a learner's code runs.

What comes back is plain. Nothing here knows the right answer.
"""

import contextlib
import copy
import functools
import inspect
import linecache
import time
import traceback
from collections.abc import Callable, Collection, Sequence
from typing import Any

import torch
from torch import Tensor

from lessonlib.checks.outcome import Case, Outcome, Raised, State
from lessonlib.checks.plain import plain
from lessonlib.checks.rules import Noted
from lessonlib.checks.surroundings import captured
from lessonlib.checks.timelimit import TooLongError, call_within

SECONDS = 10.0  # for all cases together; nbgrader gives a cell 30
Call = Callable[..., Any]


def as_value(answer: Any, cases: Sequence[Case]) -> list[Outcome]:
    """Run an answer that is a value: copy it."""
    return [Outcome(State.RETURNED, plain(answer))]


def as_function(
    call: Call | None = None, excluded: Collection[str] = (), seconds: float | None = None
) -> Callable[[Any, Sequence[Case]], list[Outcome]]:
    """Make a runner for answers that are functions of a case's inputs.

    The function gets copies of the inputs. What it prints is kept aside. After a call that does
    not end, no more are made.

    Args:
        call: what to do with the answer and a case's inputs, where that is not to call it with
            them: `lambda module, x: module.eval()(x)` for an answer that is a module.
        excluded: names of PyTorch's functions whose use is noted, such as `rules.AUTOGRAD`.
        seconds: for all cases together; None is `SECONDS`.
    """

    def run(answer: Any, cases: Sequence[Case]) -> list[Outcome]:
        no_call = uncallable(answer, cases[0]) if call is None else None
        if no_call:
            return [no_call] * len(cases)
        end = time.monotonic() + (seconds or SECONDS)
        outcomes: list[Outcome] = []
        for case in cases:
            if outcomes and outcomes[-1].state not in (State.RETURNED, State.RAISED):
                outcomes.append(Outcome(State.NOT_RUN))
                continue
            made = functools.partial(call, answer) if call else answer
            left = max(end - time.monotonic(), 0.01)
            outcomes.append(_one(made, answer, case, left, excluded))
        return outcomes

    return run


def uncallable(answer: Any, case: Case) -> Outcome | None:
    """The outcome of an answer that cannot be called with a case's inputs; None where it can."""
    if not callable(answer):
        return Outcome(State.NO_FUNCTION, plain(answer))
    try:
        signature = inspect.signature(answer)
    except Exception:  # some compiled functions have none
        return None
    try:
        signature.bind(*case.inputs)
    except TypeError as error:
        return Outcome(State.OTHER_ARGUMENTS, plain(answer), _raised(answer, error))
    return None


def _one(call: Call, answer: Any, case: Case, seconds: float, excluded: Collection[str]) -> Outcome:
    inputs = copy.deepcopy(case.inputs)
    value, raised, state = None, None, State.RETURNED
    noted = Noted(excluded)

    def work() -> Any:
        with noted if excluded else contextlib.nullcontext():
            value = call(*inputs)
        return plain(value)

    with captured() as printed:
        try:
            value = call_within(seconds, work)
        except TooLongError as error:
            state = State.STILL_RUNNING if error.still_running else State.STOPPED
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit, too
            state, raised = State.RAISED, _raised(answer, error)
    used = tuple(sorted(noted.used))
    return Outcome(state, value, raised, _changed(case.inputs, inputs), used, printed.text)


def _changed(before: Sequence[Any], after: Sequence[Any]) -> tuple[int, ...]:
    pairs = enumerate(zip(before, after, strict=True))
    return tuple(place for place, (old, new) in pairs if not _is_same(old, new))


def _is_same(before: Any, after: Any) -> bool:
    if not isinstance(before, Tensor):
        return bool(before == after)
    is_alike = before.shape == after.shape and before.dtype == after.dtype
    return is_alike and torch.equal(before, after.detach())


def _raised(answer: Any, error: BaseException) -> Raised:
    kinds = tuple(kind.__name__ for kind in type(error).__mro__ if kind is not object)
    try:
        words = " ".join(str(error).split()).replace("`", "'")
    except Exception:  # an exception of the learner's own
        words = ""
    words = words if len(words) <= 200 else f"{words[:197]}..."
    line, source = _place(answer, error)
    return Raised(kinds, words, line, source)


def _place(answer: Any, error: BaseException) -> tuple[int | None, str]:
    """The last line of the learner's file that the exception passed, where there is one."""
    forward = getattr(type(answer), "forward", None)
    code = getattr(answer, "__code__", None) or getattr(forward, "__code__", None)
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if code is not None and frame.f_code.co_filename == code.co_filename
    ]
    if not lines:
        return None, ""
    return lines[-1], linecache.getline(code.co_filename, lines[-1]).strip().replace("`", "'")
