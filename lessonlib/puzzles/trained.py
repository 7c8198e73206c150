"""A small network trained on digits of the learner's own: both follow from the number."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from lessonlib.data import ImageSet, load
from lessonlib.data.streams import stream_seed
from lessonlib.puzzles.number import draws
from lessonlib.training import Evaluation, Recipe, evaluate, fit, new_network

SHOWN = 12  # test digits that a learner looks at
RARE = 0.05  # of the rarest digit's pictures are used, and from half to all of the others'


@dataclass(frozen=True)
class Trained:
    """A trained network, and what it was trained on and makes of the test digits.

    Attributes:
        number: the learner's own.
        network: on the CPU, in evaluation mode.
        rarest: the digit that it saw least in training.
        test: the test digits.
        answers: the network's scores for them.
        shown: (12,) places in the test set of the digits that the learner looks at.
    """

    number: int
    network: nn.Module
    rarest: int
    test: ImageSet
    answers: Evaluation
    shown: Tensor

    def confusions(self, without: tuple[nn.Module, int] | None = None) -> Tensor:
        """(10, 10) counts of test digits: rows are digits, columns the network's answers.

        Args:
            without: a layer and one of its maps, which is set to 0 first.
        """
        answers = self.answers
        if without is not None:
            layer, index = without
            hook = layer.register_forward_hook(lambda *call: _set_to_zero(call[-1], index))
            try:
                answers = evaluate(self.network, self.test, device="cpu")
            finally:
                hook.remove()
        pairs = 10 * answers.labels + answers.predictions
        return torch.bincount(pairs, minlength=100).reshape(10, 10)

    def probabilities(self) -> Tensor:
        """(12, 10) softmax of the scores for the digits that are shown."""
        return self.answers.scores[self.shown].double().softmax(1)


def _set_to_zero(maps: Tensor, index: int) -> Tensor:
    kept = maps.clone()
    kept[:, index] = 0
    return kept


def network_seed(number: int) -> int:
    """The seed of a number's network: of its first weights and of its training."""
    return stream_seed(number, "your network") % 2**31


def train(build: Callable[[], nn.Module], recipe: Recipe, pictures: int, number: int) -> Trained:
    """Train a network on as many digits, with draws that follow from the learner's number."""
    rarest, digits = _own_digits(number, pictures)
    seed = network_seed(number)
    network = new_network(build, seed)
    fit(network, digits, replace(recipe, seed=seed), device="cpu", progress=False)
    network.eval()
    test = load("digits", train=False)
    answers = evaluate(network, test, device="cpu")
    shown = draws(number, "twelve digits").sample(range(len(test)), SHOWN)
    return Trained(number, network, rarest, test, answers, torch.tensor(shown))


def _own_digits(number: int, pictures: int) -> tuple[int, ImageSet]:
    """One digit is rare among them; the others come in unequal shares."""
    everything, draw = load("digits"), draws(number, "own digits")
    rarest = draw.randrange(10)
    share = [RARE if digit == rarest else draw.uniform(0.5, 1) for digit in range(10)]
    places = draw.sample(range(len(everything)), len(everything))
    labels = everything.labels.tolist()
    taken = [place for place in places if draw.random() < share[labels[place]]]
    return rarest, everything.take(torch.tensor(taken[:pictures]))
