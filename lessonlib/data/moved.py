"""Sets with their pixels moved: placed in a wider field, shifted, or in a fixed random order."""

from dataclasses import replace

import torch
from torch.nn import functional as F

from lessonlib.data.imageset import ImageSet


def in_field(image_set: ImageSet, side: int = 32) -> ImageSet:
    """The pictures in the middle of a field of background (0), as the LeNets place them.

    An odd pixel goes to the right and below.

    Args:
        image_set: pictures (N, C, H, W).
        side: side of the field, in pixels.

    Raises:
        ValueError: a picture is larger than the field.
    """
    height, width = image_set.images.shape[-2:]
    if max(height, width) > side:
        raise ValueError(
            f"expected pictures of at most {side}x{side} pixels, got {height}x{width}; raise side"
        )
    rows, columns = side - height, side - width
    sides = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
    return replace(image_set, images=F.pad(image_set.images, sides))


def shifted(image_set: ImageSet, right: int = 0, down: int = 0) -> ImageSet:
    """All pictures moved by the same number of pixels; background (0) fills the gap.

    What is moved past the edge is lost, so give the pictures room with `in_field` first.

    Args:
        image_set: pictures (N, C, H, W).
        right: pixels to the right, negative to the left.
        down: pixels down, negative up.

    Raises:
        ValueError: a shift as large as the picture, or larger.
    """
    height, width = image_set.images.shape[-2:]
    if abs(right) >= width or abs(down) >= height:
        raise ValueError(
            f"expected a shift below {width} pixels right and {height} down, got {right} and "
            f"{down}; nothing of the pictures would be left"
        )
    return replace(image_set, images=F.pad(image_set.images, (right, -right, down, -down)))


def shuffled_pixels(image_set: ImageSet, seed: int) -> ImageSet:
    """All pictures with their pixels in another order: one permutation, the same for every picture.

    Each pixel of the result comes from one place of the original, in all pictures and channels,
    so no information is lost; what is lost is which pixels are neighbours. A training and a test
    set shuffled with the same seed stay comparable.

    Args:
        image_set: pictures (N, C, H, W).
        seed: decides the permutation, together with the number of pixels.
    """
    count, channels, height, width = image_set.images.shape
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(height * width, generator=generator)
    pixels = image_set.images.flatten(2)[..., order]
    return replace(image_set, images=pixels.view(count, channels, height, width))
