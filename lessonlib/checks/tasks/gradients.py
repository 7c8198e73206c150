"""The derivatives of one linear unit's loss: PyTorch's, common mistakes, and inputs.

The unit's sum is a = w x + b, its loss (a - t)**2 / 2. What belongs to the weights and to the bias
is laid end to end as one tensor (n + 1,), the bias last.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.reading import as_scalar, as_tensor, describe
from lessonlib.checks.result import AnswerError
from lessonlib.checks.rules import AUTOGRAD
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register


def join(weights: Tensor, bias: Tensor) -> Tensor:
    """(n,) and one number -> (n + 1,)."""
    return torch.cat([weights, bias.reshape(1)])


def slopes(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    """The loss's derivatives by autograd; the last one is a - t."""
    with torch.enable_grad():
        w, b = (part.detach().clone().requires_grad_() for part in (w, b))
        loss = F.mse_loss(w @ x + b, torch.tensor(t, dtype=x.dtype)) / 2
        return join(*torch.autograd.grad(loss, (w, b)))


def _bias(change: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """Right but for the bias' derivative, which is `change` of all derivatives and the bias."""

    def function(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
        right = slopes(x, w, b, t)
        return join(right[:-1], change(right, b))

    return function


def _times(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Right but for what each weight's derivative has in the pixel's place: `change` of x, w."""

    def function(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
        return join(change(x, w), torch.ones_like(x[:1])) * slopes(x, w, b, t)[-1]

    return function


def _from_loss(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    return join(x, torch.ones_like(x[:1])) * slopes(x, w, b, t)[-1] ** 2 / 2


def _without_error(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    return join(x, torch.ones_like(x[:1]))


def _absolute(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    return join(x, torch.ones_like(x[:1])) * slopes(x, w, b, t)[-1].abs()


def _summed(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The derivatives of a unit with another sum, `change` of x, w and b."""

    def function(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
        return join(x, torch.ones_like(x[:1])) * (change(x, w, b) - t)

    return function


_SIGN = (
    "Take a unit whose sum is too large. Does the loss grow or shrink when the bias grows a "
    "little, and what does your number for the bias say?"
)
_NUDGE = (
    "Measure one: let the bias grow by 0.001, and divide the change of the loss by 0.001. How "
    "does your number compare?"
)
_BOTTOM = "Where the sum is exactly t, the loss is at its lowest. What do your numbers say there?"
_WEIGHTS = "Nearly: the weights' part is right."
_PIXELS = "The bias' part is right."
GRADIENT_MISTAKES = (
    Mistake(lambda *unit: -slopes(*unit), f"Nearly. {_SIGN}", 0.5),
    Mistake(lambda *unit: 2 * slopes(*unit), f"Nearly. {_NUDGE}", 0.5),
    Mistake(lambda *unit: -2 * slopes(*unit), f"Two things differ. {_NUDGE} {_SIGN}", 0.25),
    Mistake(lambda x, w, b, t: slopes(x, w, 0 * b, t), "Nearly: what is the sum of a unit whose "
            "pixels are all 0?", 0.5),
    Mistake(lambda x, w, b, t: slopes(x, w, b, 0 * t), _BOTTOM, 0.25),
    Mistake(lambda x, w, b, t: slopes(x, w, b, -t), f"Nearly. {_BOTTOM}", 0.5),
    Mistake(_summed(lambda x, w, b: (w * x).mean() + b), "Nearly: take a unit of two equal pixels "
            "with equal weights. Is your sum that of one of them, or of both?", 0.5),
    Mistake(_absolute, "Nearly: right where the sum is too large. And where it is too small?", 0.5),
    Mistake(_bias(lambda right, b: 0 * b), f"{_WEIGHTS} Let the bias alone grow a little: does the "
            "loss stay as it is?", 0.5),
    Mistake(_bias(lambda right, b: torch.ones_like(b)), f"{_WEIGHTS} The bias' is how the *sum* "
            "grows with the bias. And the loss?", 0.5),
    Mistake(_bias(lambda right, b: right[-1] * b), f"{_WEIGHTS} Would the sum grow faster with "
            "the bias if the bias were larger already?", 0.5),
    Mistake(_bias(lambda right, b: right[:-1].sum()), f"{_WEIGHTS} The bias' is their sum. Do the "
            "pixels say how fast the sum grows with the bias?", 0.5),
    Mistake(_times(lambda x, w: x / len(x)), f"Nearly: {_PIXELS} Does the unit's sum change when "
            "pixels of 0 are added to the picture? And do your numbers?", 0.5),
    Mistake(_times(lambda x, w: torch.ones_like(x)), f"{_PIXELS} You give all weights the same: "
            "does the sum grow equally fast with each?", 0.25),
    Mistake(_times(lambda x, w: w), f"{_PIXELS} How fast does the sum grow with a weight: does "
            "that depend on the weight itself?", 0.25),
    Mistake(_from_loss, "You multiply by the loss. How fast does the loss grow when the sum "
            "grows? That is another number.", 0.25),
    Mistake(_without_error, "That is how the *sum* grows with each weight. How does the loss grow "
            "with the sum?", 0.25),
)  # fmt: skip


def pair(first: str, second: str) -> Callable[[Any, Case], Tensor]:
    """Read a pair of (n,) numbers and one number, laid end to end."""

    def read(value: Any, case: Case) -> Tensor:
        expected = tuple(case.inputs[1].shape)
        if value is not None and (type(value) not in (tuple, list) or len(value) != 2):
            raise AnswerError(
                f"your function returns {describe(value)}. It should return a pair, {first} and "
                f"{second}: write both after `return`, with a comma between."
            )
        weights, bias = as_tensor(value and value[0]), as_scalar(value and value[1])
        if tuple(weights.shape) != expected:
            raise AnswerError(
                f"your pair begins with the shape {tuple(weights.shape)}. It should be {expected}, "
                f"{first}."
            )
        return join(weights, bias)

    return read


GRADIENT = Function(
    form="gradient(x, w, b, t)",
    right=slopes,
    mistakes=GRADIENT_MISTAKES,
    praise="The same numbers as autograd's, for units of three sizes.",
    read=pair("the weights' derivatives", "the bias'"),
    rule="The task is to work the derivatives out yourself, without autograd.",
    keeps_inputs=True,
)


def gradient_cases(seed: int) -> list[Case]:
    """Units of three sizes with one dark pixel each; sums too large and sums too small."""
    draw = torch.Generator().manual_seed(seed)
    sign = _sign(draw, 1).item()
    cases = []
    for low, high in ((4, 5), (5, 10), (2, 4)):
        pixels = int(torch.randint(low, high, (), generator=draw))
        x = 0.2 + 0.8 * uniform(draw, pixels)
        x[int(torch.randint(pixels, (), generator=draw))] = 0
        w = _sign(draw, pixels) * (0.5 + 1.5 * uniform(draw, pixels))
        b = (_sign(draw, 1) * (0.3 + 0.5 * uniform(draw, 1))).reshape(())
        error = sign * (1.2 + 0.6 * uniform(draw, 1).item())  # never near 0, 1, 2 or the loss
        cases.append(Case(f"{pixels} pixels", (x, w, b, (w @ x + b).item() - error)))
        sign = -sign
    return cases


def uniform(draw: torch.Generator, count: int) -> Tensor:
    """Numbers from 0 to 1, in float64."""
    return torch.rand(count, generator=draw, dtype=torch.float64)


def _sign(draw: torch.Generator, count: int) -> Tensor:
    return 2 * torch.randint(2, (count,), generator=draw).double() - 1


register(
    Task(
        "00.gradient",
        points=4,
        cases=gradient_cases,
        run=as_function(excluded=AUTOGRAD),
        judge=GRADIENT,
        hints=(
            "Let the unit's sum grow by a tiny amount. By how much does the loss grow, per unit "
            "of the sum?",
            "Take the chain rule in two parts: how fast the loss grows with the sum, and how fast "
            "the sum grows with one weight. Then ask the same about the bias.",
            "Compute the sum first, and how far it is above t. That difference is how fast the "
            "loss grows with the sum. Each weight's derivative is this difference times what the "
            "weight is multiplied by. And what is the bias multiplied by?",
        ),
        reasoning=(
            "The loss grows by a - t per unit of the sum, because it is half the square of that "
            "difference. The sum grows by x per unit of a weight and by 1 per unit of the bias. "
            "The chain rule multiplies the two, so a pixel of 0 leaves its weight where it is."
        ),
    )
)
