"""A LeNet-5 of the learner's own, for chapter 3."""

from functools import lru_cache
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.models import LeNet5
from lessonlib.puzzles.drawing import draw_maps, mixed
from lessonlib.puzzles.number import draws, own_number
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.trained import Trained, train
from lessonlib.puzzles.your_network import NetworkWithMaps, one_picture
from lessonlib.training.recipes import YOUR_LENET5
from lessonlib.viz import plot_images

LETTERS = "ABCDEF"
PICTURES = 1_600
LIMIT = 1.72


@lru_cache(maxsize=8)
def trained_lenet5(number: int) -> Trained:
    """The trained network of a number."""
    return train(LeNet5, YOUR_LENET5, PICTURES, own_number(number))


def read_places(number: int) -> list[int]:
    """Places in the test set of the six digits whose F6 is shown."""
    return draws(number, "six states").sample(range(len(trained_lenet5(number).test)), 6)


class YourLeNet5(NetworkWithMaps):
    """LeNet-5, trained for some seconds, with the states of its layers to look at."""

    __slots__ = ()

    removable = "c3"

    def f6(self) -> Seen:
        """Show the 84 units of F6 as 7x12 pictures, for six hidden test digits A to F."""
        images = self._trained.test.images[read_places(self._trained.number)]
        states = self._states(images)[2].reshape(6, 12, 7)

        def draw() -> Figure:
            order = mixed(range(len(LETTERS)))
            return plot_images(
                states[order], columns=6, titles=[LETTERS[i] for i in order],
                limits=(-LIMIT, LIMIT), title="F6 for six hidden digits",
            )  # fmt: skip

        return Seen("F6 for six hidden digits", draw, {"states": states})

    def s2(self, picture: Any) -> Seen:
        """Show the six maps of C1 for one picture, and what S2 makes of them.

        Raises:
            ValueError: not a picture of 28x28 bytes.
        """
        c1, s2, _ = self._states(one_picture(picture))
        return Seen(
            "C1 and S2 for your picture",
            lambda: draw_maps({"C1": c1[0], "S2": s2[0]}, title="Red above 0, blue below"),
            {"c1": c1[0], "s2": s2[0]},
        )

    def _states(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of C1, S2 and F6, squashed."""
        net = self._trained.network
        with torch.no_grad():
            c1 = net.squash(net.c1(net.prepare(images)))
            s2 = net.squash(net.s2(c1))
            s4 = net.squash(net.s4(net.squash(net.c3(s2))))
            f6 = net.squash(net.f6(net.squash(net.c5(s4)).flatten(1)))
        return c1, s2, f6
