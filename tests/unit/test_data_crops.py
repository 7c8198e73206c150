"""Windows, mirrors, sizes and ten views: each against slices by hand."""

import pytest
import torch

from lessonlib.data.augment import EpochDraws, for_testing, still
from lessonlib.data.colours import ColourPCA
from lessonlib.data.crops import Centre, Flip, RandomCrop, Resize, ten_views
from lessonlib.training import Recipe, evaluate, fit
from tests.unit.training_examples import blobs, small

ALL = torch.arange(40)


def pictures(count: int = 40, height: int = 12, width: int = 15) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    shape = (count, 3, height, width)
    return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)


def drawn(*augment, images: torch.Tensor, seed: int = 0) -> torch.Tensor:
    return EpochDraws(augment, len(images), seed=seed, epoch=1)(images, torch.arange(len(images)))


def place(picture: torch.Tensor, window: torch.Tensor) -> tuple[int, int]:
    """Where in a picture a window is, as row and column."""
    size = window.shape[-1]
    found = [
        (row, column)
        for row in range(picture.shape[1] - size + 1)
        for column in range(picture.shape[2] - size + 1)
        if torch.equal(picture[:, row : row + size, column : column + size], window)
    ]
    (one,) = found
    return one


def test_a_random_crop_is_a_window_and_reaches_every_place():
    images = pictures(400)
    kept = images.clone()
    windows = drawn(RandomCrop(10), images=images)
    assert windows.shape == (400, 3, 10, 10)
    assert windows.dtype == torch.uint8
    places = {place(a, b) for a, b in zip(images, windows, strict=True)}
    assert places == {(row, column) for row in range(3) for column in range(6)}
    assert torch.equal(images, kept)


def test_the_largest_draw_is_the_last_window():
    almost = torch.full((1, 2), 1 - 2**-24)  # times 33 it rounds to 33
    images = torch.arange(256, dtype=torch.uint8).expand(1, 1, 256, 256)
    assert RandomCrop(224).apply(images, almost)[0, 0, 0, 0] == 32


def test_a_window_as_large_as_the_picture_is_the_picture():
    images = pictures(height=15)
    assert torch.equal(drawn(RandomCrop(15), images=images), images)
    assert torch.equal(Centre(15).apply(images), images)


def test_the_centre_is_in_the_middle():
    images = pictures()
    assert torch.equal(Centre(10).apply(images), images[:, :, 1:11, 2:12])


def test_about_half_of_the_pictures_are_mirrored_as_a_whole():
    images = pictures(400)
    mirrored = drawn(Flip(), images=images)
    is_same = (mirrored == images).all((1, 2, 3))
    is_flipped = (mirrored == images.flip(3)).all((1, 2, 3))
    assert (is_same ^ is_flipped).all()
    assert 150 < is_flipped.sum() < 250


def test_a_crop_follows_from_the_picture_whatever_its_batch():
    images = pictures()
    augment = (RandomCrop(9), Flip())
    whole = drawn(*augment, images=images)
    draws = EpochDraws(augment, 40, seed=0, epoch=1)
    for batch_size in (1, 7):
        parts = [draws(images[chosen], chosen) for chosen in ALL.split(batch_size)]
        assert torch.equal(torch.cat(parts), whole)
    assert not torch.equal(drawn(*augment, images=images, seed=1), whole)


def test_resize_is_bilinear():
    images = torch.tensor([[[[0, 100], [200, 40]]]], dtype=torch.uint8)
    made = Resize(4).apply(images)[0, 0].tolist()
    assert made[0] == [0, 25, 75, 100]
    assert made[1] == [50, 59, 76, 85]  # 3/4 of the first row and 1/4 of the second: 50, 58.75, ...
    assert Resize(2).apply(images) is images


@pytest.mark.parametrize(
    ("side", "size"), [(24, (24, 30)), (6, (6, 8)), (12, (12, 15)), (1, (1, 1)), (13, (13, 16))]
)
def test_resize_keeps_the_shape_of_a_picture(side, size):
    assert Resize(side).apply(pictures(2)).shape == (2, 3, *size)


def test_a_smaller_picture_is_smoothed():
    stripes = (torch.arange(64) % 2 * 255).byte().expand(1, 1, 64, 64)
    assert (Resize(16).apply(stripes).int() - 128).abs().max() < 20


def test_ten_views_are_four_corners_the_middle_and_their_mirrors():
    images = pictures()
    views = ten_views(images, 10)
    assert views.shape == (10, 40, 3, 10, 10)
    corners = [
        images[..., :10, :10],
        images[..., :10, 5:],
        images[..., 2:, :10],
        images[..., 2:, 5:],
    ]
    for view, corner in zip(views, corners, strict=False):
        assert torch.equal(view, corner)
    assert torch.equal(views[4], Centre(10).apply(images))
    assert torch.equal(views[5:], views[:5].flip(-1))


def test_what_is_done_to_test_pictures_is_what_changes_their_size():
    augment = (Resize(256), RandomCrop(224), Flip(), ColourPCA())
    assert for_testing(augment) == (Resize(256), Centre(224))
    images = pictures(2, 64, 64)
    by_hand = Centre(224).apply(Resize(256).apply(images))
    assert torch.equal(still(images, for_testing(augment)), by_hand)
    with pytest.raises(ValueError, match=r"nothing is random.*got RandomCrop\(size=224\)"):
        still(images, augment)


def test_training_on_windows_is_tested_on_the_middle_ones():
    data = blobs(side=10)
    recipe = Recipe(epochs=1, lr=0.1, batch_size=16, augment=(RandomCrop(8), Flip()))
    model = small()
    history = fit(model, data, recipe, test_set=data, device="cpu")
    found = evaluate(model, data, steps=(Centre(8),))
    assert history.rows[-1]["test_error"] == found.error_rate


@pytest.mark.parametrize("kind", [RandomCrop, Centre, Resize])
@pytest.mark.parametrize("pixels", [0, -1, 2.5, "8"])
def test_sizes_that_are_none_are_refused(kind, pixels):
    with pytest.raises(ValueError, match="as a whole number, at least 1, got"):
        kind(pixels)


@pytest.mark.parametrize(
    "cut",
    [
        lambda images: RandomCrop(13).apply(images, torch.zeros(2, 2)),
        Centre(13).apply,
        lambda images: ten_views(images, 13),
    ],
)
def test_pictures_smaller_than_the_window_are_refused(cut):
    with pytest.raises(ValueError, match=r"at least 13x13 pixels .*got 12x15; enlarge them first"):
        cut(pictures(2))


def test_a_recipe_keeps_them():
    recipe = Recipe(epochs=1, lr=0.1, augment=(Resize(256), RandomCrop(224), Centre(8), Flip()))
    assert Recipe.from_data(recipe.as_data()) == recipe
