"""Chapter 5: with which first weights the gradient survives, measured in a stack of layers."""

import math
import random
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake, Question, judge_part
from lessonlib.checks.reading import describe, items, text
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register
from lessonlib.layers import ScaledTanh

PICTURES = 200
UNITS: dict[str, Callable[[Tensor], Tensor]] = {
    "scaled tanh": ScaledTanh(),
    "rectifier": F.relu,
    "absolute value": torch.abs,
    "GELU": F.gelu,
}
STARTS: dict[str, Callable[[int], float]] = {
    "as printed": lambda inputs: 2.4 / inputs,
    "one over root": lambda inputs: 1 / math.sqrt(inputs),
    "xavier": lambda inputs: math.sqrt(6 / (inputs + inputs)),
    "he": lambda inputs: math.sqrt(6 / inputs),
}
"""The bound of the even draw, from the inputs of a unit; all layers here have as many units."""


def cases(seed: int) -> list[Case]:
    """An activation's name, inputs (200, n), draws from -1 to 1 (layers, n, n), and a pull.

    The pull (200, n) is the loss's gradient where it comes in, at the last layer's values.
    """
    draw, tensors = random.Random(seed), torch.Generator().manual_seed(seed)
    kind, width, layers = draw.choice(sorted(UNITS)), draw.randint(80, 120), draw.randint(7, 12)
    inputs, pull = torch.randn(2, PICTURES, width, generator=tensors, dtype=torch.float64)
    even = 2 * torch.rand(layers, width, width, generator=tensors, dtype=torch.float64) - 1
    return [Case(f"{layers} layers", (kind, inputs, even, pull))]


def ask(case: Case) -> str:
    """The stack."""
    kind, inputs, even, _ = case.inputs
    return (
        f"Your stack has {len(even)} layers of {inputs.shape[1]} units. Each unit reads all units "
        f"of the layer below, and its activation is the **{kind}**."
    )


def size(values: Tensor) -> float:
    """The root of the mean square."""
    return float(values.detach().square().mean().sqrt())


def ratios(kind: str, inputs: Tensor, even: Tensor, pull: Tensor) -> dict[str, float]:
    """For each start, the size of the gradient at the inputs, compared with the pull's."""
    found = {}
    for name, bound in STARTS.items():
        with torch.enable_grad():
            first = inputs.detach().clone().requires_grad_()
            values = first
            for weights in even * bound(inputs.shape[1]):
                values = UNITS[kind](values @ weights.T)
            (gradient,) = torch.autograd.grad((values * pull).sum(), first)
        found[name] = size(gradient) / size(pull)
    return found


def best(found: dict[str, float]) -> str:
    """The start whose ratio is nearest to 1, up or down by a factor."""
    return min(found, key=lambda name: abs(math.log(found[name])))


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the start (1 of 3 points), and its ratio (2 of 3).

    Raises:
        AnswerError: the answer is no pair.
    """
    name, ratio = items(outcomes[0].value, 2, "`('xavier', 0.5)`")
    found = ratios(*cases[0].inputs)
    verdicts = [_judge_name(name, found), _judge_ratio(ratio, found)]
    message = f"Start: {verdicts[0].message} Ratio: {verdicts[1].message}"
    return Verdict((verdicts[0].share + 2 * verdicts[1].share) / 3, message)


def _judge_name(value: object, found: dict[str, float]) -> Verdict:
    """Compare the start's name; what cannot be one leaves the ratio alone."""
    try:
        name = text(value).replace("_", " ").replace("-", " ")
    except AnswerError as error:
        return Verdict(0.0, str(error))
    if name not in found:
        return Verdict(0.0, f"it is one of {', '.join(found)}. You gave {describe(value)}.")
    if name == best(found):
        return Verdict(1.0, "right.")
    return Verdict(0.0, f"with another start than {name} the gradient keeps its size better.")


def _judge_ratio(value: object, found: dict[str, float]) -> Verdict:
    """Compare the ratio of the best start; what is no number leaves the name alone."""
    right = best(found)
    look = "That belongs to another start."
    others = [Mistake(ratio, look, 0.5) for name, ratio in found.items() if name != right]
    question = Question(
        right=found[right],
        mistakes=[
            *others,
            Mistake(100 * found[right], "Give a factor, not percent.", 0.5),
            Mistake(
                1 / found[right], "Divide the gradient's size at the inputs by the pull's.", 0.5
            ),
            Mistake(found[right] ** 2, "That compares mean squares. Take the roots.", 0.5),
        ],
        praise="right.",
        hint="Divide the root of the mean square of the gradient at the inputs by the pull's.",
    )
    return judge_part(value, question)


register(
    Task(
        "05.pick_start",
        points=3,
        cases=cases,
        judge=judge,
        ask=ask,
        hints=(
            "Write a function that takes the bound of a start, sends the inputs through all layers "
            "and asks autograd for the gradient at the inputs.",
            "`inputs @ weights.T` gives the sums of a whole layer for all inputs at once, and what "
            "leaves one layer goes into the next. The gradient of `(values * pull).sum()` is what "
            "you want.",
            "Make the inputs require a gradient first, and use `torch.autograd.grad`. Compare the "
            "roots of the mean squares, for each of the four bounds. Nearest to 1 means by the "
            "smallest factor, so 2 is as far off as 0.5.",
        ),
        reasoning=(
            "Each layer multiplies the gradient by about the same factor, so after many layers "
            "even starts that differ by the root of 2 end far apart. Why the activation decides "
            "which of them is right is what task 4 asks."
        ),
    )
)
