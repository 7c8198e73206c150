"""One threshold, chosen on known pictures, and what it lets in."""

import pytest
import torch

from lessonlib.training import accepted_share, rejection_curve, rejection_threshold

KNOWN = torch.arange(100.0)


def test_the_threshold_rejects_the_share_that_was_asked_for():
    threshold = rejection_threshold(KNOWN, 0.05)
    assert threshold == 5.0
    assert accepted_share(KNOWN, threshold) == pytest.approx(0.95)


def test_nothing_is_rejected_by_default_below_a_hundred():
    assert rejection_threshold(KNOWN[:99]) == 0.0


def test_where_many_are_equally_sure_none_of_them_is_rejected():
    threshold = rejection_threshold(torch.ones(10), 0.5)
    assert accepted_share(torch.ones(10), threshold) == 1.0


def test_curve_of_pictures_that_can_be_told_apart():
    rejected, accepted = rejection_curve(KNOWN, KNOWN - 1000, points=11)
    assert not accepted.any()
    assert rejected[0] == 0
    assert (rejected.diff() > 0).all()


def test_curve_of_pictures_that_cannot():
    curve = rejection_curve(KNOWN, KNOWN, points=10)
    torch.testing.assert_close(curve.accepted, 1 - curve.rejected)


@pytest.mark.parametrize("wrong", [torch.tensor([]), torch.eye(2), torch.tensor([1.0, torch.nan])])
def test_refuses_what_is_not_one_finite_number_per_picture(wrong):
    with pytest.raises(ValueError, match="one for each picture"):
        rejection_threshold(wrong)
    with pytest.raises(ValueError, match="expected foreign"):
        rejection_curve(KNOWN, wrong)


def test_refuses_other_shares_and_curves_of_one_point():
    with pytest.raises(ValueError, match="share to reject"):
        rejection_threshold(KNOWN, 1.0)
    with pytest.raises(ValueError, match="at least 2 points"):
        rejection_curve(KNOWN, KNOWN, points=1)
