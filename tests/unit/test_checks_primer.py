"""Chapter 0's checks: right answers pass, and each common mistake gets a hint."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from check_examples import points_and_words
from torch import Tensor

from lessonlib.checks import cases_of, check, given

SEEDS = range(4)


# The gradient of a unit


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


def rounded(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple:
    slopes, bias = right(x.half(), w.half(), b.half(), t)
    return slopes, round(bias.item(), 2)


@pytest.mark.parametrize("answer", [right, in_loops, by_nudges, rounded])
def test_a_right_gradient_passes(answer: Callable):
    for seed in SEEDS:
        result = check("00.gradient", answer, seed)
        assert (result.points, result.out_of) == (4, 4), result


def scaled(factor: float) -> Callable:
    return lambda x, w, b, t: (factor * error(x, w, b, t) * x, factor * error(x, w, b, t))


def with_bias(change: Callable) -> Callable:
    """Right weights, and another derivative of the bias: of the bias and both derivatives."""

    def function(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple:
        slopes, e = right(x, w, b, t)
        return slopes, change(b, slopes, e)

    return function


def with_slopes(change: Callable) -> Callable:
    """A right bias, and other derivatives of the weights: of x, w and the error."""
    return lambda x, w, b, t: (change(x, w, error(x, w, b, t)), error(x, w, b, t))


def with_factor(change: Callable) -> Callable:
    """The pixels, and 1 for the bias, times a factor made of the error."""
    return lambda x, w, b, t: (change(error(x, w, b, t)) * x, change(error(x, w, b, t)) * 1.0)


def mean_sum(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple:
    e = (w * x).mean() + b - t
    return e * x, e


GRADIENTS = {
    "sign turned": (scaled(-1), 2, "what does your number for the bias say"),
    "factor 2": (scaled(2), 2, "Measure one"),
    "sign and factor": (scaled(-2), 1, "Two things differ"),
    "no bias in the sum": (lambda x, w, b, t: right(x, w, 0, t), 2, "whose pixels are all 0"),
    "target forgotten": (lambda x, w, b, t: right(x, w, b, 0), 1, "at its lowest"),
    "target added": (lambda x, w, b, t: right(x, w, b, -t), 2, "Nearly. Where the sum is exactly"),
    "mean": (mean_sum, 2, "of one of them, or of both"),
    "absolute error": (with_factor(abs), 2, "where it is too small"),
    "bias forgotten": (with_bias(lambda b, s, e: 0.0), 2, "stay as it is"),
    "bias 1": (with_bias(lambda b, s, e: 1), 2, "And the loss?"),
    "bias times b": (with_bias(lambda b, s, e: b * e), 2, "if the bias were larger already"),
    "bias summed": (with_bias(lambda b, s, e: s.sum()), 2, "The bias' is their sum"),
    "averaged": (with_slopes(lambda x, w, e: e * x / len(x)), 2, "pixels of 0 are added"),
    "x forgotten": (with_slopes(lambda x, w, e: e.repeat(len(x))), 1, "equally fast with each"),
    "w in place of x": (with_slopes(lambda x, w, e: e * w), 1, "on the weight itself"),
    "loss for its slope": (with_factor(lambda e: e**2 / 2), 1, "You multiply by the loss"),
    "error forgotten": (with_factor(lambda e: 1), 1, "How does the loss grow with the sum"),
    "zeros": (with_factor(lambda e: 0), 0, "by hand"),
    "only four pixels": (
        lambda x, w, b, t: right(x, w, b, t) if len(x) == 4 else (x, b),
        2,
        "Right for 4 pixels. For ",
    ),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_a_mistaken_gradient_gets_a_hint(name: str):
    answer, points, hint = GRADIENTS[name]
    for seed in SEEDS:
        came, message = points_and_words("00.gradient", answer, seed)
        assert came == points, message
        assert hint in message


def test_no_hint_gives_the_answer_away():
    for answer, _, _ in GRADIENTS.values():
        message = check("00.gradient", answer).message
        assert not any(word in message for word in ("twice", "half", "every sign", "minus"))


def test_autograd_is_looked_at():
    def by_autograd(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple[Tensor, Tensor]:
        w.requires_grad_(), b.requires_grad_()
        (error(x, w, b, t) ** 2 / 2).backward()
        return w.grad, b.grad

    result = check("00.gradient", by_autograd)
    assert result.points == 0
    assert "calls `backward`. The task is to work the derivatives out yourself" in result.message
    assert check("00.step", along(by_autograd)).passed  # there it is not excluded


# One step


def moved(change: Callable) -> Callable:
    """A step by `change` of the rate, in place of minus the rate, times the gradient."""
    return lambda x, w, b, t, rate: tuple(
        old + change(rate) * slope for old, slope in zip((w, b), right(x, w, b, t), strict=True)
    )


def along(gradient: Callable) -> Callable:
    """A step along another gradient."""

    def function(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> tuple:
        slopes = gradient(x, w.clone(), b.clone(), t)
        return w - rate * slopes[0], b - rate * slopes[1]

    return function


def one_by_one(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> tuple[Tensor, Tensor]:
    w = w - rate * error(x, w, b, t) * x
    return w, b - rate * error(x, w, b, t)


def change_only(sign: int) -> Callable:
    return lambda x, w, b, t, rate: tuple(sign * rate * slope for slope in right(x, w, b, t))


STEP = along(right)
STEPS = {
    "uphill": (moved(lambda rate: rate), 1, "Does the loss shrink"),
    "bias stays": (lambda *all: (STEP(*all)[0], all[2]), 1, "Does the bias learn"),
    "weights stay": (lambda *all: (all[1], STEP(*all)[1]), 1, "Do the weights learn"),
    "rate forgotten": (moved(lambda rate: -1), 1, "the length of the step"),
    "rate squared": (moved(lambda rate: -(rate**2)), 1, "How often does the rate"),
    "divided": (moved(lambda rate: -1 / rate), 1, "shorter or longer"),
    "twice": (moved(lambda rate: -2 * rate), 1, "accept your `gradient`"),
    "one by one": (one_by_one, 1, "sees the new weights"),
    "the change": (change_only(-1), 0.5, "Where do they arrive"),
    "minus the change": (change_only(1), 0.5, "Where do they arrive"),
    "the gradient": (lambda x, w, b, t, rate: right(x, w, b, t), 0.5, "That is the gradient"),
    "no step": (lambda x, w, b, t, rate: (w, b), 0, "What does the step change"),
    "target added": (along(GRADIENTS["target added"][0]), 1, "say of your `gradient`"),
    "x forgotten": (along(GRADIENTS["x forgotten"][0]), 1, "say of your `gradient`"),
    "zeros": (lambda x, w, b, t, rate: (0 * w, 0 * b), 0, "by hand"),
}


def test_a_right_step_passes():
    for seed in SEEDS:
        for answer in (STEP, moved(lambda rate: -rate)):
            result = check("00.step", answer, seed)
            assert (result.points, result.out_of) == (2, 2), result


@pytest.mark.parametrize("name", STEPS)
def test_a_mistaken_step_gets_a_hint(name: str):
    answer, points, hint = STEPS[name]
    for seed in SEEDS:
        came, message = points_and_words("00.step", answer, seed)
        assert came == points, message
        assert hint in message


# Pairs


def test_inputs_changed_in_place_cost_a_quarter():
    def step(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> tuple[Tensor, Tensor]:
        e = error(x, w, b, t)
        w -= rate * e * x
        b -= rate * e
        return w, b

    def gradient(x: Tensor, w: Tensor, b: Tensor, t: float) -> tuple[Tensor, Tensor]:
        e = error(x, w, b, t)
        return x.mul_(e), e

    for result in (check("00.step", step), check("00.gradient", gradient)):
        assert result.points == 0.75 * result.out_of
        assert "Your function changes the tensors that it gets" in result.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda *u: right(*u)[0], "returns a tensor of shape (4,). It should return a pair, "),
        (lambda *u: (*right(*u), 1), "returns a tuple of length 3. It should return a pair"),
        (lambda *u: right(*u)[::-1], "returns a tensor of shape (4,). It should return one"),
        (lambda x, w, b, t: (w[:, None], b), "begins with the shape (4, 1). It should be (4,)"),
        (lambda x, w, b, t: (w, w), "a tensor of shape (4,). It should return one number"),
        (lambda x, w, b, t: (w, [b]), "a list of length 1. It should return one number"),
        (lambda x, w, b, t: (w, (b,)), "a tuple of one. A comma"),
        (lambda x, w, b, t: None, "For 4 pixels your function returns `None`"),
        (lambda x, w, b, t: (w, None), "your function returns `None`"),
        (lambda x, w, b, t: (w, "b"), "returns the text `'b'`"),
        (lambda x, w, b, t: (w / 0, b), "NaN or infinity in 4 of 4 places"),
        (lambda x, w: (w, w), "cannot be called as `gradient(x, w, b, t)`"),
    ],
)
def test_what_is_no_pair_is_explained(answer: Callable, said: str):
    points, message = points_and_words("00.gradient", answer, 0)
    assert points == 0
    assert said in message


def test_settings_of_the_learner_make_no_difference():
    for within in (torch.no_grad(), torch.inference_mode()):
        with within:
            assert check("00.gradient", right).passed
            assert check("00.step", STEP).passed
            assert check("00.best_rate", best(0)).passed


def test_units_have_three_sizes_and_errors_of_both_signs():
    for seed in range(20):
        inputs = [case.inputs for case in cases_of("00.gradient", seed)]
        assert len({len(x) for x, _, _, _ in inputs}) == 3
        errors = [error(*unit).item() for unit in inputs]
        assert min(errors) < -1 < 1 < max(errors)
        assert all((x == 0).sum() == 1 for x, _, _, _ in inputs)


# Predicting


def test_parameters_of_a_colour_classifier():
    for seed in SEEDS:
        kinds, rows, columns = given("00.colour_parameters", seed)
        one = 3 * rows * columns
        for answer, points, hint in [
            (kinds * (one + 1), 2, "a weight for each number and a bias"),
            (kinds * one, 1, "What else does each sum train"),
            (kinds * one + 1, 1, "one bias for all"),
            (one + 1, 1, "That is one sum"),
            (kinds * (rows * columns + 1), 1, "How many numbers does one pixel"),
            (kinds * rows * columns, 0, "And what else"),
            (kinds * (one + 3), 1, "How many biases does one sum have"),
            (10 * (one + 1), 1, "ten classes"),
            (7_850, 0, "You answered 7,850. Begin with one sum"),  # the chapter's
            (kinds * (one + 1) + 0.5, 0, "a whole number"),
        ]:
            assert points_and_words("00.colour_parameters", answer, seed)[0] == points
            assert hint in points_and_words("00.colour_parameters", answer, seed)[1]


def test_loss_of_a_classifier_that_knows_nothing():
    for seed in SEEDS:
        (classes,) = given("00.ignorant_loss", seed)
        right = math.log(classes)
        for answer, points, hint in [
            (right, 2, "the logarithm of their number"),
            (round(right, 1), 2, "the logarithm of their number"),
            (torch.tensor(float(classes)).log(), 2, "the logarithm of their number"),
            (-right, 1, "Can a loss be below 0"),
            (math.log10(classes), 1, "Which logarithm"),
            (math.log2(classes), 1, "Which logarithm"),
            (2.3, 0, "ten equal chances"),
            (1 / classes, 0, "the probability of the right class"),
            (1 - 1 / classes, 0, "a wrong answer"),
            (classes, 0, "the number of classes"),
            (20.5, 0, "You answered 20.5. Begin with the probability"),
        ]:
            came, message = points_and_words("00.ignorant_loss", answer, seed)
            assert came == points, message
            assert hint in message


# The best rate, by formula: a step adds rate * error * (x x + 1) to the sum


def squares(seed: int) -> float:
    (x,) = given("00.best_rate", seed)
    return float(x @ x)


def best(seed: int) -> float:
    return 1 / (squares(seed) + 1)


def test_best_rate():
    for seed in SEEDS:
        right = best(seed)
        for answer, points, hint in [
            (right, 3, "the sum is 1"),
            (float(f"{right:.3g}"), 3, "the sum is 1"),
            (1 / squares(seed), 1.5, "Does a step change the weights alone?"),
            (right / 2, 1.5, "accept your `step`"),
            (1 / right, 1.5, "not a rate"),
            (2 * right, 0, "A loss has two sides"),
            (0.4, 0, "the chapter's four pixels" if abs(0.4 - right) > 0.05 * right else "below 1"),
            (0.75 * right, 0, "below 1, or above"),
            (0, 0, "below 1, or above"),
            (-1, 0, "below 1, or above"),
            (1e300, 0, "below 1, or above"),
            (str(right), 0, "without quotes"),
        ]:
            came, message = points_and_words("00.best_rate", answer, seed)
            assert came == points, (message, answer, right)
            assert hint in message


def test_hints_of_the_best_rate_hold_no_number_but_the_learners():
    messages = {check("00.best_rate", rate * best(0), 0).message for rate in (0.7, 0.9, 1.1, 1.4)}
    assert len({message.split(". ", 1)[1] for message in messages}) == 1
