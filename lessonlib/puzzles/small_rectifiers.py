"""A small network of rectifiers, the photographs it reads, and batches of them, for chapter 11."""

from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.data import load
from lessonlib.layers import start_

SIDE = 32  # pixels: crops of 64, of which each four become one
LAYERS = ("conv1", "conv2", "conv3", "fc4", "fc5")
LAST_START = 0.1  # of He's: all classes are about equally likely at first


class SmallRectifiers(nn.Module):
    """Three convolutions and two fully connected layers: (N, 3, 32, 32) -> (N, 10) scores.

    Rectifiers between all of them. It starts as He et al. 2015, with smaller weights in the last
    layer, so that the first loss is about ln 10. Pixels: 0 to 255 made -2 to 2.
    """

    input_shape = (3, SIDE, SIDE)

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 5, stride=2)  # (N, 3, 32, 32) -> (N, 8, 14, 14)
        self.conv2 = nn.Conv2d(8, 16, 3, stride=2)  # -> (N, 16, 6, 6)
        self.conv3 = nn.Conv2d(16, 16, 3, stride=2)  # -> (N, 16, 2, 2)
        self.fc4 = nn.Linear(64, 32)
        self.fc5 = nn.Linear(32, 10)
        self.relu = nn.ReLU()
        for name in LAYERS:
            start_(getattr(self, name), "he", "zero")
        self.fc5.weight.data *= LAST_START

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """(N, 3, 32, 32) uint8 -> float32 from -2 to 2."""
        return images.float() / 64 - 2

    def forward(self, images: Tensor) -> Tensor:
        """Scores of prepared images."""
        x = self.relu(self.conv1(images))
        x = self.relu(self.conv2(x))
        x = self.relu(self.conv3(x)).flatten(1)
        x = self.relu(self.fc4(x))
        return self.fc5(x)


@cache
def small_photos(train: bool = True) -> tuple[Tensor, Tensor]:
    """The embedded photographs in colour, (N, 3, 32, 32) uint8, and their labels (N,)."""
    photos = load("photos", train=train, view="raw")
    return F.avg_pool2d(photos.images.float(), 2).round().to(torch.uint8), photos.labels


def balanced(per_class: int, draw: torch.Generator) -> Tensor:
    """Places of as many training photographs of each class, in a drawn order."""
    _, labels = small_photos()
    rounds = torch.randperm(len(labels) // 10, generator=draw)[:per_class]  # classes take turns
    places = (10 * rounds[:, None] + torch.arange(10)).flatten()
    return places[torch.randperm(len(places), generator=draw)]
