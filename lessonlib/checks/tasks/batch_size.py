"""Chapter 7: what the size of a batch does to a step, measured on a linear unit."""

import random

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import HAND, Mistake, Question, judge_number
from lessonlib.checks.reading import items
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register
from lessonlib.data import load

PICTURES = 240
BLOCK = 4  # pixels on each side of the blocks that are averaged
SIZES = (6, 8, 10, 12, 16, 20)  # each divides the number of pictures
RATES = (0.0005, 0.004)


def cases(seed: int) -> list[Case]:
    """(240, 49) pictures in blocks, (240,) targets, the size of the batches, and two rates."""
    draw = random.Random(seed)
    digits = load("digits")
    places = torch.tensor(draw.sample(range(len(digits)), PICTURES))
    blocks = F.avg_pool2d(digits.images[places].double() / 255, BLOCK).flatten(1)
    targets = 2 * (digits.labels[places] == draw.randrange(10)).double() - 1
    return [Case("a unit", (blocks, targets, draw.choice(SIZES), *RATES))]


def ask_batch(case: Case) -> str:
    """The size of the batches and the rates."""
    size, low, high = case.inputs[2:]
    return (
        f"Your batches have **{size}** pictures. Your two rates are **{low:g}** and **{high:g}**."
    )


def weights_after(
    x: Tensor, t: Tensor, size: int, rate: float, *, summed: bool = False, w: Tensor | None = None
) -> Tensor:
    """(49,) weights after one pass of gradient descent, from zeros where no others are given."""
    w = torch.zeros(x.shape[1], dtype=x.dtype) if w is None else w
    for inputs, targets in zip(x.split(size), t.split(size), strict=True):
        slope = inputs.T @ (inputs @ w - targets)
        w = w - rate * (slope if summed else slope / len(targets))
    return w


def times_farther(x: Tensor, t: Tensor, size: int, rate: float) -> float:
    """How many times farther a pass moves the weights in single pictures than in batches."""
    return (weights_after(x, t, 1, rate).norm() / weights_after(x, t, size, rate).norm()).item()


def question(x: Tensor, t: Tensor, size: int, rate: float) -> Question:
    """The factor at one rate, and what mistakes lead to."""
    right = times_farther(x, t, size, rate)
    single = weights_after(x, t, 1, rate)
    summed = weights_after(x, t, size, rate, summed=True)
    carried_on = weights_after(x, t, size, rate, w=single)
    mistakes = [
        Mistake(1 / right, "Which of the two distances is above the line?", 0.5),
        Mistake(right**2, "Is that the ratio of the squared distances?", 0.5),
        Mistake((single.norm() / summed.norm()).item(), "Do you add up the slopes of a batch? A "
                "batch's loss is the mean over its pictures.", 0.5),
        Mistake((single.norm() / carried_on.norm()).item(), "Does the second pass begin at zeros, "
                "too?", 0.25),
        Mistake(float(size), "That is the size of the batches. Is it what you measure?", 0.25),
    ]  # fmt: skip
    return Question(
        right=right,
        mistakes=[m for m in mistakes if abs(m.gives - right) > 3 * HAND * right],
        praise="right.",
        hint="Make one pass in single pictures and one in batches, each from zeros, and divide how "
        "far the weights have moved.",
    )


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the factors at the lower rate (1 of 3 points) and at the higher (2 of 3).

    Raises:
        AnswerError: the answer is no pair.
    """
    x, t, size, *rates = cases[0].inputs
    verdicts = [
        _judge_one(value, question(x, t, size, rate), rate)
        for value, rate in zip(items(outcomes[0].value, 2, "`(4.2, 3.5)`"), rates, strict=True)
    ]
    points = verdicts[0].share * 1 + verdicts[1].share * 2
    return Verdict(points / 3, " ".join(verdict.message for verdict in verdicts))


def _judge_one(value: object, asked: Question, rate: float) -> Verdict:
    """Compare one factor; what is no number gets no points and leaves the other alone."""
    try:
        verdict = judge_number(value, asked)
    except AnswerError as error:
        verdict = Verdict(0.0, str(error))
    return verdict._replace(message=f"At {rate:g}: {verdict.message}")


register(
    Task(
        "07.batch_size",
        points=3,
        cases=cases,
        judge=judge,
        ask=ask_batch,
        hints=(
            "One pass takes as many steps as there are batches. How many steps are that in your "
            "two passes, and how long is each?",
            "Write a function of the batch size and the rate: it begins with zeros, goes through "
            "the pictures in their order, and steps along minus the rate times the batch's mean "
            "slope. The length of the weights afterwards is `w.norm()`.",
            "The slope of a batch is `inputs.T @ (inputs @ w - targets) / len(targets)`, with "
            "`x.split(size)` and `t.split(size)` for the batches. Call your function with a size "
            "of 1 and with your own size, and divide the two lengths.",
        ),
        reasoning=(
            "Both passes see the same pictures, but the batches make fewer steps, each along a "
            "mean and so no longer than a single picture's. Why the factor is nearly the batch "
            "size at the low rate, and less at the high one, is what task 4 asks."
        ),
    )
)
