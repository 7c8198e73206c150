"""Random affine changes of pictures, and sets enlarged by distorted copies."""

import math

import pytest
import torch

from lessonlib.data import distorted, load
from lessonlib.data.affine import Affine
from lessonlib.data.augment import AUGMENTATIONS, EpochDraws
from lessonlib.data.distort import DISTORTIONS
from lessonlib.data.streams import stream
from lessonlib.named import as_data, from_data
from tests.unit.training_examples import blobs

SHIFT_RIGHT, SHIFT_DOWN, SCALE, SQUEEZE, SHEAR, TURN = torch.eye(6)


def dot(row: int, column: int, side: int = 29) -> torch.Tensor:
    """A picture with a block of ink of 3x3 around one pixel; the middle is pixel 14."""
    picture = torch.zeros(1, 1, side, side, dtype=torch.uint8)
    picture[..., row - 1 : row + 2, column - 1 : column + 2] = 255
    return picture


def middle(picture: torch.Tensor) -> tuple[float, float]:
    """The centre of the ink, as (row, column) from the middle of the picture."""
    ink = picture[0, 0].double()
    places = torch.arange(len(ink), dtype=torch.float64) - (len(ink) - 1) / 2
    return float(ink.sum(1) @ places / ink.sum()), float(ink.sum(0) @ places / ink.sum())


CHANGES = [  # limits, drawn, and where (row, column) a dot 5 right and 6 down of the middle goes
    (Affine(shift=3), SHIFT_RIGHT, (6, 8)),
    (Affine(shift=3), -SHIFT_DOWN, (3, 5)),
    (Affine(scale=0.2), SCALE, (7.2, 6)),
    (Affine(scale=0.25), -SCALE, (4.8, 4)),
    (Affine(squeeze=0.2), SQUEEZE, (5, 6)),
    (Affine(shear=0.5), SHEAR, (6, 8)),
    (Affine(degrees=90), TURN, (5, -6)),
    (Affine(degrees=30), -TURN, (6 * math.cos(0.5236) - 2.5, 5 * math.cos(0.5236) + 3)),
    (Affine(shift=2, degrees=90), TURN + SHIFT_RIGHT, (5, -4)),  # turned, then moved
]


@pytest.mark.parametrize(("affine", "drawn", "place"), CHANGES)
def test_each_change_takes_a_dot_where_it_should(affine, drawn, place):
    moved = affine.apply(dot(14 + 6, 14 + 5), drawn[None])
    assert moved.dtype == torch.uint8
    assert middle(moved) == pytest.approx(place, abs=0.1)


def test_pictures_that_are_not_square_are_changed_by_the_same_pixels():
    wide = torch.zeros(1, 1, 21, 41, dtype=torch.uint8)
    wide[..., 9:12, 24:27] = 255  # 5 right of the middle
    turned = Affine(degrees=90).apply(wide, TURN[None])[0, 0]
    assert turned[15, 20] == 255
    assert turned.count_nonzero() == 9


def test_a_drawn_change_of_nothing_leaves_the_pixels_as_they_are():
    images = blobs().images
    assert torch.equal(DISTORTIONS.apply(images, torch.zeros(len(images), 6)), images)


def test_draws_fill_both_directions_and_follow_from_the_seed():
    drawn = DISTORTIONS.draw(10_000, stream(0, "x"))
    assert drawn.shape == (10_000, 6)
    assert drawn.min() < -0.99
    assert drawn.max() > 0.99
    assert drawn.mean(0).abs().max() < 0.03
    assert torch.equal(drawn, DISTORTIONS.draw(10_000, stream(0, "x")))


def test_an_affine_change_is_an_augmentation_and_data():
    affine = Affine(shift=1, degrees=10)
    assert from_data(as_data(affine), AUGMENTATIONS, "augmentation") == affine
    data = blobs(count=30)
    whole = EpochDraws((affine,), 30, seed=0, epoch=1)(data.images, torch.arange(30))
    chosen = torch.tensor([7, 3])
    some = EpochDraws((affine,), 30, seed=0, epoch=1)(data.images[chosen], chosen)
    assert torch.equal(some, whole[chosen])


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({}, "at least one of shift, scale, squeeze, shear, degrees above 0"),
        ({"shift": -1}, "shift as a finite number from 0, got -1"),
        ({"degrees": math.nan}, "degrees as a finite number from 0, got nan"),
    ],
)
def test_limits_that_mean_nothing_are_refused(limits, said):
    with pytest.raises(ValueError, match=said):
        Affine(**limits)


def test_a_distorted_set_has_the_originals_first_and_other_pixels_in_every_copy():
    digits = load("digits", subset=4)
    larger = distorted(digits, copies=3)
    assert len(larger) == 4 * len(digits)
    own, *copies = larger.images.chunk(4)
    assert torch.equal(own, digits.images)
    for copy in copies:
        assert (copy != own).flatten(1).any(1).all()
    assert len({copy.numpy().tobytes() for copy in copies}) == 3
    assert torch.equal(larger.labels, digits.labels.repeat(4))
    assert torch.equal(larger.writers, digits.writers.repeat(4))
    assert larger.source.endswith("with 3 distorted copies of each picture")


def test_a_distorted_set_follows_from_its_seed_and_not_from_how_many_are_made_at_once(monkeypatch):
    digits = load("digits", subset=2)
    first = distorted(digits, copies=2)
    assert distorted(digits, copies=2, seed=1).fingerprint != first.fingerprint
    monkeypatch.setattr("lessonlib.data.distort.AT_ONCE", 7)
    assert distorted(digits, copies=2).fingerprint == first.fingerprint
    with pytest.raises(ValueError, match="copies of at least 1, got 0"):
        distorted(digits, copies=0)


def test_distorted_digits_keep_their_ink_in_the_picture():
    digits = load("digits", subset=20)
    ink = [part.double().sum((1, 2, 3)) for part in distorted(digits, 1).images.chunk(2)]
    assert (ink[1] / ink[0]).min() > 0.6
