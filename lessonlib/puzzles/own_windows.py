"""A small convolutional network of the learner's own, for chapter 2."""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.models import LinearClassifier
from lessonlib.puzzles.drawing import draw_maps
from lessonlib.puzzles.number import draws, own_number
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.trained import Trained, train
from lessonlib.puzzles.your_network import NetworkWithMaps, one_picture
from lessonlib.training.recipes import YOUR_WINDOWS

LETTERS = "ABCDEF"
PICTURES = 2_000


class OneLayer(nn.Module):
    """Six windows of 5x5, pooled, and ten sums: (N, 1, 28, 28) -> (N, 10) scores.

    One layer, so that each of its maps matters.
    """

    input_shape = (1, 28, 28)
    prepare = staticmethod(LinearClassifier.prepare)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 28, 28) -> (N, 6, 24, 24)
        self.pool = nn.MaxPool2d(4)  # -> (N, 6, 6, 6)
        self.output = nn.Linear(6 * 36, 10)  # -> (N, 10)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 28, 28) prepared images."""
        return self.output(self.pool(F.relu(self.c1(images))).flatten(1))


@lru_cache(maxsize=8)
def trained_windows(number: int) -> Trained:
    """The trained network of a number."""
    return train(OneLayer, YOUR_WINDOWS, PICTURES, own_number(number))


def hidden_order(number: int) -> dict[str, int]:
    """The map that each lettered kernel makes."""
    order = draws(number, "letters").sample(range(6), 6)
    return dict(zip(LETTERS, order, strict=True))


class YourWindows(NetworkWithMaps):
    """Six kernels, called A to F, and six maps, numbered 0 to 5: which kernel makes which map?"""

    __slots__ = ()

    def kernels(self) -> Seen:
        """Show the six kernels, red above 0 and blue below."""
        order = list(hidden_order(self._trained.number).values())
        kernels = self._trained.network.c1.weight.detach()[order, 0]
        return Seen(
            "your six kernels",
            lambda: draw_maps(
                {"kernels": kernels}, title="Your six kernels", columns=6, names=list(LETTERS)
            ),
            {"kernels": kernels},
        )

    def maps(self, picture: Any) -> Seen:
        """Show the six maps of C1 for one picture, before the rectifier.

        Raises:
            ValueError: not a picture of 28x28 bytes.
        """
        network = self._trained.network
        with torch.no_grad():
            maps = network.c1(network.prepare(one_picture(picture)))[0]
        return Seen(
            "the six maps of your picture",
            lambda: draw_maps({"maps": maps}, title="The six maps of C1", columns=6),
            {"maps": maps},
        )
