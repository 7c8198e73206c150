"""Every check of every chapter, given what is no answer at all."""

from types import ModuleType

import pytest
import torch

from lessonlib.checks import Result, convolution, lenet5, primer
from lessonlib.checks.result import Check


def checks_of(module: ModuleType) -> list[Check]:
    """The checks that a module defines, not those that it imports."""
    things = vars(module).values()
    return [thing for thing in things if getattr(thing, "__module__", "") == module.__name__
            and hasattr(thing, "out_of")]  # fmt: skip


CHECKS = [check for module in (primer, convolution, lenet5) for check in checks_of(module)]
BAD = [None, True, "x", float("nan"), [], {}, object(), lambda: 1, lambda *a: None, torch.ones(3)]


def test_the_checks_are_found():
    names = {check.__name__ for check in CHECKS}
    assert {"gradient", "step", "out_size", "convolve", "receptive_fields", "subsample"} <= names
    assert len(CHECKS) >= 14


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("answer", BAD, ids=[str(n) for n in range(len(BAD))])
def test_a_bad_answer_gets_a_message_and_no_points(check: Check, answer: object):
    result = check(answer, seed=1)
    assert isinstance(result, Result)
    assert result.points == 0
    assert len(result.message) > 20
    assert "raised" not in result.message, "the check itself failed"
