"""Chapter 0: what the others take for granted, counts and losses."""

import math
import random

import torch
from torch import nn
from torch.nn import functional as F

from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.task import Task, register

CHANNELS = 3


def classifier_cases(seed: int) -> list[Case]:
    """Kinds, rows and columns of colour pictures, no two of them equal."""
    draw = random.Random(seed)
    kinds, rows, columns = draw.randint(11, 19), draw.randint(20, 29), draw.randint(30, 45)
    return [Case(f"{kinds} kinds of pictures", (kinds, rows, columns))]


def ask_classifier(case: Case) -> str:
    """The classifier whose parameters are to be counted."""
    kinds, rows, columns = case.inputs
    return (
        f"Colour pictures have three channels, here of {rows} rows and {columns} columns. A linear "
        f"classifier tells {kinds} kinds of them apart: it has a weighted sum of all numbers of a "
        f"picture for each kind, and each sum has a bias. How many **parameters** does it train?"
    )


def classifier_question(kinds: int, rows: int, columns: int) -> Question:
    """How many numbers a linear classifier of colour pictures trains."""
    pixels = rows * columns
    layer = nn.Linear(CHANNELS * pixels, kinds)
    weights, all_of_it = layer.weight.numel(), sum(p.numel() for p in layer.parameters())
    channels = "How many numbers does one pixel of these pictures have?"
    return Question(
        right=all_of_it,
        mistakes=[
            Mistake(weights, "That is every weight. What else does each sum train?", 0.5),
            Mistake(weights + 1, "You count one bias for all. Think of one sum.", 0.5),
            Mistake(layer.in_features + 1, "That is one sum. How many are there?", 0.5),
            Mistake(kinds * (pixels + 1), channels, 0.5),
            Mistake(kinds * pixels, f"{channels} And what else does each sum train?"),
            Mistake(
                kinds * CHANNELS * (pixels + 1), "Nearly. How many biases does one sum have?", 0.5
            ),
            Mistake(10 * (layer.in_features + 1), "That tells ten classes apart.", 0.5),
        ],
        praise="Every class has a sum of its own, with a weight for each number and a bias.",
        hint="Begin with one sum: how many numbers does it read, and what else does it add?",
        counts=True,
    )


def chance_cases(seed: int) -> list[Case]:
    """A number of classes, in tens."""
    classes = 10 * random.Random(seed).randint(15, 95)
    return [Case(f"{classes} classes", (classes,))]


def ask_chance(case: Case) -> str:
    """The classifier whose loss is to be predicted."""
    return (
        f"A network is to tell {case.inputs[0]} classes apart. What is the **loss** of a "
        f"classifier that knows nothing and gives each of them the same probability?"
    )


def chance_question(classes: int) -> Question:
    """The loss of a classifier that gives equal chances to many classes."""
    right = F.cross_entropy(torch.zeros(1, classes), torch.tensor([0])).item()
    base = "Which logarithm does the loss take? Look at the formula of chapter 0."
    return Question(
        right=right,
        mistakes=[
            Mistake(-right, "Can a loss be below 0? Look at the formula of chapter 0.", 0.5),
            Mistake(right / math.log(10), base, 0.5),
            Mistake(right / math.log(2), base, 0.5),
            Mistake(math.log(10), "That is the loss of ten equal chances. How many are there?"),
            Mistake(1 / classes, "Is that the probability of the right class? Then what is the "
                    "loss?"),
            Mistake(1 - 1 / classes, "Is that the chance of a wrong answer? The loss is another "
                    "thing."),
            Mistake(classes, "That is the number of classes. What is the chance of the right one?"),
        ],
        praise="Equal chances cost the logarithm of their number.",
        hint="Begin with the probability that it gives to the right class. What does that cost?",
    )  # fmt: skip


register(
    Task(
        "00.colour_parameters",
        points=2,
        cases=classifier_cases,
        judge=number_judge(classifier_question),
        ask=ask_classifier,
        hints=(
            "How many numbers does the program see in one pixel of a colour picture?",
            "Begin with a single sum: it has one weight for each number that it reads, and one "
            "thing more.",
            "Count the numbers of one picture, its channels included. That is how many weights "
            "one sum has; its bias comes on top. Then ask how many sums there are.",
        ),
        reasoning=(
            "Nothing is shared between the sums. So each kind of picture adds one weight for each "
            "of a picture's numbers (channels times rows times columns) and one bias."
        ),
    )
)
register(
    Task(
        "00.ignorant_loss",
        points=2,
        cases=chance_cases,
        judge=number_judge(chance_question),
        ask=ask_chance,
        hints=(
            "Which probability does this classifier give to the right class, whichever that is?",
            "The loss looks at that one probability and at nothing else. Chapter 0 has the "
            "formula.",
            "Write the probability as a fraction and put it into the formula. Its logarithm is "
            "the natural one, `math.log` in Python.",
        ),
        reasoning=(
            "The right class gets one part of as many as there are classes, and minus the "
            "logarithm of that part is the logarithm of the number of classes. So knowing nothing "
            "costs more where there is more to tell apart, but only slowly more: ten times as "
            "many classes add log 10, about 2.3."
        ),
    )
)
