"""Calling a learner's function: on copies, within a time limit, whatever it does."""

import contextlib
import copy
import inspect
import io
import linecache
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from lessonlib.checks.result import AnswerError
from lessonlib.checks.timelimit import TooLongError, call_within
from lessonlib.checks.values import STILL_NONE, describe, tensor

SECONDS = 10.0  # for all cases together; nbgrader gives a cell 30


@dataclass(frozen=True)
class Case:
    """One call of the learner's function.

    Attributes:
        text: the inputs in words, such as "6 maps of 28x28".
        inputs: the arguments; the function gets copies.
    """

    text: str
    inputs: tuple[Any, ...]


def attempt(answer: Any, form: str, cases: Sequence[Case]) -> list[Tensor | AnswerError]:
    """What the function returns for each case, or why it has no value there.

    What it prints is not shown. After a call that did not end, no more are made.

    Args:
        answer: what the learner gave, a function of as many arguments as a case has inputs.
        form: how it is called, such as "area(width, height)".
        cases: the calls to make.

    Raises:
        AnswerError: not a function of these arguments, or it did not end in time.
    """
    _refuse_other_than_function(answer, form, cases[0])
    end = time.monotonic() + SECONDS
    return [_one(answer, case, max(end - time.monotonic(), 0.01)) for case in cases]


def _refuse_other_than_function(answer: Any, form: str, case: Case) -> None:
    if answer is None:
        raise AnswerError(STILL_NONE)
    if not callable(answer):
        raise AnswerError(
            f"Expected the function `{form}` itself, got {describe(answer)}: give its name, "
            f"without brackets."
        )
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some compiled functions have none
        return
    try:
        signature.bind(*case.inputs)
    except TypeError as error:
        raise AnswerError(f"It cannot be called as `{form}`: {error}.") from None


def _one(answer: Callable[..., Any], case: Case, seconds: float) -> Tensor | AnswerError:
    inputs = copy.deepcopy(case.inputs)
    silence = contextlib.ExitStack()
    try:
        with silence:
            for redirect in (contextlib.redirect_stdout, contextlib.redirect_stderr):
                silence.enter_context(redirect(io.StringIO()))
            return call_within(seconds, lambda: tensor(answer(*inputs)))
    except AnswerError as error:
        return AnswerError(f"For {case.text}: {error}")
    except TooLongError as error:
        raise AnswerError(_too_long(case, error)) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, too
        return AnswerError(f"For {case.text}: {_what_it_raised(answer, error)}")


def _too_long(case: Case, error: TooLongError) -> str:
    rest = (
        "It could not be stopped and still runs in the background: restart the kernel."
        if error.still_running
        else "It was stopped. Does every loop come to an end?"
    )
    return f"For {case.text} it did not end within {SECONDS:g} seconds. {rest}"


def _what_it_raised(answer: Callable[..., Any], error: BaseException) -> str:
    if isinstance(error, NotImplementedError):
        return "It is still the template: write the function's body first."
    words = " ".join(f"{type(error).__name__}: {error}".split()).replace("`", "'")
    words = words if len(words) <= 200 else f"{words[:197]}..."
    return f"it raised `{words.removesuffix(': ')}`{_where(answer, error)}."


def _where(answer: Callable[..., Any], error: BaseException) -> str:
    """The line of the learner's code that raised, where there is one."""
    code = getattr(answer, "__code__", None)
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if code is not None and frame.f_code.co_filename == code.co_filename
    ]
    if not frames:
        return ""
    source = linecache.getline(*frames[-1]).strip().replace("`", "'")
    return f" in line {frames[-1][1]} of your code" + (f", `{source}`" if source else "")
