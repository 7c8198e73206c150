"""What to say of a function that cannot be called, does not end, or raises."""

from collections.abc import Sequence

from lessonlib.checks import runners
from lessonlib.checks.outcome import Case, Outcome, State
from lessonlib.checks.reading import STILL_NONE, describe, refuse_comma
from lessonlib.checks.result import AnswerError


def refuse_no_function(form: str, outcome: Outcome) -> None:
    """Refuse an answer that could not be called.

    Raises:
        AnswerError: it is no function, or one of other arguments.
    """
    value = outcome.value
    if outcome.state is State.NO_FUNCTION and value is None:
        raise AnswerError(STILL_NONE)
    if outcome.state is State.NO_FUNCTION:
        refuse_comma(value)
        raise AnswerError(
            f"Give the function `{form}` itself: its name, without brackets. You gave "
            f"{describe(value)}."
        )
    if outcome.state is State.OTHER_ARGUMENTS:
        raise AnswerError(f"Your function cannot be called as `{form}`: {outcome.raised.words}.")


def refuse_template(outcome: Outcome) -> None:
    """Refuse a function whose body is a bare `raise NotImplementedError`.

    Raises:
        AnswerError: it is one.
    """
    raised = outcome.raised
    if raised and raised.kinds[0] == "NotImplementedError" and not raised.words:
        raise AnswerError("Your function is still the template: write its body first.")


def refuse_endless(
    cases: Sequence[Case], outcomes: Sequence[Outcome], seconds: float | None = None
) -> None:
    """Refuse a function that did not end for one of the cases.

    Args:
        cases: what it was called with.
        outcomes: what it did.
        seconds: that it had for all cases together; None is `runners.SECONDS`.

    Raises:
        AnswerError: it did not.
    """
    rests = {
        State.STOPPED: "It was stopped. Does every loop come to an end?",
        State.STILL_RUNNING: "It could not be stopped and still runs: restart the kernel.",
    }
    for case, outcome in zip(cases, outcomes, strict=True):
        if outcome.state in rests:
            raise AnswerError(
                f"For {case.text} your function did not end within {seconds or runners.SECONDS:g} "
                f"seconds. {rests[outcome.state]}"
            )


def what_it_raised(outcome: Outcome) -> str:
    """What to say of an exception, with the line of the learner's code."""
    raised = outcome.raised
    words = f"{raised.kinds[0]}: {raised.words}".removesuffix(": ")
    place = f" in line {raised.line} of your code" if raised.line else ""
    place += f", `{raised.source}`" if raised.source else ""
    return f"Your function raised `{words}`{place}."
