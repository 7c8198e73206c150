"""Chapter 8's checks: windows of a wide field, and a set that was turned."""

import pytest
import torch
from check_examples import check, points_and_words

from lessonlib.checks import TASKS, cases_of
from lessonlib.checks.tasks.wide_field import ANGLES, hidden_angle
from lessonlib.data import ImageSet, turned
from lessonlib.runs import network
from lessonlib.training import evaluate

SEEDS = range(12)


def windows_by_counting(height: int, width: int) -> tuple[int, int]:
    return tuple(
        sum(1 for start in range(0, side, 4) if start + 32 <= side) for side in (height, width)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_windows_and_their_mistakes(seed):
    ((height, width),) = (case.inputs for case in cases_of("08.windows", seed))
    rows, columns = windows_by_counting(height, width)
    answers = {
        rows * columns: 2,
        (rows - 1) * (columns - 1): 1,
        10 * rows * columns: 1,
        columns: 1,
        (height - 31) * (width - 31): 1,
        rows + columns: 0,
    }
    for answer, points in answers.items():
        got, said = points_and_words("08.windows", answer, seed)
        assert got == points, (answer, said)


def test_the_question_names_the_field():
    ((height, width),) = (case.inputs for case in cases_of("08.windows", 3))
    asked = TASKS["08.windows"].ask(cases_of("08.windows", 3)[0])
    assert f"{height} pixels high and {width} pixels wide" in asked


@pytest.fixture(scope="module")
def lenet5():
    return network("lenet5-sdlm-unembedded")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_angle_is_what_a_network_finds(seed, lenet5):
    images, labels, _ = cases_of("08.turned", seed)[0].inputs
    mystery = ImageSet("mystery", images, labels, tuple("0123456789"), "a test", "none")
    right = {d: evaluate(lenet5, turned(mystery, d)).accuracy for d in range(-80, 81, 10)}
    back = max(right, key=right.__getitem__)
    assert check("08.turned", -back, seed=seed).points == 3
    assert abs(hidden_angle(seed) + back) <= 10


def test_the_other_way_and_no_angle():
    angle = hidden_angle(5)
    assert check("08.turned", angle, seed=5).points == 3
    assert check("08.turned", float(-angle), seed=5).points == 1.5
    result = check("08.turned", 0, seed=5)
    assert result.points == 0
    assert "no other angle" in result.message
    for wrong in (None, "20", [20], True):
        assert check("08.turned", wrong, seed=5).points == 0


def test_every_angle_occurs():
    assert {hidden_angle(seed) for seed in range(60)} == set(ANGLES)


def test_pictures_are_plain_bytes():
    images, labels, _ = cases_of("08.turned", 0)[0].inputs
    assert (images.dtype, images.shape) == (torch.uint8, (200, 1, 32, 32))
    assert labels.shape == (200,)
