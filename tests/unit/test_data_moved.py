"""Pixels moved: where each goes, and that none is invented."""

import pytest
import torch

from lessonlib.data import ImageSet, in_field, shifted, shuffled_pixels
from lessonlib.models.fields import place_digits


@pytest.fixture
def numbered() -> ImageSet:
    """Three pictures of two channels, 4x5 pixels, every value different and above 0."""
    images = torch.arange(1, 121, dtype=torch.uint8).view(3, 2, 4, 5)
    return ImageSet("numbered", images, torch.tensor([0, 1, 0]), ("a", "b"), "a test", "none")


def test_a_field_is_what_the_lenets_place_digits_in(numbered):
    grey = ImageSet("grey", numbered.images[:, :1], numbered.labels, ("a", "b"), "a test", "none")
    placed = in_field(grey)
    assert placed.images.shape == (3, 1, 32, 32)
    assert torch.equal(placed.images.float() / 255, place_digits(grey.images))


def test_a_field_keeps_the_pixels_in_its_middle(numbered):
    field = in_field(numbered, 8).images
    assert torch.equal(field[:, :, 2:6, 1:6], numbered.images)  # an odd pixel goes to the right
    assert (field > 0).sum() == numbered.images.numel()


def test_a_small_field_is_refused(numbered):
    with pytest.raises(ValueError, match="at most 4x4 pixels, got 4x5"):
        in_field(numbered, 4)


@pytest.mark.parametrize(("right", "down"), [(0, 0), (2, 0), (-1, 0), (0, 3), (0, -2), (4, -3)])
def test_each_pixel_goes_to_its_place(numbered, right, down):
    moved = shifted(numbered, right=right, down=down).images
    for row in range(4):
        for column in range(5):
            y, x = row - down, column - right
            inside = 0 <= y < 4 and 0 <= x < 5
            came = numbered.images[..., y, x] if inside else torch.zeros(3, 2, dtype=torch.uint8)
            assert torch.equal(moved[..., row, column], came)


@pytest.mark.parametrize("move", [{"right": 5}, {"right": -5}, {"down": 4}, {"down": -7}])
def test_shifting_everything_away_is_refused(numbered, move):
    with pytest.raises(ValueError, match="below 5 pixels right and 4 down"):
        shifted(numbered, **move)


def test_shuffling_moves_all_pictures_and_channels_alike(numbered):
    shuffled = shuffled_pixels(numbered, seed=3).images.flatten(2)
    order = [numbered.images[0, 0].flatten().tolist().index(v) for v in shuffled[0, 0].tolist()]
    assert sorted(order) == list(range(20))
    assert order != list(range(20))
    assert torch.equal(shuffled, numbered.images.flatten(2)[..., order])


def test_the_seed_decides_the_order(numbered):
    again, other = (shuffled_pixels(numbered, seed=seed).images for seed in (3, 4))
    assert torch.equal(shuffled_pixels(numbered, seed=3).images, again)
    assert not torch.equal(again, other)


def test_a_part_is_shuffled_as_the_whole(numbered):
    last = numbered.take(torch.tensor([2]))
    whole = shuffled_pixels(numbered, seed=3).images
    assert torch.equal(shuffled_pixels(last, seed=3).images[0], whole[2])


@pytest.mark.parametrize(
    "move",
    [in_field, lambda s: shifted(s, right=1), lambda s: shuffled_pixels(s, seed=0)],
    ids=["in_field", "shifted", "shuffled_pixels"],
)
def test_labels_stay_and_the_set_given_is_not_changed(numbered, move):
    before = numbered.images.clone()
    moved = move(numbered)
    assert torch.equal(moved.labels, numbered.labels)
    assert (moved.classes, moved.images.dtype) == (numbered.classes, torch.uint8)
    assert torch.equal(numbered.images, before)


def test_the_callers_random_numbers_are_left_alone(numbered):
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    shuffled_pixels(numbered, seed=0)
    assert torch.equal(torch.rand(3), expected)
