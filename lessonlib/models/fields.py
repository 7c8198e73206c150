"""The field of pixels that the LeNets read: how a digit is put into it, and what is refused."""

import torch
from torch import Tensor
from torch.nn import functional as F

FIELD = 32  # pixels a side


def place_digits(images: Tensor) -> Tensor:
    """Centre grey pictures in a field of at least 32x32 background pixels; ink becomes 1.

    A 28x28 digit gets 2 pixels of background (0) on each side. Larger pictures keep their size,
    so that a wide field of several digits can be read in one pass. An odd pixel goes to the right
    and below.

    Args:
        images: (N, 1, H, W), uint8, 0 is background and 255 is ink.

    Returns:
        (N, 1, max(H, 32), max(W, 32)), float32 in 0..1.

    Raises:
        ValueError: another type, number of dimensions or number of channels.
    """
    if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[1] != 1:
        raise ValueError(
            f"expected uint8 images (N, 1, H, W) with one grey channel, got "
            f"{_describe(images)}; ImageSet.images of a grey set has this form"
        )
    height, width = images.shape[-2:]
    rows, columns = max(FIELD - height, 0), max(FIELD - width, 0)
    sides = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
    return F.pad(images, sides).float() / 255


def check_field(network: str, images: Tensor, larger: bool = False) -> None:
    """Refuse what a LeNet cannot read, before the first layer does so less clearly.

    Args:
        network: class name, for the message.
        images: what the network was given.
        larger: whether fields larger than 32x32 are read too, giving maps of scores.

    Raises:
        ValueError: not floating point, wrong channels, or a field of a wrong size.
    """
    height, width = images.shape[-2:] if images.ndim == 4 else (0, 0)
    sizes_fit = min(height, width) >= FIELD if larger else (height, width) == (FIELD, FIELD)
    if images.ndim == 4 and images.shape[1] == 1 and sizes_fit and images.is_floating_point():
        return
    reads = "(N, 1, H, W) with H, W >= 32" if larger else "(N, 1, 32, 32)"
    raise ValueError(
        f"{network} reads prepared float images {reads}, got {_describe(images)}; "
        f"call {network}.prepare(images) on uint8 images (N, 1, H, W): it sets small pictures "
        f"into a 32x32 field"
    )


def _describe(images: Tensor) -> str:
    return f"{str(images.dtype).removeprefix('torch.')} {tuple(images.shape)}"
