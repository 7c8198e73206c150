"""Whatever a learner gives: no points, no traceback, and a message that says what came."""

import sys
import threading
import time

import numpy as np
import pytest
import torch

from lessonlib.checks import AnswerError, Case, Mistake, Question, Result, Task, Verdict, check
from lessonlib.checks import attempt as attempt_module
from lessonlib.checks.compare import match_function, match_number
from lessonlib.checks.values import describe, number, tensor, whole_number

CASES = [Case("2 and 3", (torch.tensor([2.0, 3.0]),)), Case("5", (torch.tensor([5.0]),))]
DOUBLE = Task(
    form="double(values)",
    right=lambda values: 2 * values,
    mistakes=[Mistake(lambda values: values**2, "You square.", 0.25)],
)
TWELVE = Question(
    right=12, mistakes=[Mistake(6, "Once more?", 0.5)], praise="Twelve.", hint="Begin with one."
)


@check(points=4)
def double(answer: object, seed: int = 0) -> Verdict:
    """Twice the values."""
    return match_function(answer, DOUBLE, CASES, praise="Twice.")


@check(points=4)
def twelve(answer: object, seed: int = 0) -> Verdict:
    """Twelve."""
    return match_number(answer, TWELVE)


class Loud:
    """An object whose every method raises."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError("looked at")


# Numbers


@pytest.mark.parametrize("answer", [12, 12.0, np.int64(12), np.array([12]), torch.tensor(12)])
def test_every_kind_of_number_is_read(answer: object):
    assert twelve(answer) == Result(4, 4, "Twelve.")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "`None` came: the answer is not filled in yet"),
        ("12", "the text `12`: write it without quotes"),
        (True, "got `True`"),
        (float("nan"), "finite number, got `nan`"),
        (float("inf"), "finite number, got `inf`"),
        (12.5, "whole number, got `12.5`"),
        (12j, "got `12j`"),
        ([12], "got a list of length 1"),
        ((48, 120), "got a tuple of length 2: write 1234 or 1_234, no comma"),
        ({}, "got a dictionary of length 0"),
        (torch.zeros(2, 3), "got a tensor of shape (2, 3)"),
        (np.zeros(2), "got an array of shape (2,)"),
        (lambda: 12, "got a function: call it"),
        (int, "got a class"),
        pytest.param(10**5000, "a whole number of more than 30 digits", id="huge"),
        pytest.param("`" * 500, "the text `''"),
    ],
)
def test_what_is_no_number_is_named(answer: object, said: str):
    result = twelve(answer)
    assert result.points == 0
    assert said in result.message
    assert len(result.message) < 200


def test_an_object_that_misbehaves_is_told_of():
    result = twelve(Loud())
    assert result.points == 0
    assert "looking at it raised `RuntimeError`" in result.message


def test_a_known_mistake_keeps_its_share_and_another_number_gets_the_hint():
    assert twelve(6) == Result(2, 4, "6 came. Once more?")
    assert twelve(7) == Result(0, 4, "7 came. Begin with one.")


def test_a_tolerance_is_kept():
    question = Question(0.5, [Mistake(50, "Percent?")], "", "Divide.", tolerance=0.01)
    assert match_number(0.509, question).share == 1
    assert match_number(0.511, question).message == "0.511 came. Divide."
    assert match_number(50, question).message == "50 came. Percent?"


def test_number_readers_agree():
    assert number(torch.tensor([[2.5]])) == 2.5
    assert whole_number(3.0) == 3
    with pytest.raises(AnswerError):
        whole_number(3.5)


# What a function returns


@pytest.mark.parametrize(
    "value",
    [
        [[1, 2], [3, 4]],
        ([1, 2], (3, 4)),
        np.array([[1, 2], [3, 4]]),
        torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True),
        [torch.tensor([1, 2]), torch.tensor([3, 4])],
        [[torch.tensor(1), 2], [3.0, np.float32(4)]],
    ],
)
def test_every_kind_of_table_is_read(value: object):
    assert tensor(value).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "It returned `None`: is there a `return`"),
        ([[1, 2], [3]], "returned a list of length 2; expected numbers"),
        ("abc", "returned the text `abc`"),
        (object(), "returned an object of type `object`"),
        (iter([]), "returned an object of type `list_iterator`"),
        (lambda: 1, "returned a function"),
        ([1.0, float("nan")], "NaN or infinity in 1 of 2 places"),
    ],
)
def test_what_is_no_table_is_named(value: object, said: str):
    with pytest.raises(AnswerError) as error:
        tensor(value)
    assert said in str(error.value)


def test_a_description_never_runs_the_values_own_code():
    assert describe(Loud()) == "an object of type `Loud`"


# Functions


def test_a_right_function_gets_all_points():
    assert double(lambda values: [2 * float(v) for v in values]) == Result(4, 4, "Twice.")


def test_a_known_mistake_is_recognised():
    assert double(lambda values: values**2) == Result(1, 4, "You square.")


def test_right_in_one_case_only_is_half():
    result = double(lambda values: torch.tensor([4.0, 6.0]))
    assert result.points == 2
    assert result.message.startswith("Right for 2 and 3. For 5 a shape of (2,) came, expected (1,)")


def test_wrong_values_are_placed():
    result = double(lambda values: 2 * values + torch.tensor([0.0, 0.5])[: len(values)])
    assert "For 2 and 3 the shape is right" in result.message
    assert "largest difference is 0.5, at (1,)" in result.message


def raises_in_its_second_line(values: torch.Tensor) -> torch.Tensor:
    total = values.sum()
    return total / values.missing


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "`None` came"),
        (3, "Expected the function `double(values)` itself, got `3`"),
        (torch.ones(2), "got a tensor of shape (2,)"),
        (lambda: 1, "It cannot be called as `double(values)`: too many positional arguments"),
        (lambda values, more: 1, "missing a required argument: 'more'"),
        (lambda values: None, "For 2 and 3: It returned `None`"),
        (lambda values: values / 0, "For 2 and 3: It returned NaN or infinity in 2 of 2 places"),
        (lambda values: sys.exit("bye"), "it raised `SystemExit: bye`"),
        (raises_in_its_second_line, "of your code, `return total / values.missing`"),
        (dict, "For 2 and 3: "),
    ],
)
def test_a_function_that_fails_is_told_how(answer: object, said: str):
    result = double(answer)
    assert result.points == 0
    assert said in result.message
    assert "Traceback" not in result.message


def test_the_template_is_recognised():
    def template(values: torch.Tensor) -> None:
        raise NotImplementedError

    assert "still the template" in double(template).message


def test_endless_recursion_is_told():
    def again(values: torch.Tensor) -> torch.Tensor:
        return again(values)

    assert "it raised `RecursionError" in double(again).message


def never_ends(values: torch.Tensor) -> torch.Tensor:
    while True:
        time.sleep(0.001)


def test_a_function_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attempt_module, "SECONDS", 0.2)
    result = double(never_ends)
    assert result.points == 0
    assert "For 2 and 3 it did not end within 0.2 seconds. It was stopped" in result.message


def test_what_cannot_be_stopped_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attempt_module, "SECONDS", 0.1)
    monkeypatch.setattr("lessonlib.checks.timelimit.GRACE", 0.1)
    results = []

    def work() -> None:
        results.append(double(lambda values: time.sleep(2)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert "still runs in the background: restart the kernel" in results[0].message


def test_the_time_is_for_all_cases_together(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attempt_module, "SECONDS", 0.5)

    def slow(values: torch.Tensor) -> torch.Tensor:
        time.sleep(0.4)
        return 2 * values

    assert "For 5 it did not end within 0.5 seconds" in double(slow).message


def test_a_function_cannot_change_the_inputs():
    def zero(values: torch.Tensor) -> torch.Tensor:
        return values.zero_()

    before = [case.inputs[0].clone() for case in CASES]
    assert double(zero).points == 0
    assert all(torch.equal(case.inputs[0], old) for case, old in zip(CASES, before, strict=True))


def test_what_a_function_prints_stays_away(capfd: pytest.CaptureFixture):
    """Nbgrader gives a test cell that wrote to stderr no points."""

    def chatty(values: torch.Tensor) -> torch.Tensor:
        print("out")
        print("err", file=sys.stderr)
        return 2 * values

    assert double(chatty).passed
    assert capfd.readouterr() == ("", "")
