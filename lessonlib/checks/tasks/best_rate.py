"""The best learning rate for one digit, found by experiment."""

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.outcome import Case
from lessonlib.checks.question import HAND, Mistake, Question, number_judge
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.steps import stepped
from lessonlib.data import load
from lessonlib.models import LinearClassifier

FOUR_PIXELS = (1.0, 0.5, 0.0, 0.5)  # the chapter's unit
BLOCK = 4  # pixels on each side of the blocks that are averaged


def cases(seed: int) -> list[Case]:
    """One test digit in blocks of 4x4: (49,) numbers from 0 to 1.

    In blocks, since forgetting the bias then changes the answer by more than rounding does.
    """
    images = load("digits", train=False).images
    draw = torch.Generator().manual_seed(seed)
    place = int(torch.randint(len(images), (), generator=draw))
    pixels = LinearClassifier.prepare(images[place : place + 1])
    return [Case("a digit in 49 blocks", (F.avg_pool2d(pixels, BLOCK).flatten().double(),))]


def rate(x: Tensor, with_bias: bool = True) -> float:
    """The rate that brings a unit from zeros to a sum of 1 in one step.

    Measured: the sum after a step grows in proportion to the rate, so a rate of 1 makes it so
    many times too large.
    """
    zero = torch.zeros((), dtype=x.dtype)
    after = stepped(x, torch.zeros_like(x), zero, 1.0, 1.0)
    return 1 / (after[:-1] @ x + after[-1] * with_bias).item()


def question(x: Tensor) -> Question:
    """The rate, and those that mistakes lead to."""
    right = rate(x)
    look = "Take that step, and look at the sum after it: where does it end?"
    four = rate(torch.tensor(FOUR_PIXELS, dtype=x.dtype))
    of_the_chapter = [
        Mistake(four, "That is the best rate of the chapter's four pixels. Try it on the digit.")
    ]
    return Question(
        right=right,
        mistakes=[
            Mistake(rate(x, with_bias=False), "Very near. Does a step change the weights "
                    "alone?", 0.5),
            Mistake(right / 2, "Near. Does the check above accept your `step`?", 0.5),
            Mistake(2 * right, f"{look} A loss has two sides."),
            *(of_the_chapter if abs(four - right) > 3 * HAND * right else []),
            Mistake(1 / right, f"That number is useful, but it is not a rate. {look}", 0.5),
        ],
        praise="One step of that rate, and the sum is 1.",
        hint="Take one step of that rate. Is the sum after it below 1, or above? Which way should "
        "the rate go?",
    )  # fmt: skip


register(
    Task(
        "00.best_rate",
        points=3,
        cases=cases,
        judge=number_judge(question),
        hints=(
            "Take one step of any rate. Is the sum after it below 1, or above? What does that say "
            "of the rate?",
            "From zeros, a step of twice the rate brings the sum twice as far. So one step that "
            "you have looked at already tells you much about all others.",
            "Try many rates between 0 and 1 in a loop, each from the same zeros, and compute the "
            "loss after one step. Around the rate with the smallest loss, try again with finer "
            "steps.",
        ),
        reasoning=(
            "After one step from zeros the sum is in proportion to the rate, so the loss falls "
            "until the sum is exactly 1, and beyond that it rises again. Why the digit decides at "
            "which rate that happens is what task 4 asks."
        ),
    )
)
