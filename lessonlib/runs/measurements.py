"""What a recording can measure besides the error on its test part."""

from collections.abc import Callable

from torch import nn

from lessonlib.data import ImageSet, load
from lessonlib.training import evaluate

Measurement = Callable[[nn.Module, ImageSet], tuple[float, ImageSet]]
"""Takes a trained network and the set it learned from; gives a value and the set measured on."""


def train_error(model: nn.Module, train_set: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the pictures that the network learned from, as they are."""
    return evaluate(model, train_set).error_rate, train_set


def embedded_test_error(model: nn.Module, _: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the embedded digits' test part."""
    digits = load("digits", train=False)
    return evaluate(model, digits).error_rate, digits


def embedded_train_error(model: nn.Module, _: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the embedded digits' training part.

    A network that learned from MNIST's view `unembedded` has seen none of them.
    """
    digits = load("digits", train=True)
    return evaluate(model, digits).error_rate, digits


MEASUREMENTS: dict[str, Measurement] = {
    "train_error": train_error,
    "embedded_test_error": embedded_test_error,
    "embedded_train_error": embedded_train_error,
}
"""The measurements by name; each name is a column of a run's results."""
