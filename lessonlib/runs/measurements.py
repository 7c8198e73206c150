"""What a recording can measure besides the error on its test part."""

from collections.abc import Callable

from torch import Tensor, nn

from lessonlib.data import ImageSet, as_grey, load
from lessonlib.training import accepted_share, evaluate, rejection_threshold

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


def photographs_by_score(model: nn.Module, _: ImageSet) -> tuple[float, ImageSet]:
    """Share of photographs (0..1) taken for a digit, by the largest score.

    The threshold rejects 1 % of the embedded digits' training part, which a network that learned
    from MNIST's view `unembedded` has not seen. Pictures: the test part of `photos`, view `raw`,
    grey and 28x28.
    """
    return _photographs_accepted(model, lambda scores: scores.amax(1))


def photographs_by_probability(model: nn.Module, _: ImageSet) -> tuple[float, ImageSet]:
    """The same by the largest probability that softmax makes of the scores."""
    return _photographs_accepted(model, lambda scores: scores.double().log_softmax(1).amax(1))


def _photographs_accepted(
    model: nn.Module, sureness: Callable[[Tensor], Tensor]
) -> tuple[float, ImageSet]:
    digits, photographs = load("digits"), as_grey(load("photos", train=False, view="raw"))
    threshold = rejection_threshold(sureness(evaluate(model, digits).scores), 0.01)
    return accepted_share(sureness(evaluate(model, photographs).scores), threshold), photographs


MEASUREMENTS: dict[str, Measurement] = {
    "train_error": train_error,
    "embedded_test_error": embedded_test_error,
    "embedded_train_error": embedded_train_error,
    "photographs_by_score": photographs_by_score,
    "photographs_by_probability": photographs_by_probability,
}
"""The measurements by name; each name is a column of a run's results."""
