"""The line-ups of chapters 4 and 5 can be told apart by looking."""

from collections import Counter

import pytest
import torch
from torch import Tensor

from lessonlib.layers import C3_TABLE
from lessonlib.puzzles import LineUp, activation_boxes, table_boxes
from lessonlib.puzzles.activation_boxes import dealt_activations
from lessonlib.puzzles.lineup import NAMES, NONE
from lessonlib.puzzles.table_boxes import dealt_tables

TABLE = torch.tensor([[row[c] == "X" for row in C3_TABLE] for c in range(16)])  # (16, 6)
A = 1.7159


def shown(boxes: LineUp, *given: object) -> dict[str, Tensor]:
    """What the six pictures show, for a solver without eyes."""
    return boxes(*given)._numbers


def corner(boxes: LineUp, place: tuple[int, int]) -> dict[str, Tensor]:
    """What a pixel at this place of each input map adds: (16, 6) for each box."""
    zeros, rows = shown(boxes, torch.zeros(6, 5, 5)), []
    for index in range(6):
        maps = torch.zeros(6, 5, 5)
        maps[(index, *place)] = 1
        rows.append(shown(boxes, maps))
    return {n: torch.stack([row[n] - zeros[n] for row in rows], 1) for n in NAMES}


def solve_tables(boxes: LineUp) -> dict[str, str]:
    """Thirteen pictures: zeros, and a pixel in two opposite corners of each input map."""
    found = dict.fromkeys(NAMES, NONE)
    zeros = shown(boxes, torch.zeros(6, 5, 5))
    first, last = corner(boxes, (0, 0)), corner(boxes, (4, 4))
    for name in NAMES:
        reads = first[name] != 0
        both = torch.cat([first[name], last[name]], 1)  # (16, 12)
        alike = len(both.unique(dim=0)) < 16
        each = [row[row != 0].unique().numel() for row in first[name]]
        if not zeros[name].any():
            found[name] = "no biases"
        elif reads.all():
            found[name] = "full table"
        elif torch.equal(reads, TABLE.flip(1)):
            found[name] = "table upside down"
        elif alike:
            found[name] = "two maps alike"
        elif max(each) == 1:
            found[name] = "one kernel per map"
        elif reads.sum() == 61:
            found[name] = "one connection too many"
        elif reads.sum() == 59:
            found[name] = "one connection missing"
    rest = [name for name in NAMES if found[name] == NONE]
    for name in rest:  # the flipped box shows in one corner what most show in the other
        others = [first[other] for other in NAMES if other != name]
        here, there = (
            sum(int((mine[name] == other).sum()) for other in others) for mine in (first, last)
        )
        if there > here:
            found[name] = "flipped kernels"
    return found


def solve_activations(boxes: LineUp) -> dict[str, str]:
    """The ends, a scan of values and slopes, and the number for which the sum is 1."""
    scan = torch.arange(-35, 35).double() / 4
    values, slopes = (
        {n: torch.cat([shown(boxes, part, what)[n] for part in scan.split(7)]) for n in NAMES}
        for what in ("value", "slope")
    )
    far, steep = (shown(boxes, [-1000.0, 1000.0], what) for what in ("value", "slope"))
    ends = {n: sorted(both.tolist()) for n, both in far.items()}
    found, line = dict.fromkeys(NAMES, NONE), None
    for name, (low, high) in ends.items():
        straight = slopes[name].unique().numel() <= 2
        if high > 100:
            dips = values[name].min() < -0.05 and low > -1
            found[name] = "leaky rectifier" if low < -1 else "GELU" if dips else "rectifier"
        elif abs(high - 1.3) < 1e-6:
            found[name] = "another height"
        elif abs(high - 1) < 1e-6:
            found[name] = "plain tanh" if low < -0.5 else "sigmoid"
        elif straight:
            found[name] = "clipped line"
        if high > 100:  # far out it is the line
            place = int(far[name].argmax())
            line = float(steep[name][place]), float(far[name][place]), (-1000.0, 1000.0)[place]
        elif straight and line is None:
            place = int(slopes[name].abs().argmax())
            line = (float(one[place]) for one in (slopes[name], values[name], scan))
    weight, value, number = line
    ones = shown(boxes, [number + (1 - value) / weight])
    for name in NAMES:
        if found[name] == NONE and abs(float(ones[name]) - 1) > 1e-3:
            found[name] = "another steepness"
    return found


@pytest.mark.parametrize(
    ("boxes_of", "dealt", "solve"),
    [
        (table_boxes, dealt_tables, solve_tables),
        (activation_boxes, dealt_activations, solve_activations),
    ],
)
def test_every_line_up_is_solved_by_looking_alone(boxes_of, dealt, solve):
    met = Counter()
    for number in range(60):
        assert solve(boxes_of(number)) == dealt(number), number
        met.update(dealt(number).values())
    assert len(met) == 9  # every fault, and the right one


def test_the_right_layer_is_c3_as_printed():
    """One pixel meets one weight of each output map that reads its map, and no others."""
    for number in range(5):
        boxes, dealt = table_boxes(number), dealt_tables(number)
        right = next(name for name, label in dealt.items() if label == NONE)
        assert torch.equal(corner(boxes, (2, 3))[right] != 0, TABLE)
        bias = shown(boxes, torch.zeros(6, 5, 5))[right]
        assert (bias % 100 == 0).all()
        assert bias.all()


def test_a_layer_says_what_it_takes():
    box = table_boxes(3)
    for given, words in [
        (torch.zeros(5, 5), r"six maps of 5x5.*got a shape of \(5, 5\)"),
        (torch.zeros(1, 6, 5, 5), "got a shape of"),
        ("maps", "got no numbers"),
        (None, "got no numbers"),
        (torch.full((6, 5, 5), 100.0), "numbers from -99 to 99"),
        (torch.full((6, 5, 5), float("nan")), "numbers from -99 to 99"),
    ]:
        with pytest.raises(ValueError, match=words):
            box(given)
    assert box([[[0] * 5] * 5] * 6)._numbers["A"].shape == (16,)


def test_a_unit_says_what_it_takes():
    box = activation_boxes(3)
    for given, words in [
        ([], "one to 7 numbers"),
        (list(range(8)), r"got a shape of \(8,\)"),
        ("many", "got none"),
        (torch.zeros(2, 2), r"got a shape of \(2, 2\)"),
        ([1e6], "numbers from -1,000 to 1,000"),
        ([float("inf")], "numbers from"),
    ]:
        with pytest.raises(ValueError, match=words):
            box(given)
    with pytest.raises(ValueError, match='"value" or its "slope", got 3'):
        box([1], 3)
    assert box(2)._numbers["A"].shape == (1,)
    own = torch.tensor([1.0, 2.0], dtype=torch.float64)
    box(own, "slope")
    assert not own.requires_grad


def test_slopes_are_those_of_the_values():
    boxes, step = activation_boxes(5), 1e-5
    for x in (-3.1, -0.4, 0.3, 2.2):
        low, high = (shown(boxes, [x + side * step]) for side in (-1, 1))
        for name, steep in shown(boxes, [x], "slope").items():
            assert float(steep) == pytest.approx(float(high[name] - low[name]) / 2 / step, abs=1e-3)
