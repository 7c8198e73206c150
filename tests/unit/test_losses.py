import math

import pytest
import torch
from torch.nn import functional as F

from lessonlib.training import (
    LOSSES,
    cross_entropy,
    discriminative,
    mse,
    scaled_discriminative,
    targets,
)
from lessonlib.training.recipes import LECUN1998

SCORES = torch.tensor([[-1.0, -4.0, -9.0], [-2.0, -0.5, -3.0]], dtype=torch.float64)
LABELS = torch.tensor([0, 2])


def test_cross_entropy_by_hand():
    rows = [(-1.0, [-1, -4, -9]), (-3.0, [-2, -0.5, -3])]
    expected = sum(math.log(sum(map(math.exp, row))) - own for own, row in rows) / 2
    assert cross_entropy(SCORES, LABELS).item() == pytest.approx(expected)


def test_eq_8_is_the_mean_penalty_of_the_right_class():
    assert mse(SCORES, LABELS).item() == pytest.approx((1.0 + 3.0) / 2)


@pytest.mark.parametrize("j", [0.1, 1.0, 5.0])
def test_eq_9_by_hand(j):
    penalties = [(1.0, [1, 4, 9]), (3.0, [2, 0.5, 3])]
    expected = 0.0
    for own, row in penalties:
        expected += own + math.log(math.exp(-j) + sum(math.exp(-y) for y in row))
    assert discriminative(SCORES, LABELS, j).item() == pytest.approx(expected / 2)


def test_eq_9_with_a_far_rubbish_class_is_cross_entropy():
    torch.testing.assert_close(
        discriminative(SCORES, LABELS, j=1e4), F.cross_entropy(SCORES, LABELS)
    )


def test_eq_9_needs_a_positive_j():
    with pytest.raises(ValueError, match="positive j"):
        discriminative(SCORES, LABELS, j=0.0)


def test_the_scale_of_1998_is_that_of_its_recipe():
    """`fit` and `sdlm_fit` minimise the same loss in `steps-1-momentum` and in `lecun1998`."""
    assert scaled_discriminative(SCORES, LABELS) == LECUN1998.criterion(SCORES, LABELS)
    assert scaled_discriminative(SCORES, LABELS) == discriminative(SCORES / 40, LABELS)


def test_targets_by_hand():
    rows = [(-1 - 1) ** 2 + (-4 + 1) ** 2 + (-9 + 1) ** 2, (-2 + 1) ** 2 + 0.5**2 + (-3 - 1) ** 2]
    assert targets(SCORES, LABELS).item() == pytest.approx(sum(rows) / 2 / 2)
    assert targets(torch.tensor([[-1.0, 1, -1]]), torch.tensor([1])).item() == 0


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_gradients_match_finite_differences(loss):
    scores = SCORES.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda s: loss(s, LABELS), (scores,))
