"""Changes to training pictures that keep their class."""

import torch
from torch import Tensor
from torch.nn import functional as F

REACH = 2  # pixels


def shift(images: Tensor, generator: torch.Generator) -> Tensor:
    """Move each picture by up to 2 pixels each way, its own draw; what comes in is background 0.

    Args:
        images: (N, C, H, W), uint8, on any device.
        generator: where the random numbers come from, on the CPU, so that every device moves
            the pictures alike.

    Returns:
        Pictures of the same shape and type; the ones given are not changed.
    """
    count, _, height, width = images.shape
    padded = F.pad(images, (REACH,) * 4)
    offsets = torch.randint(0, 2 * REACH + 1, (2, count, 1), generator=generator)
    rows = (offsets[0] + torch.arange(height)).to(images.device)  # (N, H)
    columns = (offsets[1] + torch.arange(width)).to(images.device)  # (N, W)
    picture = torch.arange(count, device=images.device)[:, None, None]
    moved = padded[picture, :, rows[:, :, None], columns[:, None, :]]  # (N, H, W, C)
    return moved.permute(0, 3, 1, 2).contiguous()


AUGMENTATIONS = {"shift": shift}
"""The augmentations a recipe can name."""
