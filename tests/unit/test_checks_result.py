"""What a check returns, and that it never raises."""

import dataclasses
import json

import pytest
import torch

from lessonlib.checks import AnswerError, Result, Verdict, check


@pytest.mark.parametrize(
    ("points", "head"),
    [(2, "Right: 2 of 2"), (0.5, "Partly right: 0.5 of 2"), (0, "Not yet: 0 of 2")],
)
def test_a_result_says_its_points_first(points: float, head: str):
    result = Result(points, 2, "Because.")
    assert repr(result) == f"{head} points. Because."
    assert result._repr_markdown_() == f"**{head} points.** Because."
    assert result.passed == (points == 2)


def test_points_are_what_nbgrader_reads_as_a_number():
    result = Result(1, 2, "")
    assert (type(result.points), repr(result.points)) == (float, "1.0")
    assert json.loads(repr(result.points)) == 1


@pytest.mark.parametrize("points", [-1, 3, float("nan"), float("inf")])
def test_points_out_of_range_are_refused(points: float):
    with pytest.raises(ValueError, match="from 0 to 2"):
        Result(points, 2, "")


def test_a_result_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Result(0, 2, "").points = 2


@check(points=3)
def third(answer: object, seed: int = 0) -> Verdict:
    """Give a third, or raise what comes."""
    torch.rand(1)
    if isinstance(answer, BaseException):
        raise answer
    return Verdict(1 / 3, f"seed {seed}")


def test_a_check_turns_a_share_into_points():
    assert third.out_of == 3
    assert third(None, seed=5) == Result(1, 3, "seed 5")


@pytest.mark.parametrize(
    ("error", "message"),
    [(AnswerError("None came."), "None came."), (KeyError("x"), "looking at it raised `KeyError`")],
)
def test_a_check_never_raises(error: Exception, message: str):
    result = third(error)
    assert result.points == 0
    assert message in result.message


def test_a_check_can_be_interrupted():
    with pytest.raises(KeyboardInterrupt):
        third(KeyboardInterrupt())


def test_a_check_leaves_the_learners_random_numbers_alone():
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    third(None)
    assert torch.equal(torch.rand(2), expected)
