"""Sets whose pictures are all changed by one known amount: sized, turned, thickened, noisy."""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data.affine import Affine
from lessonlib.data.imageset import ImageSet
from lessonlib.data.streams import stream

AT_ONCE = 2_000  # pictures


def scaled(image_set: ImageSet, factor: float) -> ImageSet:
    """All pictures larger or smaller about their middle, by the same factor.

    What grows past the edge is lost, so give the pictures room with `in_field` first.

    Args:
        image_set: pictures (N, C, H, W).
        factor: 2 is twice as high and as wide.

    Raises:
        ValueError: a factor of 0 or below.
    """
    if not 0 < factor < float("inf"):
        raise ValueError(f"expected a factor above 0, got {factor}; 0.5 is half as high and wide")
    if factor == 1:
        return image_set
    most = max(factor, 1 / factor) - 1
    return _affine(image_set, Affine(scale=most), scale=1 if factor > 1 else -1)


def turned(image_set: ImageSet, degrees: float) -> ImageSet:
    """All pictures turned about their middle by the same angle.

    Args:
        image_set: pictures (N, C, H, W).
        degrees: clockwise; negative turns the other way.
    """
    if degrees == 0:
        return image_set
    return _affine(image_set, Affine(degrees=abs(degrees)), turn=1 if degrees > 0 else -1)


def thickened(image_set: ImageSet, pixels: int) -> ImageSet:
    """All strokes thicker by so many pixels, or thinner where the number is negative.

    Each step takes the largest (or the least) value of every 2x2 pixels, in turn those to the
    right and below and those to the left and above, so that the strokes stay where they are, to a
    pixel. It is light on dark: ink is what is large. Thin strokes break when they are thinned.

    Args:
        image_set: pictures (N, C, H, W) with ground 0 and ink 255.
        pixels: how much wider a stroke gets; 0 changes nothing.
    """
    images = image_set.images
    for step in range(abs(pixels)):
        images = _grown(images, step % 2) if pixels > 0 else 255 - _grown(255 - images, step % 2)
    return replace(image_set, images=images)


def noisy(image_set: ImageSet, share: float, seed: int = 0) -> ImageSet:
    """A share of all pixels set to ink or to ground at random: salt and pepper.

    Of the pixels that are drawn, half become 255 and half 0, whatever they were before; so about
    half of those on ground are not seen. The same seed draws a larger share's pixels from the
    smaller one's and more.

    Args:
        image_set: pictures (N, C, H, W).
        share: of the pixels, 0 to 1.
        seed: decides which, 0 <= seed < 2^31.

    Raises:
        ValueError: another share.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share of the pixels from 0 to 1, got {share}")
    generator = stream(seed, "salt and pepper")
    parts = []
    for images in image_set.images.split(AT_ONCE):
        drawn = torch.rand(images.shape, generator=generator)
        value = torch.randint(0, 2, images.shape, generator=generator, dtype=torch.uint8) * 255
        parts.append(torch.where(drawn < share, value, images))
    return replace(image_set, images=torch.cat(parts))


def _affine(image_set: ImageSet, change: Affine, *, scale: int = 0, turn: int = 0) -> ImageSet:
    """The same change for every picture, up to its limit; a sign says which way."""
    drawn = torch.tensor([[0.0, 0.0, scale, 0.0, 0.0, turn]])
    parts = image_set.images.split(AT_ONCE)
    changed = [change.apply(images, drawn.expand(len(images), -1)) for images in parts]
    return replace(image_set, images=torch.cat(changed))


def _grown(images: Tensor, to_the_left: int) -> Tensor:
    """Each pixel's largest value among itself and its neighbours on one side, across and down."""
    sides = (0, 1, 0, 1) if to_the_left else (1, 0, 1, 0)
    return F.max_pool2d(F.pad(images.float(), sides), 2, stride=1).to(torch.uint8)


CHANGES: dict[str, Callable[..., ImageSet]] = {
    change.__name__: change for change in (scaled, turned, thickened, noisy)
}
"""The changes by name; each takes a set and one number."""
