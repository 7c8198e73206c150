"""Digits sized as in 1989: the ink fills a small square along its longer side."""

from dataclasses import replace

import torch
from torch import Tensor

from lessonlib.data.imageset import ImageSet


def fitted(image_set: ImageSet, side: int = 16) -> ImageSet:
    """Each picture's ink, scaled with its proportions until it fills side x side pixels.

    So the longer side of 1989's digits fills 16 pixels (LeCun et al. 1989), while that of MNIST's
    has 20, in a field of 28x28. The box around the ink, all that is not 0, is enlarged to a square
    with the ink in its middle, and each pixel of the result is the mean of the area that it covers,
    where outside of the picture there is background (0). A picture without ink stays one.

    Args:
        image_set: pictures (N, C, H, W), ground 0.
        side: pixels per side of the result.

    Raises:
        ValueError: a side below 1.
    """
    if side < 1:
        raise ValueError(f"expected a side of at least 1 pixel, got {side}")
    images = image_set.images
    ink = (images > 0).any(1)  # (N, H, W)
    rows, columns = _extent(ink.any(2)), _extent(ink.any(1))  # (N, 2) each: first, and past the end
    longest = torch.maximum(rows.diff(dim=1), columns.diff(dim=1))  # (N, 1)
    down = _shares(rows.sum(1, keepdim=True), longest, side, images.shape[2])
    right = _shares(columns.sum(1, keepdim=True), longest, side, images.shape[3])
    means = down[:, None] @ images.to(down.dtype) @ right[:, None].transpose(2, 3)
    return replace(image_set, images=means.round().clamp(0, 255).to(torch.uint8))


def _extent(inked: Tensor) -> Tensor:
    """(N, 2): where the marks in rows (N, L) begin and end; a row without any counts whole."""
    length = inked.shape[1]
    marks = inked.to(torch.uint8)
    first, last = marks.argmax(1), length - marks.flip(1).argmax(1)
    return torch.stack([first, last], 1)


def _shares(twice_middle: Tensor, longest: Tensor, side: int, pixels: int) -> Tensor:
    """(N, side, pixels): how much of each new pixel's length each old pixel covers.

    Args:
        twice_middle: (N, 1), twice the middle of the ink, in old pixels.
        longest: (N, 1), the length that becomes `side` new pixels.
        side: new pixels.
        pixels: old pixels.
    """
    edges = torch.arange(side + 1, device=longest.device) / side - 0.5
    edges = (twice_middle / 2 + longest * edges)[..., None]  # (N, side + 1, 1)
    old = torch.arange(pixels, device=longest.device)
    covered = torch.minimum(edges[:, 1:], old + 1) - torch.maximum(edges[:, :-1], old)
    return covered.clamp(min=0) * (side / longest[..., None])
