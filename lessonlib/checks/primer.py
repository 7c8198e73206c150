"""Checks of chapter 0, on what the others take for granted: one linear unit and its training.

Every check is called with the learner's answer and a seed, and returns a `Result`. A question
that has one answer makes no use of the seed.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.checks.attempt import Case
from lessonlib.checks.compare import Mistake, Question, Task, match_function, match_number
from lessonlib.checks.gradients import GRADIENT, STEP, gradient_cases, join, step_cases, stepped
from lessonlib.checks.result import AnswerError, Verdict, check
from lessonlib.checks.values import describe, number, tensor
from lessonlib.checks.watched import Watched
from lessonlib.data import load
from lessonlib.models import LinearClassifier

KINDS, CHANNELS, ROWS, COLUMNS = 12, 3, 20, 30  # classes and pictures of the classifier to predict
MANY = 1_000  # classes of ImageNet's contest, of which the loss is to predict
PICTURE = 830  # of the digits to test on: the unit's picture, the first four
FOUR_PIXELS = (1.0, 0.5, 0.0, 0.5)  # the chapter's unit
CHANGED = (
    "The numbers are right, but your function changes the tensors that it gets. Does it use `+=`, "
    "`-=` or `*=`, or a call that ends with `_`?"
)


@check(points=2)
def colour_parameters(answer: Any, seed: int = 0) -> Verdict:
    """How many numbers a linear classifier of colour pictures trains."""
    pixels = ROWS * COLUMNS
    layer = nn.Linear(CHANNELS * pixels, KINDS)
    weights, all_of_it = layer.weight.numel(), sum(p.numel() for p in layer.parameters())
    question = Question(
        right=all_of_it,
        mistakes=[
            Mistake(weights, "That is every weight. What else does each sum train?", 0.5),
            Mistake(weights + 1, "One bias for all? Think of one sum.", 0.5),
            Mistake(layer.in_features + 1, "That is one sum. How many are there?", 0.5),
            Mistake(KINDS * (pixels + 1), "How many numbers has one pixel of these pictures?", 0.5),
            Mistake(KINDS * pixels, "How many numbers has one pixel of these pictures? And what "
                    "else does each sum train?"),
            Mistake(KINDS * CHANNELS * (pixels + 1), "Nearly. How many biases has one sum?", 0.5),
            Mistake(10 * (layer.in_features + 1), "That tells ten classes apart.", 0.5),
        ],
        praise="Every class has a sum of its own, with a weight for each number and a bias.",
        hint="Begin with one sum: how many numbers does it read, and what else does it add?",
    )  # fmt: skip
    return match_number(answer, question)


@check(points=2)
def ignorant_loss(answer: Any, seed: int = 0) -> Verdict:
    """The loss of a classifier that gives equal chances to many classes."""
    right = F.cross_entropy(torch.zeros(1, MANY), torch.tensor([0])).item()
    chance = math.exp(-right)
    base = "Which logarithm does the loss take? Look at the formula of chapter 0."
    question = Question(
        right=right,
        mistakes=[
            Mistake(-right, "A loss is never below 0. Where is the minus in the formula?", 0.5),
            Mistake(right / math.log(10), base, 0.5),
            Mistake(right / math.log(2), base, 0.5),
            Mistake(math.log(10), "That is the loss of ten equal chances. How many are there?"),
            Mistake(chance, "Is that the probability of the right class? Then what is the loss?"),
            Mistake(1 - chance, "Is that the chance of a wrong answer? The loss is another thing."),
            Mistake(MANY, "That is the number of classes. What is the chance of the right one?"),
        ],
        praise="Equal chances cost the logarithm of their number.",
        hint="Begin with the probability that it gives to the right class. What does that cost?",
        tolerance=0.01,
    )
    return match_number(answer, question)


@check(points=4)
def gradient(answer: Any, seed: int = 0) -> Verdict:
    """The derivatives of one linear unit's loss: a function of x, w, b and t."""
    names = "the weights' derivatives", "the bias'"
    praise = "The same numbers as autograd's, for units of three sizes."
    return _match_pair(answer, GRADIENT, gradient_cases(seed), names, praise)


@check(points=2)
def step(answer: Any, seed: int = 0) -> Verdict:
    """One step of gradient descent: a function of x, w, b, t and the rate."""
    names = "the new weights", "the new bias"
    praise = "The same weights and bias as after a step of PyTorch's own gradient descent."
    return _match_pair(answer, STEP, step_cases(seed), names, praise)


def _match_pair(
    answer: Any, task: Task, cases: Sequence[Case], names: tuple[str, str], praise: str
) -> Verdict:
    """Compare a function that returns a pair; one that changes its inputs loses half."""
    function = Paired(answer, *names) if callable(answer) else answer
    verdict = match_function(function, task, cases, praise)
    if verdict.share == 1 and function.has_changed:
        return Verdict(0.5, CHANGED)
    return verdict


class Paired(Watched):
    """A learner's function that returns a pair, called so that it gives one tensor (n + 1,)."""

    def __init__(self, function: Callable[..., Any], first: str, second: str) -> None:
        super().__init__(function)
        self.first, self.second = first, second

    def __call__(self, x: Tensor, w: Tensor, *others: Any) -> Tensor:
        """What the function returns of a unit's inputs, its weights and more, end to end.

        Raises:
            AnswerError: no pair of as many numbers as there are weights, and one.
        """
        expected = tuple(w.shape)
        came = super().__call__(x, w, *others)
        if came is not None and (not isinstance(came, tuple | list) or len(came) != 2):
            raise AnswerError(
                f"It returned {describe(came)}; expected a pair, {self.first} and {self.second}: "
                f"write both after `return`, with a comma between."
            )
        weights, bias = (tensor(part) for part in came or [None])
        shape = tuple(weights.shape)
        if shape != expected or bias.numel() != 1:
            raise AnswerError(
                f"The pair has the shapes {shape} and {tuple(bias.shape)}; expected {expected}, "
                f"{self.first}, and (), {self.second}."
            )
        return join(weights, bias)


@check(points=3)
def best_rate(answer: Any, seed: int = 0) -> Verdict:
    """The rate that brings a digit's unit from zero weights to no loss in one step."""
    pixels = _digit()
    right, inverse = _best_rate(pixels), 1 / _best_rate(pixels)
    value = number(answer)
    question = Question(
        right=right,
        mistakes=[
            Mistake(1 / (inverse - 1), "Very near. Does the bias step, too?", 0.5),
            Mistake(right / 2, "Nearly: half of what it should be. Is your gradient twice too "
                    "large?", 0.5),
            Mistake(2 * right, "There the loss is back where it began: the sum has gone past 1. "
                    "Which rate stops in the middle?"),
            Mistake(_best_rate(torch.tensor(FOUR_PIXELS).double()), "That is the best rate of the "
                    "chapter's four pixels. Try it on the digit."),
            Mistake(inverse, "That is no rate but what one of 1 makes of the sum. Which rate makes "
                    "1 of it?", 0.5),
        ],
        praise="One step of that rate, and the sum is 1.",
        hint=_what_it_does(value, inverse),
        tolerance=0.005 * right,
    )  # fmt: skip
    return match_number(value, question)


@cache
def _digit() -> Tensor:
    """The 784 pixels of the unit's picture."""
    images = load("digits", train=False).images[PICTURE : PICTURE + 1]
    return LinearClassifier.prepare(images).flatten().double()


def _best_rate(x: Tensor) -> float:
    """Measured: from zero weights and bias, the sum after a step grows in proportion to the rate.

    A rate of 1 makes it so many times too large.
    """
    after = stepped(x, torch.zeros_like(x), torch.zeros((), dtype=x.dtype), 1.0, 1.0)
    return 1 / (after[:-1] @ x + after[-1]).item()


def _what_it_does(rate: float, slope: float) -> str:
    """The loss after a step of this rate, and on which side of 1 the sum is."""
    gap = rate * slope - 1
    side = "past" if gap > 0 else "short of"
    return (
        f"One step of that rate takes the loss from 0.5 to {gap * gap / 2:.3g}, and the sum ends "
        f"{side} 1. Try rates around it, in ever smaller steps."
    )
