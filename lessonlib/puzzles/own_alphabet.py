"""A LeNet-5 of the learner's own whose codes are dealt to other digits, for chapter 6."""

from functools import lru_cache
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from lessonlib.data import load
from lessonlib.data.streams import stream
from lessonlib.layers import DIGIT_CODES, RBFOutput
from lessonlib.models import LeNet5
from lessonlib.puzzles.drawing import draw_tables, mixed
from lessonlib.puzzles.number import draws, own_number
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.trained import SHOWN, Trained, train
from lessonlib.puzzles.your_network import YourNetwork, one_picture
from lessonlib.training.recipes import YOUR_LENET5
from lessonlib.viz import plot_images

PICTURES = 1_600
DIGITS = 5  # of the twelve pictures; the others are strangers
LIMIT = 1.72


@lru_cache(maxsize=8)
def trained_alphabet(number: int) -> Trained:
    """The trained network of a number."""
    order = list(hidden_alphabet(own_number(number)).values())

    def build() -> nn.Module:
        network = LeNet5()
        network.output = RBFOutput(DIGIT_CODES[order])
        return network

    return train(build, YOUR_LENET5, PICTURES, number)


def hidden_alphabet(number: int) -> dict[int, int]:
    """The digit in whose place each digit's code is drawn."""
    return dict(enumerate(draws(number, "alphabet").sample(range(10), 10)))


@lru_cache(maxsize=8)
def twelve_pictures(number: int) -> Tensor:
    """(12, 1, 28, 28) bytes: some test digits, and strangers, in an order of the number's own."""
    test, draw = load("digits", train=False).images, draws(number, "strangers")
    digits = test[torch.tensor(draw.sample(range(len(test)), DIGITS + 4))]
    *kept, one, two, three, four = digits
    noise = torch.randint(0, 256, (1, 28, 28), generator=stream(number, "strangers"))
    stripes = torch.zeros(1, 28, 28, dtype=torch.uint8)
    stripes[:, 4:24, 4 : 24 : draw.choice((2, 3, 4))] = 255
    strangers = [
        torch.maximum(one, two),  # one digit on another
        three.rot90(1, (-2, -1)),
        255 - four,
        noise.to(torch.uint8),
        stripes,
        stripes.transpose(-2, -1),
        torch.zeros(1, 28, 28, dtype=torch.uint8),
    ]
    pictures = torch.stack([*kept, *strangers])
    return pictures[torch.tensor(draw.sample(range(SHOWN), SHOWN))]


def nearest_penalties(number: int) -> Tensor:
    """(12,) the smallest of the ten penalties of each of the twelve pictures."""
    network = trained_alphabet(number).network
    with torch.no_grad():
        return -network(network.prepare(twelve_pictures(number))).amax(1).double()


class YourAlphabet(YourNetwork):
    """LeNet-5, trained with the ten codes dealt to the digits in a hidden order."""

    __slots__ = ()

    def f6(self, picture: Any) -> Seen:
        """Show the 84 units of F6 for one picture, as 7x12.

        Raises:
            ValueError: not a picture of 28x28 bytes.
        """
        states = self._states(one_picture(picture)).reshape(1, 12, 7)

        def draw() -> Figure:
            return plot_images(states, limits=(-LIMIT, LIMIT), title="F6 for your picture")

        return Seen("F6 for your picture", draw, {"states": states})

    def twelve(self) -> Seen:
        """Show twelve pictures, numbered from 0 to 11: test digits, and others that are none."""
        images = twelve_pictures(self._trained.number)

        def draw() -> Figure:
            order = mixed(range(SHOWN))
            return plot_images(images[order], columns=6, titles=order, title="Twelve pictures")

        return Seen("twelve pictures", draw, {"images": images})

    def penalties(self, index: int) -> Seen:
        """Show the ten penalties of one of the twelve pictures.

        Raises:
            ValueError: there is no such picture.
        """
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < SHOWN:
            raise ValueError(f"the twelve pictures have the numbers 0 to 11, got {index!r}")
        network, pictures = self._trained.network, twelve_pictures(self._trained.number)
        with torch.no_grad():
            penalties = -network(network.prepare(pictures[index : index + 1])).double()
        name = f"picture {index}: penalties of 0 to 9"
        return Seen(
            f"the penalties of picture {index}",
            lambda: draw_tables({name: penalties}, title="How far from each code", columns=1),
            {"penalties": penalties[0]},
        )

    def _states(self, images: Tensor) -> Tensor:
        """(N, 84) of F6, squashed: what the output layer gets."""
        seen = []
        output = self._trained.network.output
        hook = output.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        try:
            with torch.no_grad():
                self._trained.network(self._trained.network.prepare(images))
        finally:
            hook.remove()
        return seen[0].flatten(1)
