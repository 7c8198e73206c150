"""Chapter 0's checks: right answers pass, and each common mistake is refused with a hint."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from lessonlib.checks import attempt, primer
from lessonlib.checks.gradients import gradient_cases, step_cases
from lessonlib.data import load

SEEDS = [0, 1, 2, 3]


def error(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    return (w * x).sum() + b - t


def right(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple[Tensor, Tensor]:
    e = error(x, w, b, t)
    return e * x, e


def in_loops(x: Tensor, w: Tensor, b: Tensor, t: float) -> list:
    """The same with plain numbers."""
    e = sum(p * q for p, q in zip(x.tolist(), w.tolist(), strict=True)) + b.item() - t
    return [[e * p for p in x.tolist()], e]


def by_nudges(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple[np.ndarray, float]:
    """The same as measured slopes; the bias is the weight of a pixel that is 1."""
    inputs, weights = np.append(x.numpy(), 1.0), np.append(w.numpy(), b.numpy())
    loss = [
        [(inputs @ (weights + sign * nudge) - t) ** 2 / 2 for sign in (1, -1)]
        for nudge in 1e-4 * np.eye(len(weights))
    ]
    slopes = np.array([(up - down) / 2e-4 for up, down in loss])
    return slopes[:-1], slopes[-1]


def by_autograd(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple[Tensor, Tensor]:
    w.requires_grad_(), b.requires_grad_()
    (error(x, w, b, t) ** 2 / 2).backward()
    return w.grad, b.grad


# The gradient of a unit


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", [right, in_loops, by_nudges, by_autograd])
def test_a_right_gradient_passes(answer: Callable, seed: int):
    result = primer.gradient(answer, seed)
    assert result.passed, result
    assert result.out_of == 4


def scaled(factor: float) -> Callable:
    return lambda x, w, b, t: (factor * error(x, w, b, t) * x, factor * error(x, w, b, t))


GRADIENTS = {
    "sign turned": (scaled(-1), 2, "every sign is turned"),
    "factor 2": (scaled(2), 2, "the half in front of the square"),
    "sign and factor": (scaled(-2), 1, "Two things differ"),
    "no bias in the sum": (lambda x, w, b, t: right(x, w, 0, t), 2, "what else belongs to the sum"),
    "target forgotten": (lambda x, w, b, t: right(x, w, b, 0), 1, "With what is it compared"),
    "absolute error": (
        lambda x, w, b, t: (abs(error(x, w, b, t)) * x, abs(error(x, w, b, t))),
        2,
        "where it is too small",
    ),
    "bias forgotten": (lambda x, w, b, t: (right(x, w, b, t)[0], 0.0), 2, "stay as it is"),
    "bias 1": (lambda x, w, b, t: (right(x, w, b, t)[0], 1), 2, "And the loss?"),
    "bias times b": (
        lambda x, w, b, t: (right(x, w, b, t)[0], b * error(x, w, b, t)),
        2,
        "if the bias were larger already",
    ),
    "bias summed": (
        lambda x, w, b, t: (right(x, w, b, t)[0], right(x, w, b, t)[0].sum()),
        2,
        "The bias' is their sum",
    ),
    "averaged": (
        lambda x, w, b, t: (right(x, w, b, t)[0] / len(x), error(x, w, b, t)),
        2,
        "an average?",
    ),
    "x forgotten": (
        lambda x, w, b, t: (error(x, w, b, t).repeat(len(x)), error(x, w, b, t)),
        1,
        "equally fast with each",
    ),
    "w in place of x": (
        lambda x, w, b, t: (error(x, w, b, t) * w, error(x, w, b, t)),
        1,
        "on the weight itself",
    ),
    "loss in place of its slope": (
        lambda x, w, b, t: (error(x, w, b, t) ** 2 / 2 * x, error(x, w, b, t) ** 2 / 2),
        1,
        "You multiply by the loss",
    ),
    "error forgotten": (lambda x, w, b, t: (x, 1.0), 1, "How does the loss grow with the sum"),
    "zeros": (lambda x, w, b, t: (0 * x, 0 * b), 0, "by hand"),
    "only four pixels": (
        lambda x, w, b, t: right(x, w, b, t) if len(x) == 4 else (x, b),
        2,
        "Right for 4 pixels. For ",
    ),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", GRADIENTS)
def test_a_mistaken_gradient_is_refused(name: str, seed: int):
    answer, points, hint = GRADIENTS[name]
    result = primer.gradient(answer, seed)
    assert result.points == points, result
    assert hint in result.message


# One step


def step(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> tuple[Tensor, Tensor]:
    e = error(x, w, b, t)
    return w - rate * e * x, b - rate * e


def moved(change: Callable) -> Callable:
    """A step by `change` of the rate, in place of minus the rate, times the gradient."""
    return lambda x, w, b, t, rate: tuple(
        old + change(rate) * slope for old, slope in zip((w, b), right(x, w, b, t), strict=True)
    )


def one_by_one(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> tuple[Tensor, Tensor]:
    w = w - rate * error(x, w, b, t) * x
    return w, b - rate * error(x, w, b, t)


def along(gradient: Callable) -> Callable:
    def function(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> tuple:
        slopes = gradient(x, w, b, t)
        return w - rate * slopes[0], b - rate * slopes[1]

    return function


STEPS = {
    "uphill": (moved(lambda rate: rate), 1, "makes the loss larger"),
    "bias stays": (lambda *all: (step(*all)[0], all[2]), 1, "Does the bias learn"),
    "weights stay": (lambda *all: (all[1], step(*all)[1]), 1, "Do the weights learn"),
    "rate forgotten": (moved(lambda rate: -1), 1, "the length of the step"),
    "rate squared": (moved(lambda rate: -(rate**2)), 1, "How often does the rate"),
    "divided": (moved(lambda rate: -1 / rate), 1, "shorter or longer"),
    "twice": (moved(lambda rate: -2 * rate), 1, "twice as long"),
    "one by one": (one_by_one, 1, "sees the new weights"),
    "the change": (
        lambda x, w, b, t, rate: tuple(-rate * g for g in right(x, w, b, t)),
        0.5,
        "Where do they arrive",
    ),
    "minus the change": (
        lambda x, w, b, t, rate: tuple(rate * g for g in right(x, w, b, t)),
        0.5,
        "Where do they arrive",
    ),
    "the gradient": (lambda x, w, b, t, rate: right(x, w, b, t), 0.5, "That is the gradient"),
    "no step": (lambda x, w, b, t, rate: (w, b), 0, "that came in"),
    "no bias in the sum": (along(GRADIENTS["no bias in the sum"][0]), 1, "say of your `gradient`"),
    "x forgotten": (along(GRADIENTS["x forgotten"][0]), 1, "say of your `gradient`"),
    "zeros": (lambda x, w, b, t, rate: (0 * w, 0 * b), 0, "by hand"),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", [step, moved(lambda rate: -rate), along(right)])
def test_a_right_step_passes(answer: Callable, seed: int):
    result = primer.step(answer, seed)
    assert result.passed, result
    assert result.out_of == 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", STEPS)
def test_a_mistaken_step_is_refused(name: str, seed: int):
    answer, points, hint = STEPS[name]
    result = primer.step(answer, seed)
    assert result.points == points, result
    assert hint in result.message


# Pairs


def in_place(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> tuple[Tensor, Tensor]:
    e = error(x, w, b, t)
    w -= rate * e * x
    b -= rate * e
    return w, b


def x_in_place(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple[Tensor, Tensor]:
    e = error(x, w, b, t)
    return x.mul_(e), e


def test_inputs_changed_in_place_cost_half():
    for result in (primer.step(in_place), primer.gradient(x_in_place)):
        assert result.points == result.out_of / 2
        assert "changes the tensors that it gets" in result.message


def test_a_mistake_in_place_is_told_first():
    def uphill(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> tuple[Tensor, Tensor]:
        e = error(x, w, b, t)
        w += rate * e * x
        return w, b + rate * e

    assert "makes the loss larger" in primer.step(uphill).message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            lambda x, w, b, t: right(x, w, b, t)[0],
            "a tensor of shape (4,); expected a pair, ",
        ),
        (lambda x, w, b, t: (*right(x, w, b, t), t), "a tuple of length 3; expected a pair"),
        (lambda x, w, b, t: right(x, w, b, t)[::-1], "the shapes () and (4,); expected (4,)"),
        (lambda x, w, b, t: (w[:, None], b), "the shapes (4, 1) and ()"),
        (lambda x, w, b, t: (w, w), "and (), the bias'."),
        (lambda x, w, b, t: None, "is there a `return`"),
        (lambda x, w, b, t: (w, None), "is there a `return`"),
        (lambda x, w, b, t: (w, "b"), "the text `b`; expected numbers"),
        (lambda x, w, b, t: (w / 0, b), "NaN or infinity in 4 of 4 places"),
        (lambda x, w: (w, w), "It cannot be called as `gradient(x, w, b, t)`"),
    ],
)
def test_what_is_no_pair_is_explained(answer: Callable, said: str):
    result = primer.gradient(answer)
    assert result.points == 0
    assert said in result.message


def test_the_line_that_raised_is_the_learners():
    def gradient(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
        return x / undefined  # noqa: F821

    said = primer.gradient(gradient).message
    assert "name 'undefined' is not defined" in said
    assert "of your code, `return x / undefined" in said


def test_a_template_is_called_one():
    def gradient(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
        raise NotImplementedError

    assert "still the template" in primer.gradient(gradient).message


def test_a_function_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch):
    def endless(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> Tensor:
        while True:
            b = b - rate

    monkeypatch.setattr(attempt, "SECONDS", 0.3)
    result = primer.step(endless)
    assert result.points == 0
    assert "did not end within 0.3 seconds" in result.message


def test_gradients_switched_off_by_the_learner_make_no_difference():
    with torch.no_grad():
        assert primer.gradient(right).passed
        assert primer.step(step).passed
        assert primer.best_rate(BEST).passed


# The inputs


def test_a_seed_gives_the_same_inputs_again_and_another_gives_others():
    first, again, other = (step_cases(seed)[0].inputs for seed in (0, 0, 1))
    assert all(torch.equal(*pair) for pair in zip(first[:3], again[:3], strict=True))
    assert first[3:] == again[3:]
    assert not torch.equal(first[1], other[1])


def test_units_have_three_sizes_and_errors_of_both_signs():
    for seed in range(20):
        inputs = [case.inputs for case in gradient_cases(seed)]
        assert len({len(x) for x, _, _, _ in inputs}) == 3
        errors = [error(*unit).item() for unit in inputs]
        assert min(errors) < -1 < 1 < max(errors)
        assert all((x == 0).sum() == 1 for x, _, _, _ in inputs)


# Predicting


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (21_612, 2, "a weight for each number and a bias"),  # 12 * (3 * 20 * 30 + 1)
        (21_600, 1, "What else does each sum train"),
        (21_601, 1, "One bias for all"),
        (1_801, 1, "That is one sum"),
        (7_212, 1, "How many numbers has one pixel"),
        (7_200, 0, "And what else"),
        (21_636, 1, "How many biases has one sum"),
        (18_010, 1, "ten classes"),
        (7_850, 0, "Begin with one sum"),  # the chapter's
        (21_612.5, 0, "a whole number"),
    ],
)
def test_parameters_of_a_colour_classifier(answer: float, points: float, hint: str):
    result = primer.colour_parameters(answer)
    assert (result.points, result.out_of) == (points, 2), result
    assert hint in result.message


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (math.log(1000), 2, "the logarithm of their number"),
        (6.91, 2, "the logarithm of their number"),
        (torch.tensor(1000.0).log(), 2, "the logarithm of their number"),
        (-6.908, 1, "never below 0"),
        (3, 1, "Which logarithm"),
        (math.log2(1000), 1, "Which logarithm"),
        (2.30, 0, "ten equal chances"),
        (0.001, 0, "the probability of the right class"),
        (0.999, 0, "a wrong answer"),
        (1000, 0, "the number of classes"),
        (6.8, 0, "Begin with the probability"),
    ],
)
def test_loss_of_a_classifier_that_knows_nothing(answer: float, points: float, hint: str):
    result = primer.ignorant_loss(answer)
    assert (result.points, result.out_of) == (points, 2), result
    assert hint in result.message


# The best rate, by formula: a step adds rate * error * (x x + 1) to the sum

PIXELS = load("digits", train=False).images[830].flatten().double() / 255
SQUARES = float(PIXELS @ PIXELS)
BEST = 1 / (SQUARES + 1)


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (BEST, 3, "the sum is 1"),
        (0.0147, 3, "the sum is 1"),  # three digits are enough
        (1 / SQUARES, 1.5, "Does the bias step"),
        (BEST / 2, 1.5, "twice too large"),
        (1 / BEST, 1.5, "what one of 1 makes of the sum"),
        (2 * BEST, 0, "Which rate stops in the middle"),
        (0.4, 0, "the chapter's four pixels"),
        (0.014, 0, "short of 1"),
        (0.015, 0, "from 0.5 to 0.000222, and the sum ends past 1"),
        (0, 0, "from 0.5 to 0.5"),
        (-1, 0, "short of 1"),
        (1e300, 0, "past 1"),
        ("0.0147", 0, "without quotes"),
    ],
)
def test_best_rate(answer: object, points: float, hint: str):
    result = primer.best_rate(answer)
    assert (result.points, result.out_of) == (points, 3), result
    assert hint in result.message


def test_the_written_solutions_figures():
    """What the answer to task 4 says in figures."""
    assert load("digits", train=False).labels[830] == 4
    assert round(SQUARES) == 67
    assert round(0.4 * (SQUARES + 1)) == 27
    assert round((0.4 * (SQUARES + 1) - 1) ** 2 / 2, -1) == 340
