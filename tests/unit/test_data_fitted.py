"""Digits that fill a small square, beside a loop and beside the digits of 1989."""

import numpy as np
import pytest
import torch

from lessonlib.data import ImageSet, fitted, load


def pictures(images: torch.Tensor) -> ImageSet:
    labels = torch.zeros(len(images), dtype=torch.int64)
    return ImageSet("made", images, labels, ("one",), "made for a test", "none")


def picture(rows: list[list[int]]) -> ImageSet:
    return pictures(torch.tensor(rows, dtype=torch.uint8)[None, None])


def test_ink_that_fills_the_square_already_is_only_cut_out():
    ink = torch.randint(1, 256, (3, 2, 4, 4), dtype=torch.uint8)
    wide = torch.nn.functional.pad(ink, (5, 1, 2, 3))
    assert torch.equal(fitted(pictures(wide), 4).images, ink)


def test_the_shorter_side_is_in_the_middle_and_proportions_stay():
    tall = picture([[0, 0, 0, 0], [0, 8, 8, 0], [0, 8, 8, 0], [0, 8, 8, 0], [0, 8, 8, 0]])
    expected = [[0, 8, 8, 0]] * 4
    assert fitted(tall, 4).images[0, 0].tolist() == expected
    wide = pictures(tall.images.transpose(2, 3))
    assert fitted(wide, 4).images[0, 0].T.tolist() == expected
    assert fitted(tall, 8).images[0, 0].tolist() == [[0, 0, 8, 8, 8, 8, 0, 0]] * 8


def test_a_new_pixel_is_the_mean_of_what_it_covers():
    images = load("digits", train=False, subset=1).images
    found = fitted(pictures(images), 16).images[:, 0].numpy()
    for image, small in zip(images[:, 0].numpy().astype(float), found, strict=True):
        ys, xs = np.nonzero(image)
        size = max(np.ptp(ys), np.ptp(xs)) + 1
        fine = np.zeros((size * 16, size * 16))  # each old pixel is 16x16, each new size x size
        top, left = (
            16 * (ys.min() + ys.max() + 1 - size) // 2,
            16 * (xs.min() + xs.max() + 1 - size) // 2,
        )
        whole = np.pad(image, 28).repeat(16, 0).repeat(16, 1)
        fine = whole[448 + top :, 448 + left :][: size * 16, : size * 16]
        means = fine.reshape(16, size, 16, size).mean((1, 3))
        assert np.abs(means - small).max() <= 0.5 + 1e-3


def test_embedded_digits_fill_their_sixteen_pixels_and_keep_the_rest():
    digits = load("digits", train=False)
    small = fitted(digits)
    ink = (small.images > 0).flatten(0, 1)
    longer = torch.maximum(ink.any(2).sum(1), ink.any(1).sum(1))
    assert (longer >= 15).float().mean() > 0.99  # faint ends can round to 0
    assert small.images.shape == (2_000, 1, 16, 16)
    assert torch.equal(small.labels, digits.labels)
    assert torch.equal(small.writers, digits.writers)


def test_a_picture_without_ink_stays_one_and_a_dot_fills_the_square():
    images = torch.zeros(2, 1, 28, 28, dtype=torch.uint8)
    images[1, 0, 3, 20] = 7
    small = fitted(pictures(images)).images
    assert small[0].unique().tolist() == [0]
    assert small[1].unique().tolist() == [7]


def test_a_side_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1 pixel, got 0"):
        fitted(picture([[1]]), 0)
