"""Views of MNIST whose test part is not MNIST's own, or whose pictures are not."""

from dataclasses import replace

import torch

from lessonlib.data.digits import unembedded
from lessonlib.data.fitted import fitted
from lessonlib.data.imageset import ImageSet
from lessonlib.data.mnist import load_mnist
from lessonlib.data.moved import in_field
from lessonlib.data.rows import flanked

HELD_OUT = 5_000
COUNTS_1989 = {True: 7_291, False: 2_007}
GAPS = (-1, 8)  # columns of ground between neighbours, least and largest; ours


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


def neighbours(train: bool) -> ImageSet:
    """The view `neighbours`: digits as they are in a row, to train a network that reads rows.

    Each digit of the view `unembedded` twice: alone in its field of 32x32, and with a neighbour on
    either side, see `flanked`. The test part is MNIST's, with neighbours alone.
    """
    if not train:
        return replace(flanked(load_mnist(train=False), GAPS), view="neighbours")
    digits = load_mnist(train=True).take(unembedded())
    alone, beside = in_field(digits), flanked(digits, GAPS)
    both = torch.cat([alone.images, beside.images])
    labels = digits.labels.repeat(2)
    return replace(beside, images=both, labels=labels, view="neighbours")
