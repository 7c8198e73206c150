"""First weights and digits of the learner's own, to train a LeNet-5 with, for chapter 7."""

import torch

from lessonlib.data import ImageSet, load
from lessonlib.data.streams import stream_seed
from lessonlib.models import LeNet5
from lessonlib.puzzles.number import draws, own_number
from lessonlib.training import new_network

PICTURES = 1_600


def your_start(number: int) -> tuple[LeNet5, ImageSet]:
    """An untrained LeNet-5 and 1,600 digits, both from the learner's number.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    seed = stream_seed(own_number(number), "own start") % 2**31
    places = torch.tensor(_order(number)[:PICTURES])
    return new_network(LeNet5, seed), load("digits").take(places)


def unseen_digits(number: int, count: int) -> ImageSet:
    """Training digits that are none of the learner's, as a measure for what was never seen."""
    places = torch.tensor(_order(number)[PICTURES : PICTURES + count])
    return load("digits").take(places)


def _order(number: int) -> list[int]:
    size = len(load("digits"))
    return draws(number, "digits of an own start").sample(range(size), size)
