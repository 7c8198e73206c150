"""Views of MNIST whose test part is not MNIST's own."""

from dataclasses import replace

import torch

from lessonlib.data.imageset import ImageSet
from lessonlib.data.mnist import load_mnist

HELD_OUT = 5_000


def held_out(train: bool) -> ImageSet:
    """The view `held_out`: MNIST's training part, its last 5,000 digits held out as the test part.

    What is chosen by trial is chosen here, so that MNIST's test part stays unseen.
    """
    whole = load_mnist(train=True)
    first = len(whole) - HELD_OUT
    chosen = torch.arange(first) if train else torch.arange(first, len(whole))
    return replace(whole.take(chosen), view="held_out")


def demonstration(train: bool) -> ImageSet:
    """The view `demonstration`: the first 2,000 training digits, and test digits 4,500 to 5,499.

    The demonstration that came with the language Lush in 2002 uses these parts of MNIST.
    """
    chosen = torch.arange(2_000) if train else torch.arange(4_500, 5_500)
    return replace(load_mnist(train).take(chosen), view="demonstration")
