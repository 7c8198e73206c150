"""A linear classifier of the learner's own, for chapter 0."""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from lessonlib.models import LinearClassifier
from lessonlib.puzzles.drawing import draw_maps, draw_shares
from lessonlib.puzzles.number import draws, own_number
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.trained import SHOWN, Trained, train
from lessonlib.puzzles.your_network import YourNetwork, one_picture
from lessonlib.training.recipes import YOUR_CLASSIFIER

LETTERS = "ABCDEFGHIJ"
PICTURES = 2_500


@lru_cache(maxsize=8)
def trained_classifier(number: int) -> Trained:
    """The trained classifier of a number."""
    return train(LinearClassifier, YOUR_CLASSIFIER, PICTURES, own_number(number))


def hidden_order(number: int) -> dict[str, int]:
    """The digit whose sum each letter stands for."""
    order = draws(number, "letters").sample(range(10), 10)
    return dict(zip(LETTERS, order, strict=True))


class YourClassifier(YourNetwork):
    """Ten sums over 784 pixels, called A to J in an order that follows from the number."""

    __slots__ = ()

    def weights(self) -> Seen:
        """Show the weights of each sum as a picture: red speaks for its digit, blue against."""
        pictures = self._trained.network.output.weight.detach().reshape(10, 28, 28)
        pictures = pictures[list(hidden_order(self._trained.number).values())]
        return Seen(
            "the weights of the ten sums",
            lambda: draw_maps(
                {"weights": pictures}, title="Ten sums, ten pictures of weights", columns=5,
                names=list(LETTERS),
            ),
            {"weights": pictures},
        )  # fmt: skip

    def answer(self, digit: Any) -> Seen:
        """Show the probability that the softmax of the ten sums gives to each letter.

        Args:
            digit: the number, 0 to 11, of one of the twelve test digits, or any picture of 28x28
                bytes.

        Raises:
            ValueError: neither of the two.
        """
        trained = self._trained
        row = trained.probabilities()[_shown(digit)] if isinstance(digit, int) else self._of(digit)
        percent = 100 * row[list(hidden_order(trained.number).values())]
        shares = dict(zip(LETTERS, percent.tolist(), strict=True))
        whose = f"digit {digit}" if isinstance(digit, int) else "your picture"
        return Seen(
            f"the answer to {whose}",
            lambda: draw_shares(shares, title=f"The answer to {whose}"),
            {"percent": percent},
        )

    def _of(self, picture: Any) -> Tensor:
        network = self._trained.network
        with torch.no_grad():
            return network(network.prepare(one_picture(picture)))[0].double().softmax(0)


def _shown(digit: int) -> int:
    if isinstance(digit, bool) or not 0 <= digit < SHOWN:
        raise ValueError(f"your twelve test digits have the numbers 0 to 11, got {digit!r}")
    return digit
