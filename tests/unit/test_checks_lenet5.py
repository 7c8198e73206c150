"""Chapter 3's checks: right answers pass, and each common mistake gets a hint."""

import math
from collections.abc import Callable

import paper_tables
import pytest
import torch
from check_examples import points_and_words
from torch import Tensor

from lessonlib.checks import cases_of, check, given, passed
from lessonlib.checks.tasks import lenet5

SEEDS = range(4)


# S2 by hand


def windows(maps: Tensor) -> Tensor:
    """The four values of every 2x2 window: (maps, H // 2, W // 2, 4)."""
    corners = [maps[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]
    return torch.stack(corners, dim=-1)


def tanh(height: float, slope: float) -> Callable[[Tensor], Tensor]:
    return lambda a: height * torch.tanh(slope * a)


def flat(a: Tensor) -> Tensor:
    return a


HEIGHT, SLOPE = paper_tables.SQUASH_AMPLITUDE, paper_tables.SQUASH_SLOPE
squash = tanh(HEIGHT, SLOPE)


def spread(numbers: Tensor) -> Tensor:
    """One number per map, to multiply maps with."""
    return numbers[:, None, None]


def s2(pool: Callable = torch.sum, squash: Callable = squash) -> Callable:
    """S2 with another way to make one of four, and another squashing."""
    return lambda m, w, b: squash(spread(w) * pool(windows(m), -1) + spread(b))


right = s2()


def in_loops(maps: Tensor, coefficient: Tensor, bias: Tensor) -> list:
    """The same with plain numbers, rounded as people round them."""
    result = []
    for values, w, b in zip(maps.tolist(), coefficient.tolist(), bias.tolist(), strict=True):
        rows = []
        for r in range(0, len(values), 2):
            pairs = zip(values[r][::2], values[r][1::2], values[r + 1][::2], values[r + 1][1::2],
                        strict=True)  # fmt: skip
            rows.append([1.72 * math.tanh(0.667 * (w * sum(four) + b)) for four in pairs])
        result.append(rows)
    return result


def of_maps(maps: Tensor, coefficient: Tensor, bias: Tensor) -> list[Tensor]:
    return list(right(maps, coefficient, bias))


def in_half(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    return right(maps.bfloat16(), coefficient.bfloat16(), bias.bfloat16())


@pytest.mark.parametrize(
    "answer", [right, in_loops, of_maps, in_half, s2(squash=tanh(1.7159, 0.67))]
)
def test_s2_by_hand_is_right(answer: Callable):
    for seed in SEEDS:
        result = check("03.subsample", answer, seed)
        assert (result.points, result.out_of) == (4, 4), result
    shown = passed("03.subsample")(*given("03.subsample", 0))
    assert shown.shape == (6, 14, 14)


PLAIN, TALL, SMALL = tanh(1, 1), tanh(HEIGHT, 1), tanh(1, SLOPE)
MISTAKES = {
    "average": (s2(torch.mean), 2, "with the four values of a window"),
    "no squashing": (s2(squash=flat), 2, "range"),
    "plain tanh": (s2(squash=PLAIN), 3, "what does your squashing give at 1"),
    "height alone": (s2(squash=TALL), 3, "what does your squashing give at 1"),
    "slope alone": (s2(squash=SMALL), 3, "what does your squashing give at 1"),
    "bias outside": (lambda m, w, b: right(m, w, 0 * b) + spread(b), 2, "what is squashed"),
    "bias in the sum": (lambda m, w, b: right(m, w, w * b), 2, "multiplied by the coefficient"),
    "bias four times": (lambda m, w, b: right(m, w, 4 * b), 2, "how often is the bias added"),
    "no bias": (lambda m, w, b: right(m, w, 0 * b), 2, "is the bias there"),
    "no coefficient": (lambda m, w, b: right(m, w**0, b), 2, "what is the sum multiplied by"),
    "one pair for all": (lambda m, w, b: s2()(m, 0 * w + w[0], 0 * b + b[0]), 2, "each map have"),
    "maximum": (s2(torch.amax), 1, "the largest"),
    "average, not squashed": (s2(torch.mean, flat), 1, "You squash nothing"),
    "average, plain tanh": (s2(torch.mean, PLAIN), 1, "Two things differ"),
    "average, height alone": (s2(torch.mean, TALL), 1, "Two things differ"),
    "average, slope alone": (s2(torch.mean, SMALL), 1, "Two things differ"),
    "zeros": (lambda m, w, b: 0 * right(m, w, b), 0, "by hand"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_s2_gets_a_hint(name: str):
    answer, points, hint = MISTAKES[name]
    for seed in SEEDS:
        came, message = points_and_words("03.subsample", answer, seed)
        assert came == points, message
        assert hint in message


def test_a_mistake_with_rounded_numbers_gets_the_same_hint():
    for answer, points in [
        (s2(torch.mean, tanh(1.72, 0.667)), 2),
        (s2(squash=tanh(1.72, 1)), 3),
        (lambda m, w, b: s2(squash=tanh(1.72, 0.667))(m, w, 0 * b), 2),
    ]:
        assert check("03.subsample", answer).points == points


SHAPES = {
    "last window left out": (
        lambda *a: right(*a)[:, :, :-1],
        "Your map is 13 wide, not 14. Did you count the last window?",
    ),
    "overlapping": (
        lambda m, w, b: torch.nn.functional.avg_pool2d(m, 2, stride=1),
        "27 high, not 14. Do your windows overlap?",
    ),
    "one window": (lambda m, w, b: m[:, :1, :1], "1 high, not 14. How far is it"),
    "first map": (lambda *a: right(*a)[:1], "gets 6 maps: does it return each"),
    "added maps": (lambda *a: right(*a).sum(0), "Return as many maps as you get"),
    "one number": (lambda *a: 0.5, "Return as many maps as you get"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_wrong_shape_is_explained(name: str):
    answer, hint = SHAPES[name]
    came, message = points_and_words("03.subsample", answer, 0)
    assert came == 0
    assert hint in message


def test_s2_made_for_one_size_gets_half():
    def only_28(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
        return right(maps.reshape(6, 28, 28), coefficient, bias)

    came, message = points_and_words("03.subsample", only_28, 0)
    assert came == 2
    assert message.startswith("Right for 6 maps of 28x28. For ")


def test_changed_maps_cost_a_quarter():
    def in_place(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
        result = right(maps, coefficient, bias)
        maps *= 0
        return result

    assert check("03.subsample", in_place).points == 3


def test_maps_have_types_of_their_own_and_are_not_square_only():
    for seed in range(20):
        first, second = (case.inputs for case in cases_of("03.subsample", seed))
        assert {x.dtype for x in first + second} == {torch.float32}
        maps, height, width = second[0].shape
        assert height % 2 == width % 2 == 0
        assert height < width
        assert maps > 1


# A coefficient of averages


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (lambda c, n: n * n * c, 2, "the same function"),
        (lambda c, n: torch.tensor(n * n * c), 2, "the same function"),
        (lambda c, n: [n * n * c], 0, "a list of length 1. It should return one number"),
        (lambda c, n: torch.tensor([n * n * c]), 2, "the same function"),
        (lambda c, n: (n * n * c,), 0, "a tuple of one. A comma"),
        (lambda c, n: c / n**2, 0, "You divide"),
        (lambda c, n: c, 0, "the same coefficient"),
        (lambda c, n: n * c, 0, "How many values does an average of one window"),
        (lambda c, n: 4 * c, 1, "Right for windows of 2x2. And for others?"),
        (lambda c, n: n**4 * c, 0, "How many values does an average of one window"),
        (lambda c, n: c + 4, 0, "is not the number expected"),
        (lambda c, n: abs(n * n * c), 1, "Right for a coefficient of"),
        (lambda c: 4 * c, 0, "cannot be called as `average_coefficient(coefficient, side)`"),
    ],
)
def test_average_coefficient(answer: Callable, points: float, hint: str):
    for seed in SEEDS:
        came, message = points_and_words("03.average_coefficient", answer, seed)
        assert came == points, message
        assert hint in message


# Counting


def test_parameters_of_a_layer():
    for seed in SEEDS:
        maps, below, side = given("03.parameters", seed)
        one = below * side**2
        for answer, points, hint in [
            (maps * (one + 1), 2, "and a bias"),
            (maps * one, 1, "What else does each map train"),
            (maps * one + 1, 1, "one bias for the whole layer"),
            (one + 1, 1, "That is one map"),
            (maps * below * (side**2 + 1), 1, "How many biases does one map have"),
            (maps * (side**2 + 1), 0, "one map below"),
            (48_120, 0, "You answered 48,120. Begin with one unit"),  # printed in the chapter
        ]:
            came, message = points_and_words("03.parameters", answer, seed)
            assert came == points, message
            assert hint in message


def test_connections_of_a_layer():
    for seed in SEEDS:
        maps, side, rows, columns = given("03.connections", seed)
        units, one = maps * (rows - side + 1) * (columns - side + 1), side**2 + 1
        for answer, points, hint in [
            (units * one, 2, "its inputs and its bias"),
            (units * side**2, 1, "bias is a connection too"),
            (units * one // maps, 1, "That is one map"),
            (maps * one, 0, "Those are its parameters"),
            (units, 0, "number of units"),
            (maps * one * rows * columns, 1, "How many windows lie wholly inside?"),
            (maps * side**2 * rows * columns, 0, "And where is the bias"),
            (122_304, 0, "You answered 122,304. Begin with one unit"),  # printed in the chapter
        ]:
            came, message = points_and_words("03.connections", answer, seed)
            assert came == points, message
            assert hint in message


# The busiest layer, by hand


def connections(columns: int) -> dict[str, int]:
    """Of each layer of LeNet-5 on a field of 32 rows, by the widths of its maps."""
    c1 = columns - 4
    c3, c5 = c1 // 2 - 4, (c1 // 2 - 4) // 2 - 4
    per_place = {"c1": 156 * 28, "s2": 30 * 14, "c3": 1_516 * 10, "s4": 80 * 5}
    per_place |= {"c5": 48_120, "f6": 10_164, "output": 840}
    widths = {"c1": c1, "s2": c1 // 2, "c3": c3, "s4": c3 // 2}
    return {name: count * widths.get(name, c5) for name, count in per_place.items()}


def test_the_hand_count_is_the_papers_on_its_own_field():
    table = {name: count for name, _, count, _ in paper_tables.LENET5_LAYERS}
    assert connections(32) == table


def test_busiest_layer():
    for seed in SEEDS:
        rows, columns = given("03.busiest_layer", seed)
        counts = connections(columns)
        assert rows == 32
        assert max(counts, key=counts.get) == "c5"
        total, part = sum(counts.values()), counts["c5"]
        share = part / total
        work = lenet5.table(rows, columns)
        for answer, points, hint in [
            (("c5", share), 3, "Name: right. Share: right."),
            (["C5 ", round(share, 2)], 3, "Name: right. Share: right."),
            (("c3", share), 2, "c3 has the most connections on 32x32"),
            (("c1", share), 2, "c1 has fewer connections"),
            (("C9", share), 2, "it should be one of c1, s2"),
            ((5, share), 2, "Give a text in quotes. You gave `5`"),
            (("c5", 100 * share), 2, "not percent"),
            (("c5", round(100 * share, 1)), 2, "not percent"),
            (("c5", 48_120 / 60_000), 1, "a share of the parameters"),
            (("c5", work["c5"].multiply_adds / work.multiply_adds), 2, "multiply-adds"),
            (("c5", part), 2, "That is the count"),
            (("c5", part / (total - part)), 2, "not with the others"),
            (("c3", 151_600 / 340_908), 0, "measured on 32x32"),
            (("c5", None), 1, "Share: Your answer is still `None`"),
            (("c5", float("nan")), 1, "Share: Give a finite number"),
            ((share, "c5"), 0, "write it without quotes"),
            (("c5",), 0, "a tuple of one. A comma"),
            ("c5", 0, "Give 2 values, such as `('s2', 0.25)`. You gave the text `'c5'`"),
            (None, 0, "still `None`"),
        ]:
            came, message = points_and_words("03.busiest_layer", answer, seed)
            assert came == points, (message, answer)
            assert hint in message


def test_a_rounded_share_is_never_called_another_mistake():
    for seed in range(60):
        _, columns = given("03.busiest_layer", seed)
        share = round(connections(columns)["c5"] / sum(connections(columns).values()), 2)
        assert check("03.busiest_layer", ("c5", share), seed).passed
