"""Folders of small pictures for tests of sets that are read while a network trains."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from lessonlib.data import ImageSet

CLASSES = ("cat", "dog", "fox")
SIDE = 256


def coloured(count: int, side: int = SIDE, seed: int = 0) -> np.ndarray:
    """(count, side, side, 3) uint8: pictures of 8x8 random blocks, quick to pack and to unpack."""
    blocks = np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)
    return blocks.repeat(side // 8, 1).repeat(side // 8, 2)


def write(
    root: Path, per_class: int = 4, classes: tuple[str, ...] = CLASSES, side: int = SIDE
) -> Path:
    """`root/train` and `root/val`, each with a folder per class; lossless, as `in_memory`."""
    for part, seed in (("train", 0), ("val", 1)):
        pictures = coloured(per_class * len(classes), side, seed)
        for number, pixels in enumerate(pictures):
            folder = root / part / classes[number // per_class]
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(folder / f"{number % per_class:03}.png", compress_level=1)
    return root


def in_memory(per_class: int = 4, classes: tuple[str, ...] = CLASSES, seed: int = 0) -> ImageSet:
    """The pictures that `write` wrote, as a set that never saw a file."""
    pixels = torch.from_numpy(coloured(per_class * len(classes), seed=seed))
    labels = torch.arange(len(classes)).repeat_interleave(per_class)
    images = pixels.permute(0, 3, 1, 2).contiguous()
    return ImageSet("memory", images, labels, classes, "made for a test", "none")


class Blocks(nn.Module):
    """Looks at means of 32x32 pixels, with dropout."""

    def __init__(self, side: int = SIDE) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.3)
        self.output = nn.Linear(3 * (side // 32) ** 2, len(CLASSES))

    @staticmethod
    def prepare(images):
        return nn.functional.avg_pool2d(images.float() / 255, 32).flatten(1)

    def forward(self, x):
        return self.output(self.dropout(x))


def blocks(side: int = SIDE) -> Blocks:
    torch.manual_seed(3)
    return Blocks(side)
