"""Chapter 7: slope and curvature of a shared kernel, by hand.

A kernel of k weights moves over n inputs. At place i its sum is w_1 x_i + ... + w_k x_(i+k-1).
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.reading import as_tensor, describe
from lessonlib.checks.result import AnswerError
from lessonlib.checks.rules import AUTOGRAD
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.gradients import uniform

# Sums over the places


def _over_places(x: Tensor, values: Tensor) -> Tensor:
    """(n,) and (places,) -> (k,): for each weight, its inputs times the values, summed."""
    return F.conv1d(x[None, None], values[None, None])[0, 0]


def _windows(x: Tensor, values: Tensor) -> Tensor:
    """(places, k) inputs of each place."""
    return x.unfold(0, len(x) - len(values) + 1, 1)


def sums(x: Tensor, slopes: Tensor, curvatures: Tensor) -> Tensor:
    """(2, k): the loss's slopes along the weights, and the curvatures by Gauss and Newton.

    LeCun et al. 1998, appendix C: a shared weight adds up over all places where it is used.
    """
    return torch.stack([_over_places(x, slopes), _over_places(x.square(), curvatures)])


def _other_curvature(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Right slopes, and another curvature: `change` of x, slopes and curvatures."""
    return lambda x, s, c: torch.stack([_over_places(x, s), change(x, s, c)])


def _other_slope(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Right curvatures, and another slope: `change` of x and slopes."""
    return lambda x, s, c: torch.stack([change(x, s), _over_places(x.square(), c)])


def _first_place(x: Tensor, slopes: Tensor, curvatures: Tensor) -> Tensor:
    inputs = _windows(x, slopes)[0]
    return torch.stack([inputs * slopes[0], inputs.square() * curvatures[0]])


def _without_slopes(x: Tensor, slopes: Tensor) -> Tensor:
    return _windows(x, slopes).sum(0)


def _without_inputs(x: Tensor, slopes: Tensor) -> Tensor:
    return slopes.sum().expand(len(x) - len(slopes) + 1)


_SLOPES = "Your slopes are right."
_CURVED = "Your curvatures are right."
SUM_MISTAKES = (
    Mistake(lambda x, s, c: sums(x, s, c) / len(s), "Nearly. If the kernel were used at twice as "
            "many places, each alike, would the loss grow as fast with a weight, or faster?", 0.5),
    Mistake(lambda x, s, c: sums(x, s, c).flip(1), "Nearly: your numbers are in the wrong order. "
            "Which input does the first weight meet at the first place?", 0.5),
    Mistake(_first_place, "That is the first place alone. At how many places is the kernel used?",
            0.25),
    Mistake(lambda x, s, c: sums(x, s, c).flip(0), "Nearly: which of the two comes first?", 0.75),
    Mistake(_other_curvature(lambda x, s, c: _over_places(x, c)), f"{_SLOPES} Let an input be "
            "turned from 1 to -1. Does the loss curve the other way along its weight?", 0.5),
    Mistake(_other_curvature(lambda x, s, c: _over_places(x, s).square()), f"{_SLOPES} Does your "
            "function use the curvatures that it gets?", 0.5),
    Mistake(_other_curvature(lambda x, s, c: _over_places(x.square(), s.square())), f"{_SLOPES} "
            "Does your function use the curvatures that it gets?", 0.5),
    Mistake(_other_curvature(lambda x, s, c: _over_places(x, c).square()), f"{_SLOPES} Square "
            "first, or add first? Each place has a term of its own.", 0.5),
    Mistake(_other_curvature(lambda x, s, c: _over_places(x.square(), c.square())), f"{_SLOPES} "
            "What is squared in a place's term: the input, or the curvature, too?", 0.5),
    Mistake(_other_curvature(lambda x, s, c: _over_places(x.square(), c) / len(c)), f"{_SLOPES} "
            "The curvatures of the places add up like the slopes. Do you average them?", 0.5),
    Mistake(_other_slope(_without_inputs), f"{_CURVED} You give all weights the same slope: do "
            "they all meet the same inputs?", 0.25),
    Mistake(_other_slope(_without_slopes), f"{_CURVED} How fast does the loss grow with each sum? "
            "Your slopes leave that out.", 0.25),
    Mistake(_other_slope(lambda x, s: -_over_places(x, s)), f"{_CURVED} Your slopes have the sign "
            "of the step. Which way does the loss grow?", 0.5),
)  # fmt: skip


def two_rows(value: Any, case: Case) -> Tensor:
    """Read a pair of (k,) numbers as (2, k).

    Raises:
        AnswerError: it is something else.
    """
    x, slopes, _ = case.inputs
    weights = (len(x) - len(slopes) + 1,)
    is_pair = type(value) in (tuple, list) and len(value) == 2
    if not is_pair and not (isinstance(value, Tensor) and len(value.shape) == 2):
        if value is None:
            as_tensor(value)
        raise AnswerError(
            f"your function returns {describe(value)}. It should return a pair, the slopes and the "
            f"curvatures: write both after `return`, with a comma between."
        )
    rows = [as_tensor(row) for row in value]
    for row, name in zip(rows, ("slopes", "curvatures"), strict=False):
        if tuple(row.shape) != weights:
            raise AnswerError(
                f"your {name} have the shape {tuple(row.shape)}. They should have {weights}, one "
                f"number per weight of the kernel."
            )
    return torch.stack(rows)


SHARED = Function(
    form="shared(x, slopes, curvatures)",
    right=sums,
    mistakes=SUM_MISTAKES,
    praise="The same numbers as PyTorch's convolutions give, for kernels of three sizes.",
    read=two_rows,
    rule="The task is to add up yourself, without autograd.",
    keeps_inputs=True,
)


def kernel_cases(seed: int) -> list[Case]:
    """Kernels of three sizes, with slopes of both signs and curvatures that are never negative."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for weights, places in ((2, 3), (3, 5), (4, int(torch.randint(6, 9, (), generator=draw)))):
        x = signed(draw, weights + places - 1)
        slopes, curvatures = signed(draw, places), 0.2 + 1.5 * uniform(draw, places)
        cases.append(Case(f"{weights} weights at {places} places", (x, slopes, curvatures)))
    return cases


def signed(draw: torch.Generator, count: int) -> Tensor:
    """Numbers of either sign, from 0.3 to 1.6 in size."""
    sign = 2 * torch.randint(2, (count,), generator=draw).double() - 1
    return sign * (0.3 + 1.3 * uniform(draw, count))


register(
    Task(
        "07.shared",
        points=4,
        cases=kernel_cases,
        run=as_function(excluded=AUTOGRAD),
        judge=SHARED,
        hints=(
            "Take a kernel of one weight first. It meets a single input at each place. How fast "
            "does the loss grow with it?",
            "At each place the sum grows by the input per unit of the weight, so the loss grows "
            "by slope times input. The curvature of a place goes with the square of the input. "
            "Then add up over the places.",
            "Weight m meets input i + m at place i. So for weight m take the inputs from m on, as "
            "many as there are places: `x[m : m + len(slopes)]`. Multiply by the slopes and add "
            "up; for the curvature square the inputs first.",
        ),
        reasoning=(
            "A shared weight acts through all places at once, so what the places say of it adds "
            "up. The loss curves along a weight by the curvature along the sum times the square "
            "of the input: twice for the two steps of the chain rule. That it leaves out how the "
            "places act on each other is what makes it an estimate."
        ),
    )
)
