"""What a recording can measure besides the error on its test part."""

from collections.abc import Callable

from torch import Tensor, nn

from lessonlib.data import ImageSet, as_grey, fitted, load
from lessonlib.runs.rival import histogram_error
from lessonlib.training import (
    accepted_share,
    evaluate,
    linear_classifier,
    nearest_neighbour,
    oriented_edges,
    rejection_threshold,
)

Measurement = Callable[[nn.Module, ImageSet], tuple[float, ImageSet]]
"""Takes a trained network and the set it learned from; gives a value and the set measured on."""

Rival = Callable[[ImageSet, ImageSet], Tensor]
"""Takes what it may learn from and what it is asked; gives its answers, (N,)."""


def train_error(model: nn.Module, train_set: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the pictures that the network learned from, as they are."""
    return evaluate(model, train_set).error_rate, train_set


def top5_test_error(model: nn.Module, train_set: ImageSet) -> tuple[float, ImageSet]:
    """Share (0..1) of the test part whose class is not among the five that score highest."""
    test_set = _test_part(train_set)
    return evaluate(model, test_set).top5_error_rate, test_set


def colour_histogram_error(_: nn.Module, train_set: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the test part of a linear classifier of 64 colours.

    It has learned from the same pictures as the network, which has to do better.
    """
    test_set = _test_part(train_set)
    return histogram_error(train_set, test_set), test_set


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


def usps_test_error(model: nn.Module, _: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the digits of 1989, their test part."""
    digits = load("usps", train=False)
    return evaluate(model, digits).error_rate, digits


def shrunk_mnist_test_error(model: nn.Module, _: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the test part of MNIST's view `as_1989`, 16x16."""
    digits = load("mnist", train=False, view="as_1989")
    return evaluate(model, digits).error_rate, digits


def shrunk_embedded_test_error(model: nn.Module, _: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the embedded digits' test part, fitted to 16x16."""
    digits = fitted(load("digits", train=False), 16)
    return evaluate(model, digits).error_rate, digits


def nearest_neighbour_error(_: nn.Module, train_set: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the test part of the nearest neighbour among the same."""
    return _rival_error(nearest_neighbour, train_set)


def linear_classifier_error(_: nn.Module, train_set: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the test part of a linear classifier of the pixels."""
    return _rival_error(linear_classifier, train_set)


def oriented_edges_error(_: nn.Module, train_set: ImageSet) -> tuple[float, ImageSet]:
    """Share of wrong answers (0..1) on the test part of a linear classifier of oriented edges."""
    return _rival_error(oriented_edges, train_set)


def _rival_error(rival: Rival, train_set: ImageSet) -> tuple[float, ImageSet]:
    test_set = _test_part(train_set)
    wrong = rival(train_set, test_set) != test_set.labels
    return wrong.double().mean().item(), test_set


def _test_part(train_set: ImageSet) -> ImageSet:
    return load(train_set.name, train=False, view=train_set.view)


def _photographs_accepted(
    model: nn.Module, sureness: Callable[[Tensor], Tensor]
) -> tuple[float, ImageSet]:
    digits, photographs = load("digits"), as_grey(load("photos", train=False, view="raw"))
    threshold = rejection_threshold(sureness(evaluate(model, digits).scores), 0.01)
    return accepted_share(sureness(evaluate(model, photographs).scores), threshold), photographs


MEASUREMENTS: dict[str, Measurement] = {
    "train_error": train_error,
    "top5_test_error": top5_test_error,
    "colour_histogram_error": colour_histogram_error,
    "embedded_test_error": embedded_test_error,
    "embedded_train_error": embedded_train_error,
    "usps_test_error": usps_test_error,
    "shrunk_mnist_test_error": shrunk_mnist_test_error,
    "shrunk_embedded_test_error": shrunk_embedded_test_error,
    "nearest_neighbour_error": nearest_neighbour_error,
    "linear_classifier_error": linear_classifier_error,
    "oriented_edges_error": oriented_edges_error,
    "photographs_by_score": photographs_by_score,
    "photographs_by_probability": photographs_by_probability,
}
"""The measurements by name; each name is a column of a run's results."""
