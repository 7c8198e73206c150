"""What goes into a learner's answer and what comes out of it, as plain data."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Case:
    """One call of the learner's function, or what one question is about.

    Attributes:
        text: the inputs in words, such as "6 maps of 28x28".
        inputs: the arguments: numbers, texts, lists, tuples and tensors, each tensor with a type
            of its own and on the CPU.
    """

    text: str
    inputs: tuple[Any, ...]


class State(StrEnum):
    """How far an answer got with one case."""

    RETURNED = "returned"
    RAISED = "raised"
    NO_FUNCTION = "no function"  # the answer, kept as the value, cannot be called
    OTHER_ARGUMENTS = "other arguments"  # it cannot be called with a case's inputs
    STOPPED = "stopped"  # it did not end in time
    STILL_RUNNING = "still running"  # it did not end, and could not be stopped
    NOT_RUN = "not run"  # since an earlier case did not end


@dataclass(frozen=True)
class Raised:
    """An exception.

    Attributes:
        kinds: names of its class and of the classes above it, its own first.
        words: what it says, in one line of at most 200 characters.
        line: number of the last line of the learner's code that it passed; None where unknown.
        source: that line.
    """

    kinds: tuple[str, ...]
    words: str = ""
    line: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Outcome:
    """What an answer did with one case.

    Attributes:
        state: how far it got.
        value: what it returned or is, as `plain` copies it.
        raised: its exception, where it raised one.
        changed: places of the inputs that were not afterwards as they were before.
        used: names of functions that it called although the task's rule excludes them.
        printed: the first characters that it printed.
    """

    state: State
    value: Any = None
    raised: Raised | None = None
    changed: tuple[int, ...] = ()
    used: tuple[str, ...] = ()
    printed: str = ""
