"""Catch the impostor in chapters 6 and 7: the boxes can be told apart by looking."""

import pytest
import torch
from torch import Tensor

from lessonlib.layers import DIGIT_CODES
from lessonlib.puzzles import OUTPUT_FAULTS, STEP_FAULTS, LineUp, output_boxes, step_boxes
from lessonlib.puzzles.lineup import NAMES, NONE
from lessonlib.puzzles.output_boxes import dealt_outputs
from lessonlib.puzzles.step_boxes import dealt_steps

ZEROS = torch.zeros(84)


def numbers(boxes: LineUp, *given: object, **options: object) -> dict[str, Tensor]:
    """What the six pictures show, for a solver without eyes."""
    return {name: shown[0] for name, shown in boxes(*given, **options)._numbers.items()}


def solve_outputs(boxes: LineUp) -> dict[str, str]:
    """Zeros, the ten codes, and two losses."""
    found = dict.fromkeys(NAMES, NONE)
    blank, codes = numbers(boxes, ZEROS), [numbers(boxes, code) for code in DIGIT_CODES]
    far, near = numbers(boxes, ZEROS, 3), numbers(boxes, DIGIT_CODES[3], 3)
    for name in NAMES:
        own = [float(codes[digit][name][digit]) for digit in range(10)]
        if float(blank[name][0]) == 1:
            found[name] = "mean for sum"
        elif float(blank[name][0]) < 84:
            found[name] = "not squared"
        elif sum(penalty > 5 for penalty in own) == 2:
            found[name] = "two codes swapped"
        elif max(own) == 4:
            found[name] = "one pixel turned"
        elif float(far[name]) < 10:
            found[name] = "no j"
        elif float(far[name]) == 84:
            found[name] = "Eq. 8"
        elif float(far[name]) > 84:
            found[name] = "log subtracted"
        elif float(near[name]) < -2:
            found[name] = "right digit left out"
    return found


def solve_steps(boxes: LineUp) -> dict[str, str]:
    """No slope, two slopes, three curvatures, and three steps."""
    found = dict.fromkeys(NAMES, NONE)
    still = numbers(boxes, [0.0], [1.0], start=[9.0])
    slopes, more = (numbers(boxes, [1.0, 4.0], [1.0, 1.0], steps=n) for n in (1, 3))
    curves = numbers(boxes, [1.0] * 3, [0.01, 2.0, 99.0])
    for name in NAMES:
        one, four = slopes[name].tolist()
        flat, middle, steep = curves[name].abs().tolist()
        if float(still[name]) != 9:
            found[name] = "weight decay"
        elif one > 0:
            found[name] = "uphill"
        elif one == four:
            found[name] = "sign only"
        elif abs(float(more[name][0]) - 3 * one) > 0.01:
            found[name] = "momentum"
        elif steep > flat:
            found[name] = "neighbour's curvature"
        elif flat == middle:
            found[name] = "plain rate"
        elif flat / middle > 100:
            found[name] = "no mu"
        elif flat / steep < 30:
            found[name] = "square root"
    return found


@pytest.mark.parametrize(
    ("boxes_of", "dealt", "solve", "faults"),
    [
        (output_boxes, dealt_outputs, solve_outputs, OUTPUT_FAULTS),
        (step_boxes, dealt_steps, solve_steps, STEP_FAULTS),
    ],
)
def test_every_line_up_is_solved_by_looking_alone(boxes_of, dealt, solve, faults):
    met = set()
    for number in range(60):
        assert solve(boxes_of(number)) == dealt(number), number
        met |= {*dealt(number).values()}
    assert met == {*faults, NONE}


def test_the_right_box_is_the_papers():
    for number in range(12):
        dealt = dealt_outputs(number)
        name = next(letter for letter, label in dealt.items() if label == NONE)
        boxes = output_boxes(number)
        f6 = torch.linspace(-1.5, 1.5, 84, dtype=torch.float64)
        y = ((f6 - DIGIT_CODES) ** 2).sum(1)
        assert torch.allclose(numbers(boxes, f6)[name], y)
        j = 84 - float(numbers(boxes, ZEROS, 0)[name])  # the other ten terms are far smaller
        assert 4 <= round(j, 6) <= 9
        loss = y[7] + torch.log(torch.exp(torch.tensor(-j)) + torch.exp(-y).sum())
        assert torch.allclose(numbers(boxes, f6, 7)[name], loss)


def test_an_output_layer_says_what_it_takes():
    box = output_boxes(3)
    for given, words in [
        ((torch.zeros(83),), r"the 84 units of F6.*got a shape of \(83,\)"),
        ((DIGIT_CODES,), r"got a shape of \(10, 84\)"),
        (("zeros",), "got no numbers"),
        ((None,), "got no numbers"),
        ((torch.full((84,), 11.0),), "units from -10 to 10"),
        ((torch.full((84,), float("nan")),), "units from -10 to 10"),
        ((ZEROS, 10), "a number from 0 to 9, got 10"),
        ((ZEROS, "3"), "a number from 0 to 9, got '3'"),
        ((ZEROS, True), "a number from 0 to 9, got True"),
    ]:
        with pytest.raises(ValueError, match=words):
            box(*given)
    flat, upright, listed = (
        box(f6)._numbers["A"] for f6 in (ZEROS, ZEROS.reshape(12, 7), ZEROS.tolist())
    )
    assert torch.equal(flat, upright)
    assert torch.equal(flat, listed)


def test_a_way_to_step_says_what_it_takes():
    box = step_boxes(3)
    for slopes, curvatures, options, words in [
        ([1.0] * 7, [1.0] * 7, {}, r"slopes as a list of 1 to 6.*\(7,\)"),
        (1.0, 1.0, {}, r"got a shape of \(\)"),
        ([], [], {}, "got no numbers"),
        ("up", [1.0], {}, "got no numbers"),
        ([1.0, 2.0], [1.0], {}, "for each weight, got 2, 1 and 2"),
        ([1.0], [1.0], {"start": [1.0, 2.0]}, "got 1, 1 and 2"),
        ([100.0], [1.0], {}, "slopes from -99 to 99"),
        ([1.0], [0.0], {}, "curvatures from 0.01 to 99"),
        ([1.0], [-1.0], {}, "curvatures from 0.01 to 99"),
        ([1.0], [1.0], {"start": [1000.0]}, "starts from -99 to 99"),
        ([1.0], [1.0], {"steps": 0}, "1 to 5 steps, got 0"),
        ([1.0], [1.0], {"steps": True}, "got True"),
        ([1.0], [1.0], {"steps": 2.5}, "got 2.5"),
    ]:
        with pytest.raises(ValueError, match=words):
            box(slopes, curvatures, **options)
    single = torch.tensor([0.01], dtype=torch.float32)  # a little below 0.01
    assert torch.allclose(box([1.0], single)._numbers["A"], box([1.0], [0.01])._numbers["A"])
