"""How sure a network is, compared with how often it is right."""

import pytest
import torch

from lessonlib.training import reliability


def probs(*confidences: float) -> torch.Tensor:
    """Rows of three classes whose first has this probability."""
    first = torch.tensor(confidences, dtype=torch.float64)
    rest = (1 - first) / 2
    return torch.stack([first, rest, rest], dim=1)


def test_bins_by_hand():
    # Two answers with 0.95, one of them right; four with 0.75, three of them right.
    found = reliability(probs(0.95, 0.95, 0.75, 0.75, 0.75, 0.75), torch.tensor([0, 1, 0, 0, 0, 2]))
    assert found.count.tolist() == [4, 2]
    assert found.confidence.tolist() == pytest.approx([0.75, 0.95])
    assert found.accuracy.tolist() == pytest.approx([0.75, 0.5])
    assert found.gap == pytest.approx(2 / 6 * 0.45)


def test_interval_is_wilsons():
    # Of a share p of n answers, the ends q solve n (p - q)**2 = 1.96**2 q (1 - q).
    found = reliability(probs(0.75, 0.75, 0.75, 0.75), torch.tensor([0, 0, 0, 2]))
    for end in torch.stack(found.interval)[:, 0].tolist():
        assert 4 * (0.75 - end) ** 2 == pytest.approx(1.96**2 * end * (1 - end))
    low, high = found.interval
    assert low < 0.75 < high


def test_interval_is_wide_where_one_answer_is_wrong():
    low, high = reliability(probs(0.75), torch.tensor([1])).interval
    assert (low.item(), high.item()) == pytest.approx((0, 1.96**2 / (1 + 1.96**2)))


def test_interval_stays_within_0_and_1():
    low, high = reliability(torch.eye(3), torch.tensor([0, 1, 2])).interval
    assert high.item() == 1
    assert low.item() == pytest.approx(3 / (3 + 1.96**2))


def test_certainty_is_in_the_last_bin():
    found = reliability(torch.eye(3), torch.tensor([0, 1, 2]))
    assert (found.count.tolist(), found.gap) == ([3], 0.0)


def test_a_calibrated_network_has_almost_no_gap():
    draw = torch.Generator().manual_seed(0)
    given = torch.softmax(2 * torch.randn(50_000, 4, generator=draw, dtype=torch.float64), dim=1)
    labels = torch.multinomial(given, 1, generator=draw).squeeze(1)
    assert reliability(given, labels).gap < 0.01
    sharper = given**3 / (given**3).sum(1, keepdim=True)
    assert reliability(sharper, labels).gap > 0.1


@pytest.mark.parametrize(
    ("given", "labels", "bins", "message"),
    [
        (torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64), 10, "got \\(0, 3\\)"),
        (torch.eye(3), torch.tensor([0, 1]), 10, "labels"),
        (torch.eye(3), torch.tensor([0, 1, 2]), 0, "bins of at least 1"),
        (-torch.eye(3), torch.tensor([0, 1, 2]), 10, "softmax"),
        (2 * torch.eye(3), torch.tensor([0, 1, 2]), 10, "sums from 2 to 2"),
    ],
)
def test_refuses_what_are_not_probabilities(given, labels, bins, message):
    with pytest.raises(ValueError, match=message):
        reliability(given, labels, bins)
