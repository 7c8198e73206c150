"""A small set and a small network for tests of training."""

import torch
from torch import nn

from lessonlib.data import ImageSet


def blobs(count: int = 60, classes: int = 3, side: int = 8, seed: int = 0) -> ImageSet:
    """Pictures whose bright row tells the class."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % classes
    images = torch.randint(0, 60, (count, 1, side, side), generator=generator, dtype=torch.uint8)
    images[torch.arange(count), 0, labels * 2] = 220
    names = tuple(str(c) for c in range(classes))
    return ImageSet("blobs", images, labels, names, "made for a test", "none")


class Small(nn.Module):
    """The smallest network with prepare and dropout."""

    def __init__(self, classes: int = 3) -> None:
        super().__init__()
        self.hidden = nn.Linear(64, 16)
        self.dropout = nn.Dropout(0.2)
        self.output = nn.Linear(16, classes)

    @staticmethod
    def prepare(images):
        return images.flatten(1).float() / 255

    def forward(self, x):
        return self.output(self.dropout(torch.relu(self.hidden(x))))


def small() -> Small:
    torch.manual_seed(7)
    return Small()


def weights(model: nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])
