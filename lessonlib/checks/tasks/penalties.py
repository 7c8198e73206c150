"""Chapter 6: Eq. 9, its value far from every code and its derivatives."""

import random
from collections.abc import Callable

import torch
from torch import Tensor

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.rules import AUTOGRAD
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.training.losses import discriminative

DIGITS = 10

# A picture that is equally far from all codes


def undecided_cases(seed: int) -> list[Case]:
    """Units of the codes, and j."""
    draw = random.Random(seed)
    units, j = draw.randint(20, 45), draw.randint(4, 9)
    return [Case(f"codes of {units} units", (units, j))]


def ask_undecided(case: Case) -> str:
    """The layer and its loss."""
    units, j = case.inputs
    return (
        f"An output layer has ten codes of {units} units, each of them -1 or +1. For some picture "
        f"all {units} units of F6 are 0, half-way between ink and ground. What is its **loss** by "
        f"Eq. 9 with j = {j}, whichever digit it is?"
    )


def undecided_question(units: int, j: int) -> Question:
    """The loss of Eq. 9 where every penalty is the number of units."""
    penalties = torch.full((1, DIGITS), float(units), dtype=torch.float64)
    label = torch.tensor([0])
    without = discriminative(-penalties, label, 1e9).item()  # cross-entropy
    wrong_sign = "Nearly. The logarithm holds numbers far below 1. Is it above 0, or below?"
    return Question(
        right=discriminative(-penalties, label, float(j)).item(),
        mistakes=[
            Mistake(units, "That is the penalty of the right code alone. What does Eq. 9 add to "
                    "it?", 0.5),
            Mistake(units + j, wrong_sign, 0.5),
            Mistake(without, "That is Eq. 9 without j. Which term of the sum in the logarithm is "
                    "the largest here?", 0.5),
            Mistake(units + without, "The ten terms of the sum are all tiny. Is there a larger one "
                    "in the logarithm?", 0.25),
            Mistake(-j, "That is nearly the logarithm. And the penalty of the right code?", 0.25),
            Mistake(j, "That is nearly the logarithm, but for its sign. And the penalty of the "
                    "right code?"),
            Mistake(4 * units - j, "How far is 0 from -1, and from +1?", 0.5),
        ],
        praise="Beside exp(-j) the ten other terms are nothing, so the logarithm is -j.",
        hint="Begin with one penalty: what does a unit that is 0 add to it? Then look for the "
        "largest term in the logarithm.",
    )  # fmt: skip


# Derivatives


def slopes(y: Tensor, right: int, j: float) -> Tensor:
    """The derivatives of Eq. 9 with respect to the penalties, by autograd."""
    with torch.enable_grad():
        y = y.detach().clone().requires_grad_()
        loss = discriminative(-y[None], torch.tensor([right]), j)
        return torch.autograd.grad(loss, y)[0]


def one_hot(y: Tensor, right: int) -> Tensor:
    """1 in the right digit's place."""
    marked = torch.zeros_like(y)
    marked[right] = 1
    return marked


def _minus(shares: Callable[[Tensor, float], Tensor]) -> Callable[[Tensor, int, float], Tensor]:
    """Right but for what is subtracted: `shares` of the penalties and j."""
    return lambda y, right, j: one_hot(y, right) - shares(y, j)


def _shares(y: Tensor, j: float) -> Tensor:
    return (-y).exp() / (torch.tensor(-j).exp() + (-y).exp().sum())


_RUBBISH = "Let j grow beyond all bounds: does Eq. 9 still become cross-entropy with your numbers?"
GRADIENT_MISTAKES = (
    Mistake(_minus(lambda y, j: (-y).softmax(0)), "Nearly. Your numbers add up to 0, as they do "
            "for cross-entropy. What stands in the logarithm besides the ten terms?", 0.5),
    Mistake(lambda y, right, j: -slopes(y, right, j), "Nearly. Let the penalty of the right digit "
            "grow a little. Does the loss grow or shrink, and what does your number say?", 0.5),
    Mistake(lambda y, right, j: -_shares(y, j), "Nearly: that is the logarithm's part. What stands "
            "before it in Eq. 9?", 0.5),
    Mistake(lambda y, right, j: _shares(y, j), "That is the logarithm's part, but for its sign. "
            "And what stands before it in Eq. 9?", 0.25),
    Mistake(lambda y, right, j: one_hot(y, right) + _shares(y, j), "Nearly. Let the penalty of a "
            "wrong digit grow. Does the sum in the logarithm grow or shrink?", 0.5),
    Mistake(lambda y, right, j: one_hot(y, right), "That is Eq. 8: nothing pushes the wrong digits "
            "away. What does the logarithm add?", 0.25),
    Mistake(_minus(lambda y, j: (-y).exp()), "Nearly. A logarithm's derivative has its own content "
            "below the line.", 0.5),
    Mistake(_minus(lambda y, j: (-y).exp() / (torch.tensor(j).exp() + (-y).exp().sum())),
            f"Nearly. {_RUBBISH}", 0.5),
    Mistake(_minus(lambda y, j: (-y).exp() / (j + (-y).exp().sum())), f"Nearly. {_RUBBISH}", 0.5),
    Mistake(_minus(lambda y, j: y.exp() / (torch.tensor(-j).exp() + y.exp().sum())), "Nearly. "
            "Which digit is pushed away most with your numbers, the nearest or the farthest?", 0.5),
    Mistake(_minus(lambda y, j: y.softmax(0)), "Which digit is pushed away most with your numbers, "
            "the nearest or the farthest? And where is j?", 0.25),
    Mistake(lambda y, right, j: slopes(y, right, j) / len(y), "Nearly. Eq. 9 is a mean over "
            "pictures. Is it one over digits, too?", 0.5),
)  # fmt: skip


GRADIENT = Function(
    form="gradient(y, right, j)",
    right=slopes,
    mistakes=GRADIENT_MISTAKES,
    praise="The same numbers as autograd's, for layers of three sizes.",
    shape_hint=lambda given, right: "One number for each penalty.",
    rule="The task is to work the derivatives out yourself, without autograd.",
    keeps_inputs=True,
)


def gradient_cases(seed: int) -> list[Case]:
    """Penalties of three layers: in each, j's term is as large as those of the nearest codes."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for digits in (DIGITS, 5, 3):
        y = 0.8 + 3 * torch.rand(digits, generator=draw, dtype=torch.float64)
        right = int(torch.randint(digits, (), generator=draw))
        j = round(0.4 + torch.rand((), generator=draw).item(), 2)
        cases.append(Case(f"{digits} penalties and j = {j:g}", (y, right, j)))
    return cases


register(
    Task(
        "06.undecided_loss",
        points=2,
        cases=undecided_cases,
        judge=number_judge(undecided_question),
        ask=ask_undecided,
        hints=(
            "Each unit is as far from -1 as from +1. How large is the penalty of every digit?",
            "Eq. 9 adds a logarithm to the penalty of the right digit. Write down the eleven terms "
            "in it: ten of them are equal, and one belongs to j.",
            "Compare the sizes of the eleven terms. One is larger than all others together, by "
            "far, so the logarithm is nearly that of this term alone.",
        ),
        reasoning=(
            "Every penalty is the number of units, since each unit is off by 1. In the logarithm "
            "exp(-j) is far larger than the other ten terms together, so the loss is the penalty "
            "less j. The rubbish class has won: however far the picture is, no wrong digit is "
            "near enough to be pushed."
        ),
    )
)
register(
    Task(
        "06.gradient",
        points=4,
        cases=gradient_cases,
        run=as_function(excluded=AUTOGRAD),
        judge=GRADIENT,
        hints=(
            "Eq. 9 has two parts. Which of the penalties does the first part depend on, and how "
            "fast does it grow with it?",
            "The derivative of a logarithm is what is in it, differentiated, divided by what is in "
            "it. Only one of its terms depends on a given penalty.",
            "Compute exp(-y) of all penalties and divide by their sum with exp(-j) in it. These "
            "shares, with a minus, are the logarithm's part. Then ask what the first part adds, "
            "and where.",
        ),
        reasoning=(
            "The penalty of the right digit is pulled down, because the first part grows with it. "
            "Every digit's share of the sum is pushed up, most of all the nearest. With exp(-j) in "
            "the sum the shares add up to less than 1: where all codes are far, nothing is pushed "
            "any more."
        ),
    )
)
