"""Chapter 12: the update as AlexNet's paper prints it, and how PyTorch's leaves it."""

import random
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Optimizer

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.reading import as_tensor, describe
from lessonlib.checks.result import AnswerError
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.gradients import uniform
from lessonlib.checks.tasks.shared_kernel import signed
from lessonlib.training.sgd_2012 import SGD2012

# One update


def updated(w: Tensor, v: Tensor, g: Tensor, rate: float, momentum: float, decay: float) -> Tensor:
    """(2, n): weights and steps after one update, Krizhevsky et al. 2012, sec. 5."""
    step = momentum * v - decay * rate * w - rate * g
    return torch.stack([w + step, step])


def _with(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Weights and steps where the step is `change` of all inputs."""

    def function(w: Tensor, v: Tensor, g: Tensor, *numbers: float) -> Tensor:
        step = change(w, v, g, *numbers)
        return torch.stack([w + step, step])

    return function


def _pytorch(w: Tensor, v: Tensor, g: Tensor, rate: float, momentum: float, decay: float) -> Tensor:
    step = momentum * v + g + decay * w
    return torch.stack([w - rate * step, step])


UPDATE_MISTAKES = (
    Mistake(_pytorch, "That is PyTorch's rule. Where is the rate in the paper's?", 0.5),
    Mistake(_with(lambda w, v, g, e, m, d: m * v + d * e * w + e * g), "Nearly. Which way does the "
            "loss fall, and which way does decay pull?", 0.5),
    Mistake(_with(lambda w, v, g, e, m, d: m * v + d * e * w - e * g), "Nearly. Which way does "
            "decay pull a weight?", 0.5),
    Mistake(_with(lambda w, v, g, e, m, d: m * v - d * w - e * g), "Nearly. Is the decay as strong "
            "at any rate?", 0.5),
    Mistake(_with(lambda w, v, g, e, m, d: m * v - e * g), "Nearly: what does the decay do?", 0.5),
    Mistake(_with(lambda w, v, g, e, m, d: -d * e * w - e * g), "Nearly: where is the step before "
            "this one?", 0.5),
    Mistake(_with(lambda w, v, g, e, m, d: m * (v - d * e * w - e * g)), "Nearly. What is "
            "multiplied by the momentum?", 0.5),
    Mistake(_with(lambda w, v, g, e, m, d: m * v - (1 - m) * e * (g + d * w)), "Nearly. Is the "
            "gradient's part smaller because of the momentum?", 0.5),
    Mistake(lambda *given: updated(*given).flip(0), "Nearly: which of the two comes first?", 0.75),
    Mistake(lambda w, v, g, e, m, d: torch.stack([w + v, m * v - d * e * w - e * g]), "Nearly. "
            "Which step moves the weights, the old one or the new one?", 0.5),
)  # fmt: skip


def two_rows(value: Any, case: Case) -> Tensor:
    """Read a pair of (n,) numbers as (2, n).

    Raises:
        AnswerError: it is something else.
    """
    if type(value) not in (tuple, list) or len(value) != 2:
        if value is None:
            as_tensor(value)
        raise AnswerError(
            f"your function returns {describe(value)}. It should return a pair, the new weights "
            f"and the new steps: write both after `return`, with a comma between."
        )
    rows, wanted = [as_tensor(row) for row in value], tuple(case.inputs[0].shape)
    for row, name in zip(rows, ("weights", "steps"), strict=True):
        if tuple(row.shape) != wanted:
            raise AnswerError(
                f"your {name} have the shape {tuple(row.shape)}. They should have {wanted}, one "
                f"number per weight."
            )
    return torch.stack(rows)


UPDATE = Function(
    form="update(w, v, g, rate, momentum, decay)",
    right=updated,
    mistakes=UPDATE_MISTAKES,
    praise="Weights and steps are those of the paper's rule.",
    read=two_rows,
    keeps_inputs=True,
)


def update_cases(seed: int) -> list[Case]:
    """Weights with steps and gradients of both signs, and decays that are large enough to show."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for count in (3, 5):
        w, v, g = (signed(draw, count) for _ in range(3))
        rate, momentum, decay = (
            round(low + uniform(draw, 1).item() * span, 2)
            for low, span in ((0.1, 0.2), (0.6, 0.3), (0.2, 0.3))
        )
        text = f"{count} weights, a rate of {rate:g}, momentum {momentum:g} and decay {decay:g}"
        cases.append(Case(text, (w, v, g, rate, momentum, decay)))
    return cases


# After a drop


def drop_cases(seed: int) -> list[Case]:
    """A gradient, two rates, steps before the drop, and steps after it."""
    draw = random.Random(seed)
    high = draw.choice((0.1, 0.2, 0.4))
    inputs = (draw.randint(2, 9), high, high / 10, draw.randint(15, 30), draw.randint(4, 9))
    return [Case(f"a drop from {high:g}", inputs)]


def ask_drop(case: Case) -> str:
    """The training whose weights are compared."""
    slope, high, low, before, after = case.inputs
    return (
        f"A single weight starts at 0, with momentum 0.9 and no decay, and its gradient is {slope} "
        f"in every step. It makes {before} steps at the rate {high:g} and then {after} steps at "
        f"the rate {low:g}. **How far apart** are the weight by the printed rule and the weight by "
        f"PyTorch's `SGD` in the end?"
    )


def drop_question(slope: int, high: float, low: float, before: int, after: int) -> Question:
    """How far the two rules get apart."""

    def ends(kind: type[Optimizer], steps: int = after) -> float:
        return _walk(kind, slope, high, low, before, steps)

    printed, pytorch = ends(SGD2012), ends(SGD)
    at_once = abs(ends(SGD2012, 1) - ends(SGD, 1))
    return Question(
        right=abs(printed - pytorch),
        mistakes=[
            Mistake(-abs(printed - pytorch), "How far apart is never below 0.", 0.75),
            Mistake(at_once, "That is one step after the drop. How many are there?", 0.5),
            Mistake(abs(printed), "That is how far one of the two has come. Where is the other?",
                    0.25),
            Mistake(abs(pytorch), "That is how far one of the two has come. Where is the other?",
                    0.25),
            Mistake(0.0, "They agree while the rate is the same. And after that?"),
        ],
        praise="The printed rule carries its speed over the drop.",
        hint="Let both rules walk, step by step, and take one end from the other.",
    )  # fmt: skip


def _walk(
    kind: type[Optimizer], slope: float, high: float, low: float, before: int, after: int
) -> float:
    """Where a weight ends that starts at 0."""
    weight = nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = kind([weight], lr=high, momentum=0.9)
    for step in range(before + after):
        optimizer.param_groups[0]["lr"] = high if step < before else low
        weight.grad = torch.full_like(weight, slope)
        optimizer.step()
    return weight.item()


register(
    Task(
        "12.update",
        points=2,
        cases=update_cases,
        run=as_function(),
        judge=UPDATE,
        hints=(
            "The rule has two lines: first the new step, from the old one, the decay and the "
            "gradient; then the weights.",
            "Of the three parts of the new step, two have the rate as a factor, and two are taken "
            "away.",
            "The new step is momentum times the old one, minus decay times rate times the weights, "
            "minus rate times gradient. The new weights are the old ones plus the new step.",
        ),
        reasoning=(
            "The step remembers where it came from at the speed of that time, because the rate is "
            "inside it. PyTorch multiplies by the rate last, so its memory has no speed."
        ),
    )
)
register(
    Task(
        "12.after_drop",
        points=2,
        cases=drop_cases,
        judge=number_judge(drop_question),
        ask=ask_drop,
        hints=(
            "Up to the drop, both weights are at the same place. What does each rule remember?",
            "Write a loop for each rule, with `w` and `v` as numbers. Your function of the task "
            "before serves for the printed one, with a decay of 0.",
            "PyTorch's rule is b = 0.9 b + g, then w = w - rate times b. Let both make all steps, "
            "with the rate of each step, and print the difference of the two weights at the end.",
        ),
        reasoning=(
            "After the drop the printed rule still makes long steps, each 0.9 times as long as the "
            "one before, until the new rate's own remain. PyTorch's steps are a tenth at once."
        ),
    )
)
