"""Chapter 6's checks: right answers pass, and each common mistake gets a hint."""

import itertools
import math
from collections.abc import Callable

import pytest
import torch
from check_examples import check, points_and_words
from torch import Tensor

from lessonlib.checks import cases_of, given, passed
from lessonlib.layers import DIGIT_CODES

SEEDS = range(4)


# Two numbers to predict


def test_distance_of_two_codes():
    for seed in SEEDS:
        units, differ = given("06.distance_of_codes", seed)
        for answer, points, hint in [
            (4 * differ, 2, "the square of the way"),
            (float(4 * differ), 2, "the square of the way"),
            (differ, 1, "How far is it from -1 to +1"),
            (2 * differ, 1, "one thing more"),
            (4 * (units - differ), 0, "the units that agree"),
            (4 * units, 0, "Do all units differ"),
            (units, 0, "the number of units"),
            (4 * differ + 1, 0, "Begin with a single unit"),
            (4 * differ + 0.5, 0, "a whole number"),
            (None, 0, "still `None`"),
        ]:
            came, message = points_and_words("06.distance_of_codes", answer, seed)
            assert came == points, message
            assert hint in message


def test_loss_of_an_undecided_network():
    for seed in SEEDS:
        units, j = given("06.undecided_loss", seed)
        right = units + math.log(math.exp(-j) + 10 * math.exp(-units))
        for answer, points, hint in [
            (right, 2, "the logarithm is -j"),
            (round(right), 2, "the logarithm is -j"),
            (torch.tensor(right), 2, "the logarithm is -j"),
            (units, 1, "the penalty of the right code alone"),
            (units + j, 1, "Is it above 0, or below"),
            (math.log(10), 1, "Eq. 9 without j"),
            (units + math.log(10), 0.5, "Is there a larger one"),
            (-j, 0.5, "And the penalty of the right code"),
            (j, 0, "but for its sign"),
            (4 * units - j, 1, "How far is 0 from -1"),
            (1000, 0, "Begin with one penalty"),
            (str(right), 0, "without quotes"),
        ]:
            came, message = points_and_words("06.undecided_loss", answer, seed)
            assert came == points, message
            assert hint in message


# Distances


def right(f6: Tensor, codes: Tensor) -> Tensor:
    return ((f6[:, None] - codes) ** 2).sum(2)


def in_loops(f6: Tensor, codes: Tensor) -> list:
    return [
        [sum((a - b) ** 2 for a, b in zip(x, code, strict=True)) for code in codes.tolist()]
        for x in f6.tolist()
    ]


def by_lengths(f6: Tensor, codes: Tensor) -> Tensor:
    return (f6**2).sum(1, keepdim=True) - 2 * f6 @ codes.T + (codes**2).sum(1)


@pytest.mark.parametrize(
    "answer", [right, in_loops, by_lengths, lambda f6, codes: torch.cdist(f6, codes).square()]
)
def test_right_distances_pass(answer: Callable):
    for seed in SEEDS:
        result = check("06.distances", answer, seed)
        assert (result.points, result.out_of) == (3, 3), result
    assert passed("06.distances")(*given("06.distances", 0)).shape == (3, 10)


DISTANCES = {
    "not squared": (lambda f, c: right(f, c).sqrt(), 1.5, "What does Eq. 7 leave out"),
    "mean": (lambda f, c: right(f, c) / f.shape[1], 1.5, "twice as many units"),
    "scores": (lambda f, c: -right(f, c), 1.5, "be below 0"),
    "half": (lambda f, c: right(f, c) / 2, 1.5, "such a factor"),
    "absolute": (lambda f, c: (f[:, None] - c).abs().sum(2), 0.75, "with each difference first"),
    "added first": (lambda f, c: (f[:, None] - c).sum(2) ** 2, 0.75, "Square first, or add first"),
    "products": (lambda f, c: f @ c.T, 0.75, "the products of a linear layer"),
    "signs alone": (
        lambda f, c: (f**2).sum(1, keepdim=True) - 2 * f @ c.T + f.shape[1],
        1.5,
        "And for others?",
    ),
    "turned": (lambda f, c: right(f, c).T, 0, "One row for each picture"),
    "not added": (lambda f, c: (f[:, None] - c) ** 2, 0, "Over which of your three axes"),
    "one picture": (lambda f, c: right(f, c)[0], 0, "a distance to each of the codes"),
    "ten codes alone": (
        lambda f, c: right(f, DIGIT_CODES.double()),
        1.5,
        "Right for 3 pictures and 10 codes of 84 units",
    ),
    "zeros": (lambda f, c: 0 * right(f, c), 0, "by hand"),
}


@pytest.mark.parametrize("name", DISTANCES)
def test_mistaken_distances_get_a_hint(name: str):
    answer, points, hint = DISTANCES[name]
    for seed in SEEDS:
        came, message = points_and_words("06.distances", answer, seed)
        assert came == points, message
        assert hint in message


def test_changed_states_cost_a_quarter():
    def in_place(f6: Tensor, codes: Tensor) -> Tensor:
        result = right(f6, codes)
        f6 -= 1
        return result

    assert check("06.distances", in_place).points == 2.25


# Eq. 9's derivatives


def shares(y: Tensor, j: float) -> Tensor:
    return torch.exp(-y) / (math.exp(-j) + torch.exp(-y).sum())


def pushed(change: Callable) -> Callable:
    """1 for the right class, less what `change` makes of the penalties and j."""

    def function(y: Tensor, right: int, j: float) -> Tensor:
        result = -change(y, j)
        result[right] += 1
        return result

    return function


def by_nudges(y: Tensor, right: int, j: float) -> list[float]:
    def loss(y: list[float]) -> float:
        return y[right] + math.log(math.exp(-j) + sum(math.exp(-one) for one in y))

    nudged = []
    for place in range(len(y)):
        up, down = y.tolist(), y.tolist()
        up[place] += 1e-5
        down[place] -= 1e-5
        nudged.append((loss(up) - loss(down)) / 2e-5)
    return nudged


gradient = pushed(shares)


@pytest.mark.parametrize("answer", [gradient, by_nudges, lambda *a: gradient(*a).numpy()])
def test_a_right_gradient_passes(answer: Callable):
    for seed in SEEDS:
        result = check("06.gradient", answer, seed)
        assert (result.points, result.out_of) == (4, 4), result


def one_hot(y: Tensor, right: int, j: float) -> Tensor:
    return pushed(lambda y, j: 0 * y)(y, right, j)


def exponential(y: Tensor, below: float) -> Tensor:
    return torch.exp(-y) / (below + torch.exp(-y).sum())


GRADIENTS = {
    "no j": (pushed(lambda y, j: torch.softmax(-y, 0)), 2, "Your numbers add up to 0"),
    "sign turned": (lambda *a: -gradient(*a), 2, "what does your number say"),
    "no first part": (lambda y, r, j: -shares(y, j), 2, "What stands before it"),
    "the shares": (lambda y, r, j: shares(y, j), 1, "but for its sign"),
    "shares added": (pushed(lambda y, j: -shares(y, j)), 2, "grow or shrink?"),
    "Eq. 8": (one_hot, 1, "That is Eq. 8"),
    "no division": (pushed(lambda y, j: torch.exp(-y)), 2, "below the line"),
    "exp(j)": (pushed(lambda y, j: exponential(y, math.exp(j))), 2, "Let j grow"),
    "j itself": (pushed(lambda y, j: exponential(y, j)), 2, "Let j grow"),
    "exp(y)": (
        pushed(lambda y, j: y.exp() / (math.exp(-j) + y.exp().sum())),
        2,
        "the nearest or the farthest",
    ),
    "softmax of y": (pushed(lambda y, j: y.softmax(0)), 1, "And where is j"),
    "averaged": (lambda y, r, j: gradient(y, r, j) / len(y), 2, "over digits, too"),
    "one number": (lambda y, r, j: gradient(y, r, j)[r], 0, "One number for each penalty"),
    "zeros": (lambda y, r, j: 0 * y, 0, "by hand"),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_a_mistaken_gradient_gets_a_hint(name: str):
    answer, points, hint = GRADIENTS[name]
    for seed in SEEDS:
        came, message = points_and_words("06.gradient", answer, seed)
        assert came == points, message
        assert hint in message


def test_autograd_is_looked_at():
    def by_autograd(y: Tensor, right: int, j: float) -> Tensor:
        y.requires_grad_()
        (y[right] + torch.log(math.exp(-j) + torch.exp(-y).sum())).backward()
        return y.grad

    result = check("06.gradient", by_autograd)
    assert result.points == 0
    assert "without autograd" in result.message


def test_each_term_matters_in_every_case():
    """So that a gradient without j, or with another, is never taken for the right one."""
    for seed in range(30):
        for case in cases_of("06.gradient", seed):
            y, _, j = case.inputs
            rubbish = 1 - float(shares(y, j).sum())
            assert 0.08 < rubbish < 0.95


# The closest pair


def closest(seed: int) -> tuple[int, int, int]:
    (digits,) = given("06.closest_pair", seed)
    pairs = itertools.combinations(digits, 2)
    counts = {p: int((DIGIT_CODES[p[0]] != DIGIT_CODES[p[1]]).sum()) for p in pairs}
    best = min(counts, key=counts.get)
    return (*best, counts[best])


def test_closest_pair():
    for seed in SEEDS:
        a, b, pixels = closest(seed)
        (digits,) = given("06.closest_pair", seed)
        other = next(d for d in digits if d not in (a, b))
        absent = next(d for d in range(10) if d not in digits)
        for answer, points, hint in [
            ((a, b, pixels), 3, "Digits: right. Pixels: right."),
            ([b, str(a), float(pixels)], 3, "Digits: right. Pixels: right."),
            (torch.tensor([a, b, pixels]), 3, "Digits: right. Pixels: right."),
            ((a, b, 4 * pixels), 2.5, "Count the pixels"),
            ((a, b, 2 * pixels), 2.5, "count once"),
            ((a, b, 84 - pixels), 2, "the pixels that agree"),
            ((a, b, pixels + 1), 2, "not equal"),
            ((a, other, pixels), 1, "the codes of another two are closer"),
            ((a, absent, pixels), 1, "both occur on your form"),
            ((a, a, pixels), 1, "two different digits"),
            ((a, 10, pixels), 1, "Digits: Give a number from 0 to 9"),
            ((a, b, None), 2, "Pixels: Your answer is still `None`"),
            ((a, b), 0, "Give 3 values"),
            (None, 0, "still `None`"),
        ]:
            came, message = points_and_words("06.closest_pair", answer, seed)
            assert came == points, (message, answer)
            assert hint in message


def test_no_form_has_the_pair_of_the_chapter_and_pairs_differ():
    pairs = {closest(seed)[:2] for seed in range(60)}
    assert (6, 8) not in pairs
    assert len(pairs) > 5
    for seed in range(20):
        assert check("06.closest_pair", (6, 8, 12), seed).points == 0
