"""Chapter 12: the memory of weights, gradients and optimiser, and the batch that fits."""

import random

from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.task import Task, register

BYTES = 4
MILLION = 1_000_000
KEPT = {"SGD with momentum": 1, "Adam": 2, "plain SGD": 0}
"""How many numbers an optimiser keeps for each weight."""


def fixed_cases(seed: int) -> list[Case]:
    """Parameters in millions, and the optimiser."""
    draw = random.Random(seed)
    optimizer = draw.choice(list(KEPT)[:2])
    millions = draw.randint(20, 99)
    return [Case(f"{millions} million parameters with {optimizer}", (millions, optimizer))]


def ask_fixed(case: Case) -> str:
    """The network whose memory is asked for."""
    millions, optimizer = case.inputs
    return (
        f"A network of {millions} million parameters is trained by {optimizer}, with {BYTES} bytes "
        f"per number. How many **megabytes**, at a million bytes, do its weights, their gradients "
        f"and what the optimiser keeps take together?"
    )


def fixed_question(millions: int, optimizer: str) -> Question:
    """How much memory there must be before the first picture."""
    kept, each = KEPT[optimizer], BYTES * millions
    other = 3 - kept
    return Question(
        right=each * (2 + kept),
        mistakes=[
            Mistake(each, "Those are the weights. What else is there, one for each weight?", 0.25),
            Mistake(each * 2, "Those are weights and gradients. What does the optimiser keep?",
                    0.5),
            Mistake(each * (2 + other), "Does this optimiser keep one number for each weight, or "
                    "two?", 0.5),
            Mistake(each * (1 + kept), "That leaves something out that every training needs: what "
                    "does the step come from?", 0.5),
            Mistake(millions * (2 + kept), "Those are numbers, in millions. How many bytes has "
                    "each?", 0.5),
        ],
        praise="So many bytes are taken before the first picture is read.",
        hint="Begin with one weight: which numbers are kept for it?",
    )  # fmt: skip


def batch_cases(seed: int) -> list[Case]:
    """Free megabytes, megabytes that are taken whatever the batch, and megabytes per picture."""
    draw = random.Random(seed)
    fixed, each = draw.randint(300, 900), draw.randint(6, 15)
    free = fixed + each * draw.randint(60, 400) + draw.randint(1, each - 1)
    return [Case(f"{free} MB free", (free, fixed, each))]


def ask_batch(case: Case) -> str:
    """The memory into which a batch is to fit."""
    free, fixed, each = case.inputs
    return (
        f"A GPU has {free:,} MB free. A network's weights, gradients and optimiser take {fixed} MB "
        f"of it, and each picture of a batch takes {each} MB until the gradients are computed. "
        f"How many **pictures** can a batch have at most?"
    )


def batch_question(free: int, fixed: int, each: int) -> Question:
    """The largest batch that fits."""
    fits = (free - fixed) // each
    return Question(
        right=fits,
        mistakes=[
            Mistake(free // each, "Is all of it free for pictures?", 0.25),
            Mistake(fits + 1, "Nearly. Does the last one still fit?", 0.5),
            Mistake((free - fixed) % each, "That is what is left over. How many pictures are "
                    "there?"),
            Mistake(free - fixed, "Those are the megabytes for pictures. How many does one take?",
                    0.25),
        ],
        praise="One picture more would not fit.",
        hint="First find what is left for pictures.",
        counts=True,
    )  # fmt: skip


register(
    Task(
        "12.fixed_memory",
        points=1,
        cases=fixed_cases,
        judge=number_judge(fixed_question),
        ask=ask_fixed,
        hints=(
            "Which numbers does a training keep for each single weight, besides the weight?",
            "There is a gradient for each weight. Momentum is one number more; Adam keeps a mean "
            "of the gradient and one of its square.",
            "Count the numbers per weight, times the parameters, times the bytes per number.",
        ),
        reasoning=(
            "This part does not depend on the batch: a smaller batch cannot make it smaller, but "
            "another optimiser can, and so can fewer bytes per number."
        ),
    )
)
register(
    Task(
        "12.batch_that_fits",
        points=1,
        cases=batch_cases,
        judge=number_judge(batch_question),
        ask=ask_batch,
        hints=(
            "Two kinds of memory share what is free. Which of them is there even for a batch of "
            "one?",
            "Take away what does not depend on the batch. The rest is for pictures.",
            "Divide the rest by what one picture takes, and leave out the part of a picture that "
            "remains.",
        ),
        reasoning=(
            "So `fit` can say before its first step which batch would fit: it lets one picture and "
            "two go through the network, and the difference is what a picture takes."
        ),
    )
)
