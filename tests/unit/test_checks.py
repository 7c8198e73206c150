"""The three parts of a check: cases, outcomes as plain data, and a judge who runs nothing."""

import dataclasses
import json
import re

import numpy as np
import pytest
import torch

from lessonlib import checks
from lessonlib.checks import (
    TASKS,
    Case,
    CheckFault,
    Outcome,
    Result,
    State,
    Task,
    Verdict,
    check,
    task,
)
from lessonlib.checks.plain import Thing, plain


def out_size(size: int, kernel: int, stride: int, padding: int) -> int:
    """Right, by trying every place."""
    last = size + 2 * padding - kernel
    if last < 0:
        raise ValueError("no window fits")
    return len(range(0, last + 1, stride))


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch):
    """Register tasks for one test."""
    monkeypatch.setattr(task, "TASKS", dict(TASKS))
    return task.register


def faulty(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    raise KeyError("mine")


ONE = Case("one", (1,))


# Results


@pytest.mark.parametrize(
    ("points", "head"),
    [(2, "Right: 2 of 2"), (0.5, "Partly right: 0.5 of 2"), (0, "Not yet: 0 of 2")],
)
def test_a_result_says_its_points_first(points: float, head: str):
    result = Result(points, 2, "Because.")
    assert repr(result) == f"{head} points. Because."
    assert result._repr_markdown_() == f"**{head} points.** Because."
    assert result.passed == (points == 2)
    assert json.loads(repr(result.points)) == points  # as nbgrader reads it
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.points = 2


@pytest.mark.parametrize("points", [-1, 3, float("nan"), float("inf")])
def test_points_out_of_range_are_refused(points: float):
    with pytest.raises(ValueError, match="from 0 to 2"):
        Result(points, 2, "")


# Tasks


def test_an_unknown_task_gets_the_nearest_ones():
    with pytest.raises(ValueError, match=r"no task '02.outsize'; the nearest: 02.out_size"):
        check("02.outsize", out_size)
    with pytest.raises(ValueError, match="a check begins with its task"):
        check(out_size, "02.out_size")


def test_a_task_has_an_id_of_its_own():
    with pytest.raises(ValueError, match=r"is like '02.out_size', got 'out_size'"):
        task.register(Task("out_size", 1, lambda seed: [ONE], faulty))
    with pytest.raises(ValueError, match=r"two tasks '02.out_size'"):
        task.register(TASKS["02.out_size"])


@pytest.mark.parametrize("seed", [None, "7", -1, 1.0, True, 2**63])
def test_a_learners_number_is_a_whole_number(seed: object):
    with pytest.raises(ValueError, match="your number has to be a whole number"):
        check("02.out_size", out_size, seed=seed)


def test_a_fault_of_the_check_is_no_zero(register):
    def no_cases(seed: int) -> list[Case]:
        raise RuntimeError("mine")

    def no_run(answer: object, cases: list[Case]) -> list[Outcome]:
        raise TypeError("mine")

    register(Task("99.judge", 1, lambda seed: [ONE], faulty))
    register(Task("99.cases", 1, no_cases, faulty))
    register(Task("99.run", 1, lambda seed: [ONE], faulty, run=no_run))
    register(Task("99.points", 1, lambda seed: [ONE], lambda *_: Verdict(2, "")))
    for name in ("judge", "cases", "run", "points"):
        with pytest.raises(CheckFault, match=f"the check of 99.{name} has a fault"):
            check(f"99.{name}", 1)


def test_a_check_leaves_the_learners_random_numbers_alone():
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    check("02.out_size", lambda *_: torch.rand(1))
    assert torch.equal(torch.rand(2), expected)


# Plain data


VALUES = [
    *(None, True, 3, -(2**300), 0.1, float("inf"), 1 + 2j, "text", [1, (2, "a")], {"a": [1]}),
    torch.rand(2, 3),
    torch.tensor(3),
    torch.zeros(0, 2),
    torch.ones(2, dtype=torch.bfloat16),
    torch.ones(2).to(torch.float8_e4m3fn),
    np.ones(2, dtype=">f4"),
    np.ones(2, dtype=np.longdouble),
    np.ones(2, dtype=np.uint16),
    np.arange(6).reshape(2, 3),
    np.float64(2.5),
]


def test_values_go_through_json():
    outcomes = [Outcome(State.RETURNED, plain(value), changed=(1,)) for value in VALUES]
    again = checks.loads(checks.dumps(outcomes))
    assert [(o.state, o.changed) for o in again] == [(State.RETURNED, (1,))] * len(VALUES)
    for new, old in zip(again, outcomes, strict=True):
        assert type(new.value) is type(old.value)
        if isinstance(old.value, torch.Tensor | np.ndarray):
            assert (new.value.dtype, new.value.shape) == (old.value.dtype, old.value.shape)
            assert new.value.tolist() == old.value.tolist()
        else:
            assert new.value == old.value


@pytest.mark.parametrize("text", ["3", "[", '{"a": 1}', '[{"eval": "1"}]', '[{"Case": {"x": 1}}]'])
def test_other_json_is_refused(text: str):
    with pytest.raises(ValueError, match=r"expected|Expecting"):
        checks.loads(text)


def test_what_is_not_plain_is_not_sent():
    with pytest.raises(TypeError, match="plain data, got object"):
        checks.dumps([Outcome(State.RETURNED, object())])


class Loud:
    """An object whose every method raises."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError("looked at")


class LoudList(list):
    """A list that raises when it is gone through."""

    def __len__(self) -> int:
        raise RuntimeError("looked at")


def test_a_copy_never_runs_the_values_own_code():
    assert plain(Loud()) == Thing("an object of type `Loud`")
    assert plain([LoudList()]) == [Thing("an object of type `LoudList`")]
    assert plain(len).is_callable


def test_a_copy_has_a_size():
    endless = []
    endless.append(endless)
    assert "too deep" in repr(plain(endless))
    assert plain([0] * 2_000_000) == Thing("a list that is too long or too deep to read")
    assert plain(torch.zeros(1).expand(10**12)) == Thing("a tensor of 1,000,000,000,000 numbers")
    assert plain(10**5000) == Thing("a whole number of more than 100 digits")
    assert len(plain("x" * 10**6)) == 1_000


def test_a_judge_elsewhere_gives_the_same_result():
    """For right and mistaken answers of every task: `check_examples`."""
    for answer in (out_size, lambda *_: 3, lambda n: 1, None, (out_size,)):
        cases = checks.cases_of("02.out_size", seed=5)
        sent = checks.loads(checks.dumps(cases))
        outcomes = checks.loads(checks.dumps(TASKS["02.out_size"].run(answer, sent)))
        result = check("02.out_size", answer, seed=5)
        assert checks.judge("02.out_size", sent, outcomes) == result
    assert re.search("tuple of one", result.message)
