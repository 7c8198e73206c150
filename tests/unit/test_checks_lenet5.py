"""Chapter 3's checks: right answers pass, and each common mistake is refused with a hint."""

import math
from collections.abc import Callable

import paper_tables
import pytest
import torch
from torch import Tensor

from lessonlib.checks import lenet5
from lessonlib.checks.subsampling import subsample_cases

COUNTS = {name: (parameters, connections) for name, parameters, connections, _ in
          paper_tables.LENET5_LAYERS}  # fmt: skip
SEEDS = [0, 1, 2, 3]


def windows(maps: Tensor) -> Tensor:
    """The four values of every 2x2 window: (maps, H // 2, W // 2, 4)."""
    corners = [maps[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]
    return torch.stack(corners, dim=-1)


def squash(a: Tensor) -> Tensor:
    return paper_tables.SQUASH_AMPLITUDE * torch.tanh(paper_tables.SQUASH_SLOPE * a)


def spread(numbers: Tensor) -> Tensor:
    """One number a map, to multiply maps with."""
    return numbers[:, None, None]


def right(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    return squash(spread(coefficient) * windows(maps).sum(-1) + spread(bias))


def in_loops(maps: Tensor, coefficient: Tensor, bias: Tensor) -> list:
    """The same with plain numbers."""
    result = []
    for values, w, b in zip(maps.tolist(), coefficient.tolist(), bias.tolist(), strict=True):
        rows = []
        for r in range(0, len(values), 2):
            pairs = zip(values[r][::2], values[r][1::2], values[r + 1][::2], values[r + 1][1::2],
                        strict=True)  # fmt: skip
            rows.append([1.7159 * math.tanh(2 / 3 * (w * sum(four) + b)) for four in pairs])
        result.append(rows)
    return result


# S2 by hand


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", [right, in_loops])
def test_s2_by_hand_is_right(answer: Callable, seed: int):
    result = lenet5.subsample(answer, seed)
    assert result.passed, result
    assert result.out_of == 4


MISTAKES = {
    "average": (lambda m, w, b: squash(spread(w) * windows(m).mean(-1) + spread(b)), 2, "averages"),
    "no squashing": (lambda m, w, b: spread(w) * windows(m).sum(-1) + spread(b), 2, "range"),
    "plain tanh": (
        lambda m, w, b: torch.tanh(spread(w) * windows(m).sum(-1) + spread(b)),
        3,
        "0.76 at 1",
    ),
    "bias outside": (
        lambda m, w, b: squash(spread(w) * windows(m).sum(-1)) + spread(b),
        2,
        "what is squashed",
    ),
    "bias in the sum": (
        lambda m, w, b: squash(spread(w) * (windows(m).sum(-1) + spread(b))),
        2,
        "multiplied by the coefficient",
    ),
    "bias four times": (
        lambda m, w, b: squash((spread(w)[..., None] * windows(m) + spread(b)[..., None]).sum(-1)),
        2,
        "how often is the bias added",
    ),
    "no bias": (lambda m, w, b: squash(spread(w) * windows(m).sum(-1)), 2, "is the bias there"),
    "one pair for all maps": (
        lambda m, w, b: squash(w[0] * windows(m).sum(-1) + b[0]),
        2,
        "Does each map have",
    ),
    "maximum": (
        lambda m, w, b: squash(spread(w) * windows(m).amax(-1) + spread(b)),
        1,
        "the largest",
    ),
    "average, not squashed": (
        lambda m, w, b: spread(w) * windows(m).mean(-1) + spread(b),
        1,
        "squash nothing",
    ),
    "average, plain tanh": (
        lambda m, w, b: torch.tanh(spread(w) * windows(m).mean(-1) + spread(b)),
        1,
        "Two things differ",
    ),
    "no coefficient": (lambda m, w, b: squash(windows(m).sum(-1) + spread(b)), 0, "by hand"),
    "zeros": (lambda m, w, b: torch.zeros_like(right(m, w, b)), 0, "by hand"),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_s2_is_refused(name: str, seed: int):
    answer, points, hint = MISTAKES[name]
    result = lenet5.subsample(answer, seed)
    assert result.points == points, result
    assert hint in result.message


SHAPES = {
    "last window left out": (
        lambda m, w, b: right(m, w, b)[:, :, :-1],
        "Your map is 13 wide, expected 14: is the last window counted?",
    ),
    "overlapping": (
        lambda m, w, b: torch.nn.functional.avg_pool2d(m, 2, stride=1),
        "27 high, expected 14: do your windows overlap?",
    ),
    "one window": (lambda m, w, b: m[:, :1, :1], "1 high, expected 14: how far is it"),
    "first map": (lambda m, w, b: right(m, w, b)[:1], "6 maps came in"),
    "added maps": (lambda m, w, b: right(m, w, b).sum(0), "As many maps leave as come in"),
    "one number": (lambda m, w, b: 0.5, "As many maps leave as come in"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_wrong_shape_is_explained(name: str):
    answer, hint = SHAPES[name]
    result = lenet5.subsample(answer, seed=0)
    assert result.points == 0
    assert hint in result.message


def test_s2_made_for_one_size_gets_half():
    def only_28(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
        out = torch.zeros(6, 14, 14)
        for r in range(14):
            for c in range(14):
                four = maps[:, 2 * r : 2 * r + 2, 2 * c : 2 * c + 2].reshape(6, 4)
                out[:, r, c] = squash(coefficient * four.sum(1) + bias)
        return out

    result = lenet5.subsample(only_28, seed=0)
    assert result.points == 2
    assert result.message.startswith("Right for 6 maps of 28x28. For ")


def test_a_seed_gives_the_same_inputs_again_and_another_gives_others():
    first, again, other = (subsample_cases(seed)[1] for seed in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(first.inputs, again.inputs, strict=True))
    assert not torch.equal(first.inputs[1][:2], other.inputs[1][:2])


def test_no_map_is_square_only():
    for seed in range(20):
        maps, height, width = subsample_cases(seed)[1].inputs[0].shape
        assert height % 2 == width % 2 == 0
        assert height < width
        assert maps > 1


# A coefficient of averages


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (lambda c: 4 * c, 2, "the same function"),
        (lambda c: [4 * c], 0, "a shape of (1,) came, expected ()"),
        (lambda c: c / 4, 0, "You divide"),
        (lambda c: c, 0, "the same coefficient"),
        (lambda c: 2 * c, 0, "How many values does an average divide by"),
        (lambda c: 16 * c, 0, "of one window"),
        (lambda c: c + 4, 0, "another number than expected"),
        (lambda c: abs(4 * c), 1, "Right for a coefficient of"),
    ],
)
def test_average_coefficient(answer: Callable, points: float, hint: str, seed: int):
    result = lenet5.average_coefficient(answer, seed)
    assert result.points == points, result
    assert hint in result.message


# Counting


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (COUNTS["c5"][0], 2, "a bias"),
        (48_000, 1, "What else does each unit train"),  # no biases
        (48_001, 1, "One bias for the whole layer"),
        (401, 1, "one unit of C5"),
        (120 * 26, 0, "one map of S4"),
        (61_706, 0, "Begin with one unit"),
    ],
)
def test_parameters_of_c5(answer: int, points: float, hint: str):
    result = lenet5.c5_parameters(answer)
    assert result.points == points
    assert hint in result.message


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (COUNTS["c1"][1], 2, "25 inputs and its bias"),
        (117_600, 1, "bias is a connection too"),
        (20_384, 1, "one map of C1"),  # counted once a map
        (156, 0, "C1's parameters"),
        (4_704, 0, "number of units"),
        (156 * 32 * 32, 1, "How many windows lie wholly inside?"),
        (150 * 32 * 32, 0, "And where is the bias"),
        (122_305, 0, "Begin with one unit"),
    ],
)
def test_connections_of_c1(answer: int, points: float, hint: str):
    result = lenet5.c1_connections(answer)
    assert result.points == points
    assert hint in result.message


# The busiest layer; 32x96, by hand: C5 401 * 120 * 17 of 2,071,404 connections

SHARE = 401 * 120 * 17 / 2_071_404


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (("c5", SHARE), 3, "Name: right. Share: right."),
        (["C5", round(SHARE, 3)], 3, "Name: right. Share: right."),
        (("c3", SHARE), 2, "c3 has most on 32x32"),
        (("c1", SHARE), 2, "c1 has fewer connections"),
        (("C9", SHARE), 2, "expected one of c1, s2"),
        ((5, SHARE), 2, "got `5`"),
        (("c5", 100 * SHARE), 2, "not percent"),
        (("c5", 39.5), 2, "not percent"),
        (("c5", 0.802), 1, "a share of the parameters"),
        (("c5", 816_000 / 2_023_584), 2, "multiply-adds"),
        (("c5", 818_040), 2, "That is the count"),
        (("c5", 818_040 / (2_071_404 - 818_040)), 2, "not with the others"),
        (("c3", 151_600 / 340_908), 0, "measured on 32x32"),
        (("c5", None), 1, "Share: `None` came"),
        (("c5", float("nan")), 1, "Share: Expected a finite number"),
        ((SHARE, "c5"), 0, "write it without quotes"),
        (("c5",), 0, "a layer's name and its share, such as"),
        ("c5", 0, "got the text `c5`"),
        (None, 0, "`None` came"),
    ],
)
def test_busiest_layer(answer: object, points: float, hint: str):
    result = lenet5.busiest_layer(answer)
    assert (result.points, result.out_of) == (points, 3), result
    assert hint in result.message
