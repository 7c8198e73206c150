"""Whatever a learner gives: a message that says what is wrong with it, and no traceback."""

import decimal
import fractions
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
import torch

from lessonlib.checks import TASKS, AnswerError, Case, Result, State, cases_of, check, dumps
from lessonlib.checks import runners as runners_module
from lessonlib.checks.function import Function
from lessonlib.checks.plain import plain
from lessonlib.checks.question import Mistake, Question, judge_number
from lessonlib.checks.reading import as_tensor, number, text
from lessonlib.checks.rules import AUTOGRAD, CONVOLUTIONS
from lessonlib.checks.runners import as_function

CASES = [Case("2 and 3", (torch.tensor([2.0, 3.0]),)), Case("5", (torch.tensor([5.0]),))]
DOUBLE = Function(
    form="double(values)",
    right=lambda values: 2 * values,
    mistakes=[
        Mistake(lambda values: values**2, "You square.", 0.25),
        Mistake(lambda values: 2.01 * values, "Nearly.", 0.5),
    ],
    praise="Twice.",
    rule="Write it yourself.",
)
TWELVE = Question(12, [Mistake(6, "Once more?", 0.5)], "Twelve.", "Begin with one.", counts=True)
THIRD = Question(1 / 3, [Mistake(100 / 3, "Percent?", 0.5), Mistake(0.336, "Almost.", 0.1)],
                 "A third.", "Divide.")  # fmt: skip


def double(answer: object, judge: Function = DOUBLE, **how: object) -> Result:
    """Four points for a function that doubles."""
    try:
        verdict = judge(CASES, as_function(**how)(answer, CASES))
    except AnswerError as error:
        return Result(0, 4, str(error))
    return Result(4 * verdict.share, 4, verdict.message)


def said_of(answer: object, question: Question = TWELVE) -> str:
    """What is said of a number."""
    try:
        return judge_number(plain(answer), question).message
    except AnswerError as error:
        return str(error)


# Numbers


def test_every_kind_of_number_is_read():
    twelve = [12, 12.0, np.int64(12), np.array([[12]]), torch.tensor(12), torch.tensor([12.0])]
    twelve += [decimal.Decimal(12), fractions.Fraction(12), torch.nn.Parameter(torch.tensor(12.0))]
    for answer in twelve:
        assert said_of(answer) == "Twelve.", answer


NO_NUMBERS = [
    (None, "Your answer is still `None`"),
    ("12", "You gave the text `'12'`: write it without quotes"),
    (True, "You gave `True`"),
    (np.True_, "You gave `True`"),
    (torch.tensor(True), "You gave a tensor of shape () of bool"),
    (float("nan"), "finite number. You gave `nan`"),
    (decimal.Decimal("Infinity"), "finite number. You gave `inf`"),
    (12.5, "whole number. You gave `12.5`"),
    (12j, "You gave `12j`"),
    (torch.tensor(12 + 0j), "You gave a tensor of shape () of complex64"),
    (b"12", "You gave bytes of length 2"),
    ([12], "You gave a list of length 1: write the number without brackets"),
    ((12,), "You gave a tuple of one. A comma at the end of a line"),
    ((48, 120), "You gave a tuple of length 2: write 1234 or 1_234, without a comma"),
    ({}, "You gave a dictionary of length 0"),
    (torch.zeros(2, 3), "You gave a tensor of shape (2, 3)"),
    (np.zeros(2), "You gave an array of shape (2,)"),
    (lambda: 12, "You gave a function: call it"),
    (int, "You gave a class: call it"),
    (10**5000, "You gave a whole number of more than 100 digits"),
    ("`" * 500, "You gave the text `''"),
]


@pytest.mark.parametrize(("answer", "said"), NO_NUMBERS, ids=[str(n) for n in range(21)])
def test_what_is_no_number_is_named(answer: object, said: str):
    message = said_of(answer)
    assert said in message
    assert len(message) < 200


def test_a_known_mistake_keeps_its_share_and_another_number_gets_the_hint():
    assert judge_number(6, TWELVE) == (0.5, "You answered 6. Once more?")
    assert judge_number(7, TWELVE) == (0.0, "You answered 7. Begin with one.")


def test_rounding_by_hand_costs_nothing():
    for answer in (1 / 3, 0.333, 0.33, decimal.Decimal("0.33")):
        assert said_of(answer, THIRD) == "A third.", answer
    assert said_of(33.3, THIRD) == "You answered 33.3. Percent?"
    assert said_of(33, THIRD) == "You answered 33. Percent?"
    assert said_of(0.3361, THIRD) == "You answered 0.3361. Almost."  # nearer than the right one
    assert said_of(0.3, THIRD) == "You answered 0.3. Divide."
    narrow = Question(0.4152, [Mistake(0.4234, "Almost.")], "Right.", "")
    assert said_of(0.42, narrow) == "Right."  # rounded, although the mistake is nearer


def test_a_text_has_no_blanks_and_any_letters():
    assert text(" C5 ") == "c5"
    for other in (None, 5, ("c5",), ["c5"]):
        with pytest.raises(AnswerError):
            text(other)


# What a function returns


def test_every_kind_of_table_is_read():
    for value in [
        [[1, 2], [3, 4]],
        ([1, 2], (3, 4)),
        np.array([[1, 2], [3, 4]]),
        np.array([[1, 2], [3, 4]], dtype=object),
        torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True),
        torch.tensor([[1, 2], [3, 4]]).to_sparse(),
        [torch.tensor([1, 2]), torch.tensor([3, 4])],
        [[torch.tensor(1), 2], [decimal.Decimal(3), np.float32(4)]],
    ]:
        read = as_tensor(plain(value))
        assert read.tolist() == [[1, 2], [3, 4]], value
        assert read.dtype == torch.float64


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "returns `None`: is it still the template"),
        ([[1, 2], [3]], "returns a list of length 2. It should return numbers"),
        ("abc", "returns the text `'abc'`"),
        ([["1", "2"]], "returns a list of length 1"),
        ([b"1", b"2"], "returns a list of length 2"),
        (np.array(["1"]), "returns an array without numbers"),
        (torch.ones(2, dtype=torch.complex64), "a tensor of shape (2,) of complex64"),
        (np.ones(2) > 0, "an array of shape (2,) of bool"),
        ([1j, 2], "returns a list of length 2"),
        ((torch.ones(2),), "returns a tuple of one. A comma at the end"),
        (object(), "returns an object of type `object`"),
        (lambda: 1, "returns a function. It should return numbers"),
        ([1.0, float("nan")], "NaN or infinity in 1 of 2 places"),
        (torch.ones(2, device="meta"), "a tensor whose values cannot be read"),
    ],
)
def test_what_is_no_table_is_named(value: object, said: str):
    with pytest.raises(AnswerError) as error:
        as_tensor(plain(value))
    assert said in str(error.value)


def test_number_and_table_agree_on_what_a_number_is():
    for value in (True, "1", b"1", 1j, torch.tensor(True), None, object()):
        for read in (number, as_tensor):
            with pytest.raises(AnswerError):
                read(plain(value))


# Functions


def test_a_right_function_gets_all_points():
    for answer in (
        lambda values: [2 * float(v) for v in values],
        lambda values: (2 * values).half(),
        lambda values: (2 * values).bfloat16(),
        lambda values: (2 * values).to_sparse(),
        lambda values: 2.004 * values,  # a constant that was rounded
    ):
        assert double(answer) == Result(4, 4, "Twice.")


def test_a_module_is_called_as_the_runner_says():
    layer = torch.nn.Linear(1, 1)
    torch.nn.init.constant_(layer.weight, 2.0), torch.nn.init.zeros_(layer.bias)
    how = {"call": lambda module, values: module.eval()(values[:, None])[:, 0]}
    assert double(layer, **how) == Result(4, 4, "Twice.")
    assert "no attribute" in double(3, **how).message


def test_of_what_is_near_the_nearest_is_taken():
    assert double(lambda values: values**2) == Result(1, 4, "You square.")
    assert double(lambda values: 2.01 * values) == Result(2, 4, "Nearly.")


def test_right_in_one_case_only_is_half():
    result = double(lambda values: torch.tensor([4.0, 6.0]))
    said = "Right for 2 and 3. For 5 your result has the shape (2,), not (1,)."
    assert (result.points, result.message) == (2, said)


def test_wrong_values_are_placed():
    result = double(lambda values: 2 * values + torch.tensor([0.0, 0.5])[: len(values)])
    assert "For 2 and 3 your shape is right and your values are not" in result.message
    assert "furthest off at (1,), by 0.5" in result.message


def raises_in_its_second_line(values: torch.Tensor) -> torch.Tensor:
    total = values.sum()
    return total / values.missing


def calls_itself(values: torch.Tensor) -> torch.Tensor:
    return calls_itself(values)


def is_a_template(values: torch.Tensor) -> torch.Tensor:
    raise NotImplementedError()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "still `None`"),
        (3, "Give the function `double(values)` itself: its name, without brackets. You gave `3`"),
        ((calls_itself,), "You gave a tuple of one. A comma at the end"),
        (torch.ones(2), "You gave a tensor of shape (2,)"),
        (lambda: 1, "cannot be called as `double(values)`: too many positional arguments"),
        (lambda values, more: 1, "missing a required argument: 'more'"),
        (lambda values: None, "For 2 and 3 your function returns `None`"),
        (lambda values: values / 0, "For 2 and 3 your function returns NaN or infinity in 2 of 2"),
        (lambda values: sys.exit("bye"), "your function raised `SystemExit: bye`"),
        (raises_in_its_second_line, "of your code, `return total / values.missing`"),
        (calls_itself, "your function raised `RecursionError"),
        (is_a_template, "Your function is still the template: write its body first."),
        (lambda values: torch.zeros(2).to_sparse() @ 3, "For 2 and 3 your function raised `"),
        (dict, "For 2 and 3 "),
    ],
)
def test_a_function_that_fails_is_told_how(answer: object, said: str):
    result = double(answer)
    assert result.points == 0
    assert said in result.message
    assert "Traceback" not in result.message


def test_excluded_functions_are_noted_by_whatever_name():
    own = torch.nn.functional.conv1d
    layer = torch.nn.Conv1d(1, 1, 1, bias=False)

    def by_function(values: torch.Tensor) -> torch.Tensor:
        values = values.clone().requires_grad_()
        return torch.autograd.grad((values**2).sum(), values)[0]

    def slope(values: torch.Tensor) -> torch.Tensor:
        values = values.clone().requires_grad_()
        (values**2).sum().backward()
        return values.grad

    for answer, names in [
        (lambda v: own(v[None], 2 * torch.ones(1, 1, 1))[0], CONVOLUTIONS),
        (lambda v: 2 * v + 0 * layer(v[None])[0], CONVOLUTIONS),
        (slope, AUTOGRAD),
        (by_function, AUTOGRAD),
    ]:
        assert double(answer).points > 0
        result = double(answer, excluded=names)
        assert result.points == 0
        assert result.message.startswith("Your function calls `")
        assert result.message.endswith("Write it yourself.")
    assert double(lambda v: 2 * v, excluded=AUTOGRAD | CONVOLUTIONS).passed


def test_changed_inputs_cost_where_the_task_says_so():
    def in_place(values: torch.Tensor) -> torch.Tensor:
        return values.mul_(2)

    before = [case.inputs[0].clone() for case in CASES]
    assert double(in_place).passed
    assert all(torch.equal(case.inputs[0], old) for case, old in zip(CASES, before, strict=True))
    stated = Function("double(values)", DOUBLE.right, [], "Twice.", keeps_inputs=True)
    result = double(in_place, stated)
    assert result.points == 3
    assert result.message.startswith("Your numbers are right. Your function changes the tensors")
    assert double(lambda values: values.zero_(), stated).points == 0


def never_ends(values: torch.Tensor) -> torch.Tensor:
    while True:
        time.sleep(0.001)


def test_a_function_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runners_module, "SECONDS", 0.2)
    result = double(never_ends)
    assert result.points == 0
    assert "For 2 and 3 your function did not end within" in result.message
    assert "It was stopped. Does every loop" in result.message


def test_after_a_call_that_never_ends_no_more_are_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runners_module, "SECONDS", 0.2)
    assert [o.state for o in as_function()(never_ends, CASES)] == [State.STOPPED, State.NOT_RUN]


def test_what_cannot_be_stopped_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runners_module, "SECONDS", 0.1)
    monkeypatch.setattr("lessonlib.checks.timelimit.GRACE", 0.1)
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(double(lambda v: time.sleep(2))))
    thread.start()
    thread.join(20)
    assert "could not be stopped and still runs: restart the kernel" in results[0].message


def test_the_time_is_for_all_cases_together(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runners_module, "SECONDS", 0.5)

    def slow(values: torch.Tensor) -> torch.Tensor:
        time.sleep(0.4)
        return 2 * values

    assert "For 5 your function did not end" in double(slow).message


def test_what_a_function_prints_stays_away_and_is_cut(capfd: pytest.CaptureFixture):
    """Nbgrader gives a test cell that wrote to stderr no points."""

    def chatty(values: torch.Tensor) -> torch.Tensor:
        for _ in range(2_000):
            print("x" * 10_000)
        print("err", file=sys.stderr)
        return 2 * values

    tracemalloc.start()
    outcomes = as_function()(chatty, CASES)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert DOUBLE(CASES, outcomes).share == 1
    assert capfd.readouterr() == ("", "")
    assert outcomes[0].printed == "x" * 1_000
    assert most < 5_000_000  # of 40 MB


# Every task


class Loud:
    """An object whose every method raises."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError("looked at")


BAD = [None, True, "x", float("nan"), [], {}, object(), Loud(), lambda: 1, lambda *a: None,
       lambda *a: Loud(), torch.ones(3), (1,), b"", torch.zeros(3).to_sparse()]  # fmt: skip


def changed_settings(dtype: torch.dtype, device: str) -> Callable[[], None]:
    """Set PyTorch's defaults; returns what sets them back."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype), torch.set_default_device(device)
    return lambda: (torch.set_default_dtype(before), torch.set_default_device(None))


@pytest.mark.parametrize("task_id", TASKS)
def test_what_is_no_answer_gets_a_message_and_no_points(task_id: str):
    for answer in BAD:
        result = check(task_id, answer, seed=1)
        assert result.points == 0, answer
        assert len(result.message) > 20


@pytest.mark.parametrize("task_id", TASKS)
def test_inputs_follow_the_seed_and_nothing_else(task_id: str):
    """Neither PyTorch's random numbers nor its default type and device."""
    first, other = (dumps(cases_of(task_id, seed)) for seed in (1, 2))
    assert first != other
    torch.manual_seed(5)
    back = changed_settings(torch.float64, "meta")
    try:
        assert dumps(cases_of(task_id, 1)) == first
        assert check(task_id, None, seed=1).points == 0
    finally:
        back()


@pytest.mark.parametrize("task_id", TASKS)
def test_a_task_asks_where_its_answer_is_a_value(task_id: str):
    is_function = TASKS[task_id].run.__name__ == "run"
    # with words in the notebook alone
    given = ("00.best_rate", "04.printed_table", "07.trained", "08.turned", "10.printed_neurons")
    measured = task_id in given
    looked_at = TASKS[task_id].judge.__module__.endswith(("impostors", "own_network"))
    assert (TASKS[task_id].ask is None) == (is_function or measured or looked_at)
