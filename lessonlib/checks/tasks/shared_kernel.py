"""Chapter 7: slope and curvature of a shared kernel, and one update of 1998, by hand.

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
        x = _signed(draw, weights + places - 1)
        slopes, curvatures = _signed(draw, places), 0.2 + 1.5 * _uniform(draw, places)
        cases.append(Case(f"{weights} weights at {places} places", (x, slopes, curvatures)))
    return cases


def _uniform(draw: torch.Generator, count: int) -> Tensor:
    return torch.rand(count, generator=draw, dtype=torch.float64)


def _signed(draw: torch.Generator, count: int) -> Tensor:
    """Numbers of either sign, from 0.3 to 1.6 in size."""
    sign = 2 * torch.randint(2, (count,), generator=draw).double() - 1
    return sign * (0.3 + 1.3 * _uniform(draw, count))


# One update


def updated(w: Tensor, slope: Tensor, curvature: Tensor, eta: float, mu: float) -> Tensor:
    """The weights after one update: LeCun et al. 1998, sec. III.B and appendix C."""
    return torch.addcdiv(w, slope, mu + curvature, value=-eta)


def _by(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The weights less `change` of slope, curvature, eta and mu."""
    return lambda w, g, h, eta, mu: w - change(g, h, eta, mu)


_OWN = "Does each weight have a step size of its own with your numbers?"
UPDATE_MISTAKES = (
    Mistake(_by(lambda g, h, eta, mu: -eta / (mu + h) * g), "Nearly. Which way does the loss fall?",
            0.5),
    Mistake(_by(lambda g, h, eta, mu: eta * g), f"That is plain gradient descent. {_OWN}", 0.25),
    Mistake(_by(lambda g, h, eta, mu: eta / mu * g), f"Every direction is flat to you. {_OWN}",
            0.25),
    Mistake(_by(lambda g, h, eta, mu: eta / h * g), "Nearly. What keeps the step from growing "
            "beyond all bounds where the curvature is 0?", 0.5),
    Mistake(_by(lambda g, h, eta, mu: (eta / mu + h) * g), "Nearly: which of the two is computed "
            "first, the division or the sum? Brackets help.", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta * (mu + h) * g), "Nearly. Are your steps longer where "
            "the loss curves more, or shorter?", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta / (mu * h) * g), "Nearly. mu and the curvature stand "
            "below the line together. How?", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta / (mu + h).sqrt() * g), "Nearly. Is there a root in the "
            "step size of 1998?", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta / (mu + h.mean()) * g), f"Nearly. {_OWN}", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta / (mu + h)), "That is the step size. What is it "
            "multiplied by?", 0.25),
    Mistake(_by(lambda g, h, eta, mu: g / (mu + h)), "Nearly: the pass's eta is missing.", 0.5),
    *(Mistake(lambda w, g, h, eta, mu, sign=sign: sign * eta / (mu + h) * g, "That is how far the "
              "weights move. Where do they arrive?", 0.25) for sign in (1, -1)),
    Mistake(lambda w, g, h, eta, mu: w, "These are the weights that your function got. What does "
            "the update change?"),
)  # fmt: skip


UPDATE = Function(
    form="update(w, slope, curvature, eta, mu)",
    right=updated,
    mistakes=UPDATE_MISTAKES,
    praise="The weights arrive where one update of 1998 brings them.",
    keeps_inputs=True,
)


def update_cases(seed: int) -> list[Case]:
    """Weights with curvatures between a little and a lot; eta and mu other than the paper's."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for count in (3, 5):
        w, slope = _signed(draw, count), _signed(draw, count)
        curvature = 0.1 + 1.5 * _uniform(draw, count)
        eta, mu = (round(low + _uniform(draw, 1).item() * span, 2)
                   for low, span in ((0.3, 0.3), (0.2, 0.3)))  # fmt: skip
        text = f"{count} weights, eta = {eta:g} and mu = {mu:g}"
        cases.append(Case(text, (w, slope, curvature, eta, mu)))
    return cases


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
register(
    Task(
        "07.update",
        points=2,
        cases=update_cases,
        run=as_function(),
        judge=UPDATE,
        hints=(
            "A step goes against the slope. Its length is another one for each weight: what makes "
            "it shorter?",
            "Below the line are mu and the weight's own curvature, added up; above it is eta.",
            "First the step sizes of all weights, with brackets around the sum below the line. "
            "Then take step size times slope away from the weights, and return new numbers.",
        ),
        reasoning=(
            "Where the loss curves strongly, a long step would overshoot, so the weight takes a "
            "short one; where it is flat, mu keeps the step finite. It is Newton's method along "
            "each weight alone, damped by mu and slowed by eta."
        ),
    )
)
