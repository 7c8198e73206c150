"""Views of MNIST whose test part is not MNIST's own, or whose pictures are not."""

from dataclasses import replace

import torch

from lessonlib.data.digits import unembedded
from lessonlib.data.fitted import fitted
from lessonlib.data.imageset import ImageSet
from lessonlib.data.mnist import load_mnist

HELD_OUT = 5_000
COUNTS_1989 = {True: 7_291, False: 2_007}


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


def as_1989(train: bool) -> ImageSet:
    """The view `as_1989`: as many digits as `usps` has, 7,291 and 2,007, and sized like them.

    They are spread evenly over the view `unembedded` and over MNIST's test part, of which the
    first half is easier than the second. Each fills 16x16 pixels, see `fitted`.
    """
    whole, count = load_mnist(train), COUNTS_1989[train]
    among = unembedded() if train else torch.arange(len(whole))
    chosen = among[torch.arange(count) * len(among) // count]
    return replace(fitted(whole.take(chosen), 16), view="as_1989")
