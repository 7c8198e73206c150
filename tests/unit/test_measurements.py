"""What recordings measure, with networks whose answers are known."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lessonlib.data import ImageSet, fitted, load
from lessonlib.runs import MEASUREMENTS, measurements
from lessonlib.runs.rival import colour_shares, histogram_error


class InkCounter(nn.Module):
    """Ten scores, each 1 below the last; the first follows the ink, in exact steps of 1/1024."""

    input_shape = (1, 28, 28)

    def __init__(self, sign: float) -> None:
        super().__init__()
        self.sign = nn.Parameter(torch.tensor(sign))

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        return images.float() / 255

    def forward(self, images: Tensor) -> Tensor:
        first = self.sign * (1024 * images.mean((1, 2, 3))).round() / 1024
        return first[:, None] - torch.arange(10.0)


@pytest.mark.parametrize(("sign", "least", "most"), [(-1.0, 0.0, 0.5), (1.0, 1.0, 1.0)])
def test_photographs_have_more_ink_than_digits(sign, least, most):
    """So a network that is surer of less ink rejects many, and one that is surer of more, none."""
    share, pictures = MEASUREMENTS["photographs_by_score"](InkCounter(sign), load("digits"))
    assert least <= share <= most
    assert pictures.images.shape == (500, 1, 28, 28)


def test_by_probability_what_all_scores_have_in_common_does_not_count():
    share, _ = MEASUREMENTS["photographs_by_probability"](InkCounter(-1.0), load("digits"))
    assert share == 1


def plain(colours: list[int], labels: list[int], classes: int = 3) -> ImageSet:
    """Pictures of one grey each."""
    images = torch.tensor(colours, dtype=torch.uint8)[:, None, None, None].expand(-1, 3, 4, 4)
    names = tuple(map(str, range(classes)))
    return ImageSet("plain", images.clone(), torch.tensor(labels), names, "a test", "none")


def test_colour_shares_are_those_of_a_loop():
    images = load("photos", train=False, view="raw").images[:3]
    expected = np.zeros((3, 64))
    for number, picture in enumerate(images.numpy()):
        for red, green, blue in picture.reshape(3, -1).T:
            expected[number, 16 * (red // 64) + 4 * (green // 64) + blue // 64] += 1 / 64**2
    np.testing.assert_allclose(colour_shares(images), expected, atol=1e-12)
    assert colour_shares(images, levels=2).shape == (3, 8)


def test_colours_alone_tell_what_they_can_and_no_more():
    train = plain([0, 64, 128, 192] * 3, [0, 1, 2, 2] * 3)
    assert histogram_error(train, plain([1, 65, 130, 255], [0, 1, 2, 2])) == 0
    assert histogram_error(train, plain([1, 65, 130, 255], [1, 1, 2, 0])) == 0.5
    unclear = plain([200] * 10, [0] * 5 + [1] * 3 + [2] * 2)  # it answers with the commonest
    assert histogram_error(unclear, unclear) == 0.5


class ByBrightness(InkCounter):
    """Six scores; for a picture of grey g the class g // 40 is likeliest, then its neighbours."""

    def forward(self, images: Tensor) -> Tensor:
        return -(images.mean((1, 2, 3))[:, None] * 255 / 40 - 0.5 - torch.arange(6.0)).abs()


def test_the_test_part_of_what_was_learned_from_is_measured(monkeypatch):
    whole = plain([0, 70, 130, 210], [0, 5, 2, 0], classes=6)  # scores of 210: 0 comes last

    def asked(name: str, train: bool, view: str | None) -> ImageSet:
        assert (name, train, view) == ("plain", False, None)
        return whole

    monkeypatch.setattr(measurements, "load", asked)
    share, measured = MEASUREMENTS["top5_test_error"](ByBrightness(1.0), whole)
    assert (share, measured) == (0.5, whole)
    share, measured = MEASUREMENTS["colour_histogram_error"](ByBrightness(1.0), whole)
    assert (share, measured) == (0, whole)


class AlwaysOne(nn.Module):
    """Says 1 to everything."""

    input_shape = (1, 16, 16)

    def __init__(self) -> None:
        super().__init__()
        self.one = nn.Parameter(torch.eye(10)[1])

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        assert images.shape[1:] == (1, 16, 16)
        return images.float()

    def forward(self, images: Tensor) -> Tensor:
        return self.one.expand(len(images), 10)


def test_digits_of_both_sets_and_embedded_ones_are_read_at_sixteen_pixels(monkeypatch):
    digits = load("digits", train=False)
    asked = []

    def given(name: str, train: bool, view: str | None = None) -> ImageSet:
        asked.append((name, train, view))
        return digits if name == "digits" else fitted(digits, 16)

    monkeypatch.setattr(measurements, "load", given)
    for kind in ("usps", "shrunk_mnist", "shrunk_embedded"):
        share, measured = MEASUREMENTS[f"{kind}_test_error"](AlwaysOne(), digits)
        assert share == pytest.approx((digits.labels != 1).double().mean().item())
        assert measured.images.shape == (2_000, 1, 16, 16)
    assert asked == [("usps", False, None), ("mnist", False, "as_1989"), ("digits", False, None)]


@pytest.mark.parametrize("way", ["nearest_neighbour", "linear_classifier", "oriented_edges"])
def test_older_ways_learn_from_the_same_pictures_and_are_asked_the_test_part(monkeypatch, way):
    whole = plain([0, 255] * 6, [0, 1] * 6, classes=2)
    whole = replace(whole, images=whole.images[:, :1])
    wrong = replace(whole.take(torch.tensor([0, 1, 1])), labels=torch.tensor([0, 1, 0]))
    monkeypatch.setattr(measurements, "load", lambda name, train, view: wrong)
    share, measured = MEASUREMENTS[f"{way}_error"](AlwaysOne(), whole)
    assert share == pytest.approx(1 / 3)
    assert measured is wrong
