"""Chapter 7's checks of steps: right answers pass, and each common mistake gets a hint."""

from collections.abc import Callable

import pytest
import torch
from check_examples import check, points_and_words
from torch import Tensor

from lessonlib.checks import cases_of, given, passed
from lessonlib.checks.tasks.step_lengths import ETA_BY_PASS, SHORTENED

SEEDS = range(4)

# How long a step is


def test_step_of_a_flat_direction():
    for seed in SEEDS:
        eta, mu = given("07.flat_step", seed)
        for answer, points, hint in [
            (eta / mu, 2, "mu alone is below the line"),
            (float(f"{eta / mu:.2g}"), 2, "mu alone is below the line"),
            (eta, 0, "a plain learning rate"),
            (eta * mu, 0, "make steps longer or shorter"),
            (mu / eta, 0, "above the line"),
            (1 / mu, 1, "what multiplies eta"),
            (0, 0, "The curvature is 0, and not the slope"),
            (eta / (1 + mu), 0, "when h is 0"),
            (77, 0, "Write the step size down"),
            (None, 0, "still `None`"),
        ]:
            came, message = points_and_words("07.flat_step", answer, seed)
            assert came == points, (message, answer)
            assert hint in message


def test_step_of_a_pass():
    for seed in SEEDS:
        which, h = given("07.step_of_pass", seed)
        eta, told = (0.0001, 0.00005) if which <= 8 else (0.00005, 0.00001)
        for answer, points, hint in [
            (eta / (0.02 + h), 2, "The schedule gives eta"),
            (float(f"{eta / (0.02 + h):.3g}"), 2, "The schedule gives eta"),
            (told / (0.02 + h), 1, "Which step of the paper's is missing"),
            (told, 0, "a plain learning rate"),
            (eta, 1, "What is it divided by"),
            (eta / 0.02, 1, "of a flat direction"),
            (eta / h, 1, "added to the curvature"),
            (0.0005 / (0.02 + h), 1, "Count the passes"),
            (0.0002 / (0.02 + h), 1, "Count the passes"),
            (3, 0, "First find eta"),
        ]:
            came, message = points_and_words("07.step_of_pass", answer, seed)
            assert came == points, (message, answer)
            assert hint in message


def test_the_passes_that_are_asked_for_are_those_the_claim_gets_wrong():
    assert len(ETA_BY_PASS) == len(SHORTENED) == 20
    asked = {given("07.step_of_pass", seed)[0] for seed in range(80)}
    assert asked == {6, 7, 8, 10, 11, 12}


# A shared kernel


def right(x: Tensor, slopes: Tensor, curvatures: Tensor) -> tuple[Tensor, Tensor]:
    rows = x.unfold(0, len(x) - len(slopes) + 1, 1)  # (places, weights)
    return slopes @ rows, curvatures @ rows**2


def in_loops(x: Tensor, slopes: Tensor, curvatures: Tensor) -> list[list[float]]:
    weights = range(len(x) - len(slopes) + 1)
    return [
        [sum(s * x[i + m].item() for i, s in enumerate(slopes.tolist())) for m in weights],
        [sum(c * x[i + m].item() ** 2 for i, c in enumerate(curvatures.tolist())) for m in weights],
    ]


@pytest.mark.parametrize(
    "answer", [right, in_loops, lambda *a: torch.stack(right(*a)), lambda *a: list(right(*a))]
)
def test_a_right_sum_passes(answer: Callable):
    for seed in SEEDS:
        result = check("07.shared", answer, seed)
        assert (result.points, result.out_of) == (4, 4), result


def curved(change: Callable) -> Callable:
    """Right slopes, and another curvature."""
    return lambda x, s, c: (right(x, s, c)[0], change(x, s, c))


def sloped(change: Callable) -> Callable:
    """Right curvatures, and another slope."""
    return lambda x, s, c: (change(x, s), right(x, s, c)[1])


def row(x: Tensor, values: Tensor) -> Tensor:
    return right(x, values, values)[0]


def first_place(x: Tensor, s: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    inputs = x[: len(x) - len(s) + 1]
    return s[0] * inputs, c[0] * inputs**2


SUMS = {
    "averaged": (lambda x, s, c: [r / len(s) for r in right(x, s, c)], 2, "twice as many places"),
    "reversed": (lambda *a: [r.flip(0) for r in right(*a)], 2, "in the wrong order"),
    "first place": (first_place, 1, "the first place alone"),
    "swapped": (lambda *a: right(*a)[::-1], 3, "which of the two comes first"),
    "x not squared": (curved(lambda x, s, c: row(x, c)), 2, "turned from 1 to -1"),
    "slope squared": (curved(lambda x, s, c: row(x, s) ** 2), 2, "use the curvatures"),
    "slopes squared": (curved(lambda x, s, c: row(x**2, s**2)), 2, "use the curvatures"),
    "sum squared": (curved(lambda x, s, c: row(x, c) ** 2), 2, "Square first, or add first"),
    "both squared": (curved(lambda x, s, c: row(x**2, c**2)), 2, "or the curvature, too"),
    "curvature averaged": (
        curved(lambda x, s, c: row(x**2, c) / len(c)),
        2,
        "Do you average them",
    ),
    "x forgotten": (
        sloped(lambda x, s: s.sum().repeat(len(x) - len(s) + 1)),
        1,
        "all weights the same slope",
    ),
    "slopes forgotten": (sloped(lambda x, s: row(x, s**0)), 1, "Your slopes leave that out"),
    "downhill": (sloped(lambda x, s: -row(x, s)), 2, "the sign of the step"),
    "zeros": (lambda *a: [0 * r for r in right(*a)], 0, "by hand"),
}


@pytest.mark.parametrize("name", SUMS)
def test_a_mistaken_sum_gets_a_hint(name: str):
    answer, points, hint = SUMS[name]
    for seed in SEEDS:
        came, message = points_and_words("07.shared", answer, seed)
        assert came == points, message
        assert hint in message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda *a: right(*a)[0], "It should return a pair, the slopes and the curvatures"),
        (lambda *a: (*right(*a), 1), "a tuple of length 3. It should return a pair"),
        (lambda *a: (right(*a)[0], right(*a)[1][:1]), "your curvatures have the shape (1,)"),
        (lambda *a: (a[1], right(*a)[1]), "your slopes have the shape (3,). They should have (2,)"),
        (lambda *a: None, "your function returns `None`"),
        (lambda *a: (right(*a)[0], "b"), "returns the text `'b'`"),
        (lambda x: x, "cannot be called as `shared(x, slopes, curvatures)`"),
    ],
)
def test_what_is_no_pair_is_explained(answer: Callable, said: str):
    points, message = points_and_words("07.shared", answer, 0)
    assert points == 0
    assert said in message


def test_autograd_is_looked_at():
    def by_autograd(x: Tensor, slopes: Tensor, curvatures: Tensor) -> tuple[Tensor, Tensor]:
        w = torch.zeros(len(x) - len(slopes) + 1, dtype=x.dtype, requires_grad=True)
        (x.unfold(0, len(w), 1) @ w * slopes).sum().backward()
        return w.grad, right(x, slopes, curvatures)[1]

    result = check("07.shared", by_autograd)
    assert result.points == 0
    assert "calls `backward`" in result.message


def test_kernels_have_three_sizes_and_other_numbers_of_places():
    for seed in range(20):
        sizes = [(len(x) - len(s) + 1, len(s)) for x, s, _ in
                 (case.inputs for case in cases_of("07.shared", seed))]  # fmt: skip
        assert len({weights for weights, _ in sizes}) == 3
        assert all(weights != places for weights, places in sizes)


# One update


def by(change: Callable) -> Callable:
    return lambda w, g, h, eta, mu: w - change(g, h, eta, mu)


update = by(lambda g, h, eta, mu: eta / (mu + h) * g)
UPDATES = {
    "uphill": (by(lambda g, h, eta, mu: -eta / (mu + h) * g), 1, "Which way does the loss fall"),
    "plain rate": (by(lambda g, h, eta, mu: eta * g), 0.5, "plain gradient descent"),
    "all flat": (by(lambda g, h, eta, mu: eta / mu * g), 0.5, "Every direction is flat to you"),
    "no mu": (by(lambda g, h, eta, mu: eta / h * g), 1, "beyond all bounds"),
    "no brackets": (by(lambda g, h, eta, mu: (eta / mu + h) * g), 1, "Brackets help"),
    "multiplied": (by(lambda g, h, eta, mu: eta * (mu + h) * g), 1, "longer where the loss"),
    "mu times h": (by(lambda g, h, eta, mu: eta / (mu * h) * g), 1, "below the line together"),
    "root": (by(lambda g, h, eta, mu: eta / (mu + h) ** 0.5 * g), 1, "Is there a root"),
    "mean curvature": (by(lambda g, h, eta, mu: eta / (mu + h.mean()) * g), 1, "of its own"),
    "no slope": (by(lambda g, h, eta, mu: eta / (mu + h)), 0.5, "What is it multiplied by"),
    "no eta": (by(lambda g, h, eta, mu: g / (mu + h)), 1, "eta is missing"),
    "the change": (lambda w, *a: update(0 * w, *a), 0.5, "Where do they arrive"),
    "minus the change": (lambda w, *a: -update(0 * w, *a), 0.5, "Where do they arrive"),
    "no step": (lambda w, *a: w, 0, "What does the update change"),
    "zeros": (lambda w, *a: 0 * w, 0, "by hand"),
}


def test_a_right_update_passes_and_is_shown():
    for seed in SEEDS:
        result = check("07.update", update, seed)
        assert (result.points, result.out_of) == (2, 2), result
    assert check("07.update", lambda *a: update(*a).tolist()).passed
    assert passed("07.update")(*given("07.update", 0)).dtype == torch.float64


@pytest.mark.parametrize("name", UPDATES)
def test_a_mistaken_update_gets_a_hint(name: str):
    answer, points, hint = UPDATES[name]
    for seed in SEEDS:
        came, message = points_and_words("07.update", answer, seed)
        assert came == points, message
        assert hint in message


def test_weights_changed_in_place_cost_a_quarter():
    def in_place(w: Tensor, g: Tensor, h: Tensor, eta: float, mu: float) -> Tensor:
        w -= eta / (mu + h) * g
        return w

    result = check("07.update", in_place)
    assert result.points == 1.5
    assert "changes the tensors that it gets" in result.message


# Batches


def way(x: Tensor, t: Tensor, size: int, rate: float, **options) -> Tensor:
    """The weights after one pass, picture by picture or batch by batch."""
    w = options.get("start", torch.zeros(49, dtype=torch.float64))
    for first in range(0, len(t), size):
        inputs, targets = x[first : first + size], t[first : first + size]
        slope = ((inputs @ w - targets)[:, None] * inputs).sum(0)
        w = w - rate * (slope if options.get("summed") else slope / size)
    return w


def factors(seed: int, **options) -> list[float]:
    x, t, size, *rates = given("07.batch_size", seed)
    return [float(way(x, t, 1, r).norm() / way(x, t, size, r, **options).norm()) for r in rates]


def test_measured_factors_pass_and_are_not_the_batch_size():
    for seed in SEEDS:
        low, high = factors(seed)
        size = given("07.batch_size", seed)[2]
        assert high < 0.75 * size < low < 0.96 * size
        assert check("07.batch_size", (low, high), seed).passed


def test_factors_of_batches():
    (low, high), size = factors(0), given("07.batch_size", 0)[2]
    upside_down, squared = [1 / low, 1 / high], [low**2, high**2]
    summed = factors(0, summed=True)
    for answer, points, hint in [
        ((low, high), 3, "At 0.0005: right. At 0.004: right."),
        ([round(low, 1), round(high, 2)], 3, "right. At 0.004: right."),
        (torch.tensor([low, high]), 3, "right. At 0.004: right."),
        ((low, size), 1.5, "Is it what you measure"),
        ((size, size), 0.75, "Is it what you measure"),
        (upside_down, 1.5, "above the line"),
        (squared, 1.5, "squared distances"),
        (summed, 1.5, "Do you add up the slopes"),
        ((low, None), 1, "At 0.004: Your answer is still `None`"),
        ((high, low), 0, "Make one pass in single pictures"),
        (low, 0, "Give 2 values"),
        (None, 0, "still `None`"),
    ]:
        came, message = points_and_words("07.batch_size", answer, 0)
        assert came == points, (message, answer)
        assert hint in message


def test_a_second_pass_that_goes_on_from_the_first_is_told():
    x, t, size, low, high = given("07.batch_size", 0)
    singles = [way(x, t, 1, rate) for rate in (low, high)]
    carried = [float(w.norm() / way(x, t, size, rate, start=w).norm())
               for w, rate in zip(singles, (low, high), strict=True)]  # fmt: skip
    points, message = points_and_words("07.batch_size", carried, 0)
    assert 0 < points < 1.5
    assert "begin at zeros, too" in message
