"""Chapter 11's checks of numbers and functions: right answers pass, each mistake gets a hint."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from check_examples import check, points_and_words
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks import cases_of, given
from lessonlib.checks.tasks.crops_and_dropout import crop_question

SEEDS = range(4)


# Crops


def places(height: int, width: int, side: int) -> int:
    """All windows, counted one by one."""
    count = 0
    for top in range(height):
        for left in range(width):
            count += top + side <= height and left + side <= width
    return count


def test_the_windows_of_a_picture():
    for seed in SEEDS:
        height, width, side = given("11.crops", seed)
        counted, down, right = places(height, width, side), height - side, width - side
        for answer, points, words in [
            (2 * counted, 1, "one place more than there are pixels of room"),
            (2 * down * right, 0.5, "how the paper counts"),
            (counted, 0.5, "And the mirror images?"),
            (down * right, 0.25, "the paper's way to count places"),
            (4 * counted, 0.5, "top to bottom"),
            (2 * height * width, 0, "picture's last pixel"),
            (10, 0, "averaged in a test"),
            (7, 0, "Count the places in one direction first"),
            (None, 0, "still `None`"),
            (2 * counted + 0.5, 0, "whole"),
        ]:
            got, message = points_and_words("11.crops", answer, seed)
            assert got == points, (answer, message)
            assert words in message, (answer, message)


def test_2048_and_2178_are_told_apart():
    """The paper's own numbers, by the task's question."""
    asked = crop_question(256, 256, 224)
    assert asked.right == 2_178
    assert asked.mistakes[0].gives == 2_048


# Dropout


def test_what_a_kept_unit_hands_on():
    for seed in SEEDS:
        state, rate = given("11.dropout", seed)
        keep = 1 - rate
        right = [state, state * keep, state / keep, state]
        for answer, points, words in [
            (right, 1, "All four are right"),
            (tuple(right), 1, "All four are right"),
            (np.array(right), 1, "All four are right"),
            ([round(number, 2) for number in right], 1, "All four are right"),
            ([*right[2:], *right[:2]], 0, "That is too much here"),
            ([state] * 4, 0.5, "That is the state itself"),
            ([state, rate * state, state / rate, state], 0.5, "share that is dropped"),
            ([keep * state, keep * state, state, state], 0.5, "That is too little here"),
            ([state, None, None, None], 0.25, "still `None`"),
            ([state, "x", state / keep, state], 0.75, "By 2012's rule, in evaluation: "),
            ([0, 0, 0, 0], 0, "It is kept, so it is not 0"),
            (right[:3], 0, "4"),
            (state, 0, "Give"),
            (None, 0, "still `None`"),
        ]:
            got, message = points_and_words("11.dropout", answer, seed)
            assert got == points, (answer, message)
            assert words in message, (answer, message)


def test_todays_rule_is_pytorchs():
    state, rate = given("11.dropout", 2)
    torch.manual_seed(0)
    out = F.dropout(torch.full((1_000,), state), rate, training=True)
    kept = out[out != 0]
    assert torch.allclose(kept, torch.full_like(kept, state / (1 - rate)))
    assert abs(float(out.mean()) - state) < 0.2 * state


# Response normalisation


def by_hand(maps: Tensor, towers: int, size: int, k: float, alpha: float, beta: float) -> Tensor:
    """One value after the other."""
    count, height, width = maps.shape
    each, out = count // towers, torch.zeros(count, height, width)
    for i in range(count):
        first, half = i // each * each, size // 2
        for y in range(height):
            for x in range(width):
                total = 0.0
                for j in range(i - half, i + half + 1):
                    if first <= j < first + each:
                        total += maps[j, y, x].item() ** 2
                out[i, y, x] = maps[i, y, x] / (k + alpha * total) ** beta
    return out


def norm_with(
    low: int | None = None,
    high: int | None = None,
    one: bool = False,
    power: Callable[..., float] | None = None,
) -> Callable[..., Tensor]:
    """By hand, but with another window, one tower, or another divisor."""

    def response_norm(maps, towers, size, k, alpha, beta):
        each = len(maps) if one else len(maps) // towers
        out = torch.empty_like(maps)
        for i in range(len(maps)):
            first = i // each * each
            begin = i - (size // 2 if low is None else low(size))
            end = i + (size // 2 if high is None else high(size))
            window = maps[max(first, begin) : min(first + each, end + 1)]
            total = (window**2).sum(0)
            divisor = power(total, size, k, alpha, beta) if power else (k + alpha * total) ** beta
            out[i] = maps[i] / divisor
        return out

    return response_norm


def with_pytorchs(maps, towers, size, k, alpha, beta):
    parts = maps.chunk(towers)
    normed = [F.local_response_norm(part[None], size, alpha * size, beta, k)[0] for part in parts]
    return torch.cat(normed)


def in_place(maps, *numbers):
    return maps.copy_(by_hand(maps, *numbers))


def wrapped(maps, towers, size, k, alpha, beta):
    each, out = len(maps) // towers, torch.empty_like(maps)
    for t in range(towers):
        part = maps[t * each : (t + 1) * each]
        for i in range(each):
            total = sum(part[j % each] ** 2 for j in range(i - size // 2, i + size // 2 + 1))
            out[t * each + i] = part[i] / (k + alpha * total) ** beta
    return out


def unsquared(maps, towers, size, k, alpha, beta):
    return maps * by_hand(maps.abs().sqrt(), towers, size, k, alpha, beta) / maps.abs().sqrt()


NORMS = {
    "by hand": (by_hand, 2, "at the edges of a tower too"),
    "by slices": (norm_with(), 2, "at the edges of a tower too"),
    "lists": (lambda *a: by_hand(*a).tolist(), 2, "at the edges of a tower too"),
    "across": (norm_with(one=True), 1, "border of two towers"),
    "alpha divided": (
        norm_with(power=lambda s, n, k, a, b: (k + a / n * s) ** b), 1, "PyTorch's formula",
    ),
    "wrapped": (wrapped, 1, "index below 0"),
    "too wide": (norm_with(low=lambda n: n, high=lambda n: n), 1, "`size` of them"),
    "last left out": (norm_with(high=lambda n: n // 2 - 1), 1, "ends before its end"),
    "multiplied": (
        norm_with(power=lambda s, n, k, a, b: (k + a * s) ** -b), 1, "divide or multiply",
    ),
    "no beta": (norm_with(power=lambda s, n, k, a, b: k + a * s), 1, "What does beta do"),
    "beta inside": (norm_with(power=lambda s, n, k, a, b: k + a * s**b), 1, "belong to"),
    "k is 1": (norm_with(power=lambda s, n, k, a, b: (1 + a * s) ** b), 1, "where is k"),
    "no alpha": (norm_with(power=lambda s, n, k, a, b: (k + s) ** b), 1, "where is alpha"),
    "unsquared": (unsquared, 1, "or their squares"),
    "in place": (in_place, 1.5, "changes the tensors"),
    "pytorch's": (with_pytorchs, 0, "without PyTorch's"),
    "one map": (lambda maps, *a: maps[0], 0, "One value for each that came in"),
    "as it was": (lambda maps, *a: maps, 0, "your values are not"),
    "None": (None, 0, "still `None`"),
}  # fmt: skip


@pytest.mark.parametrize("name", NORMS)
def test_a_normalisation_and_its_mistakes(name: str):
    answer, points, words = NORMS[name]
    for seed in SEEDS:
        got, message = points_and_words("11.response_norm", answer, seed)
        assert got == points, message
        assert words in message


def test_a_map_is_its_own_neighbour():
    def response_norm(maps, towers, size, k, alpha, beta):
        right = by_hand(maps, towers, size, k, alpha, beta).double()
        total = ((maps / right) ** (1 / beta) - k) / alpha - maps**2
        return maps / (k + alpha * total) ** beta

    got, message = points_and_words("11.response_norm", response_norm, 1)
    assert (got, "among its own neighbours" in message) == (1, True), message


def test_the_maps_cover_towers_and_edges():
    towers = {case.inputs[1] for case in cases_of("11.response_norm", 0)}
    narrow = [len(c.inputs[0]) // c.inputs[1] < c.inputs[2] for c in cases_of("11.response_norm")]
    assert towers == {1, 2}
    assert any(narrow)


# Colours


def printed(picture: Tensor, values: Tensor, vectors: Tensor, draws: Tensor) -> Tensor:
    added = [
        sum(float(vectors[channel, n] * draws[n] * values[n]) for n in range(3))
        for channel in range(3)
    ]
    return torch.stack([picture[channel] + added[channel] for channel in range(3)])


def adding(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    return lambda picture, *given: picture + change(*given).reshape(3, 1, 1)


COLOURS = {
    "printed": (printed, 2, "The same colour is added"),
    "as a matrix": (adding(lambda v, p, a: torch.mv(p, v * a)), 2, "The same colour is added"),
    "rows": (adding(lambda v, p, a: torch.mv(p.T, v * a)), 1, "are the columns"),
    "deviations": (adding(lambda v, p, a: torch.mv(p, v**0.5 * a)), 1, "standard deviations"),
    "no eigenvalues": (adding(lambda v, p, a: torch.mv(p, a)), 1, "where are the eigenvalues"),
    "no draws": (adding(lambda v, p, a: torch.mv(p, v)), 1, "where are the draws"),
    "scaled again": (adding(lambda v, p, a: 0.1 * torch.mv(p, v * a)), 1, "drawn already"),
    "taken away": (adding(lambda v, p, a: -torch.mv(p, v * a)), 1, "added or taken away"),
    "first alone": (adding(lambda v, p, a: v[0] * a[0] * p[:, 0]), 1, "the first direction"),
    "multiplied": (
        lambda x, v, p, a: x * (1 + torch.mv(p, v * a)).reshape(3, 1, 1), 0.5, "multiplied",
    ),
    "clamped": (lambda *given: printed(*given).clamp(0, 1), 1.5, "what goes beyond 0 and 1"),
    "in place": (
        lambda x, v, p, a: x.add_(torch.mv(p, v * a).reshape(3, 1, 1)), 1.5, "changes the tensors",
    ),
    "a colour": (lambda x, v, p, a: torch.mv(p, v * a), 0, "of the same height and width"),
    "as it was": (lambda x, v, p, a: x, 0, "your values are not"),
    "None": (None, 0, "still `None`"),
}  # fmt: skip


@pytest.mark.parametrize("name", COLOURS)
def test_a_change_of_colours_and_its_mistakes(name: str):
    answer, points, words = COLOURS[name]
    for seed in SEEDS:
        got, message = points_and_words("11.pca_colour", answer, seed)
        assert got == points, message
        assert words in message


def test_directions_are_at_right_angles():
    for case in cases_of("11.pca_colour", 3):
        vectors = case.inputs[2]
        assert torch.allclose(vectors.T @ vectors, torch.eye(3, dtype=vectors.dtype), atol=1e-6)


def test_functions_get_all_points_for_any_seed():
    for seed in range(20):
        assert check("11.response_norm", by_hand, seed).passed
        assert check("11.pca_colour", printed, seed).passed
