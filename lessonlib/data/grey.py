"""Pictures in colour made grey, as a network for digits reads them, and grey ones in colour."""

from dataclasses import replace

import torch
from torch import Tensor

from lessonlib.data.imageset import ImageSet


def as_grey(image_set: ImageSet, side: int = 28) -> ImageSet:
    """The pictures in grey and `side` pixels wide and high, such as a network for digits reads.

    Each new pixel is the mean of the area of the old picture that it covers, rounded. The labels
    stay those of the set: for the photographs, they say which photograph, and name no digit.

    Args:
        image_set: pictures (N, 1, H, W) in grey or (N, 3, H, W) in red, green and blue.
        side: side of the new pictures, in pixels; 28 is that of MNIST's.

    Returns:
        The same set with images (N, 1, side, side).

    Raises:
        ValueError: the pictures have another number of channels, or side is below 1.
    """
    if side < 1:
        raise ValueError(f"expected a side of at least 1 pixel, got {side}")
    grey = luma(image_set.images).double()
    height, width = grey.shape[-2:]
    sums = _overlaps(height, side) @ grey @ _overlaps(width, side).T  # whole numbers: exact
    area = height * width
    return replace(image_set, images=((sums + area // 2) // area).byte())


def as_colour(image_set: ImageSet) -> ImageSet:
    """Grey pictures as red, green and blue, three equal channels, as a network for colour reads.

    Pictures in colour are returned as they are.

    Args:
        image_set: pictures (N, 1, H, W) in grey or (N, 3, H, W) in red, green and blue.

    Returns:
        The same set with images (N, 3, H, W), three times the memory.

    Raises:
        ValueError: the pictures have another number of channels.
    """
    channels = image_set.images.shape[1]
    if channels == 3:
        return image_set
    if channels != 1:
        raise ValueError(
            f"expected pictures with 1 channel (grey) or 3 (red, green, blue), got {channels}"
        )
    return replace(image_set, images=image_set.images.repeat(1, 3, 1, 1))


def luma(images: Tensor) -> Tensor:
    """(N, 1, H, W) uint8: how light each pixel is, 0.299 red + 0.587 green + 0.114 blue, rounded.

    These are the weights of the television standard ITU-R BT.601, which Pillow uses too. Grey
    pictures are returned as they are.

    Args:
        images: (N, 1, H, W) or (N, 3, H, W), uint8.

    Raises:
        ValueError: the pictures have another number of channels.
    """
    channels = images.shape[1]
    if channels not in (1, 3):
        raise ValueError(
            f"expected pictures with 1 channel (grey) or 3 (red, green, blue), got {channels}"
        )
    if channels == 1:
        return images
    red, green, blue = images.int().unbind(1)
    return ((299 * red + 587 * green + 114 * blue + 500) // 1000).byte()[:, None]


def _overlaps(old: int, new: int) -> Tensor:
    """(new, old) float64: how much of each old pixel lies in each new one, as a whole number.

    A row of `old` pixels that are `new` units wide is as long as one of `new` pixels that are
    `old` units wide, and all their edges are at whole units.
    """
    start_old, start_new = torch.arange(old) * new, torch.arange(new)[:, None] * old
    end = torch.minimum(start_old + new, start_new + old)
    return (end - torch.maximum(start_old, start_new)).clamp(min=0).double()
