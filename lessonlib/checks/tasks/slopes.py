"""Chapter 5: the slope of the scaled tanh, from its value."""

import torch
from torch import Tensor

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.reading import as_tensor
from lessonlib.checks.rules import AUTOGRAD
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.layers import ScaledTanh

A, S = ScaledTanh.AMPLITUDE, ScaledTanh.SLOPE


def slope(value: Tensor) -> Tensor:
    """The slope where the scaled tanh has this value, by autograd."""
    with torch.enable_grad():
        a = (torch.atanh(value / A) / S).requires_grad_()
        return torch.autograd.grad(ScaledTanh()(a).sum(), a)[0]


SLOPE = Function(
    form="slope(value)",
    right=slope,
    mistakes=[
        Mistake(lambda y: 1 - y**2, "That is the slope of the plain tanh. At the value 0, the "
                "scaled one is steeper than 1.", 0.25),
        Mistake(lambda y: 1 - (y / A) ** 2, "The form is right. How steep is the function at the "
                "value 0?", 0.5),
        Mistake(lambda y: S * (1 - (y / A) ** 2), "Nearly: at the value 0, compare with A times "
                "S.", 0.5),
        Mistake(lambda y: A * (1 - (y / A) ** 2), "Nearly: at the value 0, compare with A times S. "
                "What does the chain rule add?", 0.5),
        Mistake(lambda y: A * S * (1 - y**2), "Nearly: where does the slope become 0? The value "
                "goes up to A there, not to 1.", 0.5),
        Mistake(lambda y: S * (1 - y**2), "Where does the slope become 0, and how steep is the "
                "function at the value 0?", 0.25),
        Mistake(lambda y: S * (A**2 - y**2), "Nearly: one factor A too many. Compare with A times "
                "S at the value 0.", 0.5),
        Mistake(lambda y: A**2 - y**2, "The form is right. How steep is the function at the value "
                "0?", 0.25),
        Mistake(lambda y: A * S * (1 - torch.tanh(S * y) ** 2), "That is right where `value` is "
                "the input `a`. Here it is what comes out, f(a).", 0.25),
        Mistake(lambda y: A * S * (1 - torch.tanh(y) ** 2), "Here `value` is what comes out "
                "already: is it squashed a second time?", 0.25),
        Mistake(lambda y: A * S * (1 - y / A), "Nearly: should the slope be the same for a value "
                "and for minus that value?", 0.5),
        Mistake(lambda y: A * S * (1 - y.abs() / A), "Nearly: right at the value 0 and at A. In "
                "between, try a value of 1.", 0.5),
        Mistake(lambda y: A * S * torch.ones_like(y), "That is the slope at the value 0. Is it the "
                "same everywhere?", 0.25),
        Mistake(lambda y: -slope(y), "Does the function fall anywhere?", 0.5),
    ],
    praise="No tanh is needed any more: the value alone is enough.",
    read=lambda value, case: as_tensor(value),
    rule="Work the slope out yourself, without autograd.",
    keeps_inputs=True,
)  # fmt: skip


def cases(seed: int) -> list[Case]:
    """Values of the function: a list of some, and a map of them."""
    draw = torch.Generator().manual_seed(seed)

    def values(*shape: int) -> Tensor:
        even = torch.rand(shape, generator=draw, dtype=torch.float64)
        return (2 * even - 1) * 1.68

    return [Case("seven values", (values(7),)), Case("a map of 5x4 values", (values(5, 4),))]


register(
    Task(
        "05.slope",
        points=3,
        cases=cases,
        run=as_function(excluded=AUTOGRAD),
        judge=SLOPE,
        hints=(
            "What is the derivative of the plain tanh, written with tanh itself?",
            "Differentiate A tanh(S a) by the chain rule. Then look for a place where tanh(S a) "
            "stands, and say it with the value A tanh(S a).",
            "Test your formula where you know the slope: at the value 0 it has to be A times S, "
            "and at the values A and minus A it has to be 0.",
        ),
        reasoning=(
            "The derivative of tanh is 1 minus its square, and the square follows from the value "
            "by a division by A. So a network that has kept its values from the way up needs no "
            "tanh on the way down."
        ),
    )
)
