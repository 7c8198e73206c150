"""Six units for "catch the impostor" in chapter 5."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F

from lessonlib.layers import ScaledTanh
from lessonlib.puzzles.drawing import draw_tables, mixed
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import draws, own_number

PURPOSE = "activations"
MOST = 7  # numbers at a time
LARGEST = 1000.0
HEIGHT, STEEPNESS = ScaledTanh.AMPLITUDE, ScaledTanh.SLOPE

_FAULTS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "plain tanh": torch.tanh,
    "another height": lambda a: 1.3 * torch.tanh(STEEPNESS * a),
    "another steepness": lambda a: HEIGHT * torch.tanh(0.4 * a),
    "rectifier": F.relu,
    "leaky rectifier": F.leaky_relu,
    "GELU": F.gelu,
    "clipped line": lambda a: a.clamp(-HEIGHT, HEIGHT),
}
ACTIVATION_FAULTS = tuple(_FAULTS)
"""What a unit may have in place of LeNet-5's squashing."""


def activation_boxes(number: int) -> LineUp:
    """Six units of one input with the same hidden weight and bias; five squash otherwise.

    They take one to seven numbers from -1,000 to 1,000, as a list, a tensor or an array, and show
    what comes out for each. `boxes(numbers, "slope")` shows how fast that grows with the number.

    Args:
        number: the learner's own; weight, bias and the faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    draw = draws(own_number(number), PURPOSE)
    weight = draw.choice([-2.0, -0.5, 0.5, 2.0])
    bias = draw.choice([-3.0, -2.0, 2.0, 3.0])
    dealt = dealt_activations(number)
    runs = {name: _run(_FAULTS.get(label, ScaledTanh()), weight, bias)
            for name, label in dealt.items()}  # fmt: skip
    return LineUp(runs, _draw)


def dealt_activations(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(ACTIVATION_FAULTS, number, PURPOSE)


def _run(squash: Callable[[Tensor], Tensor], weight: float, bias: float) -> Run:
    def run(numbers: Any, what: str = "value") -> Tensor:
        given = _numbers(numbers)
        if what not in ("value", "slope"):
            raise ValueError(f'a box shows its "value" or its "slope", got {what!r}')
        if what == "value":
            return squash(weight * given + bias)
        with torch.enable_grad():
            given.requires_grad_()
            return torch.autograd.grad(squash(weight * given + bias).sum(), given)[0]

    return run


def _numbers(given: Any) -> Tensor:
    """The learner's numbers, (n,) in float64; one number is a list of one.

    Raises:
        ValueError: something else; says what a box takes.
    """
    try:
        numbers = torch.as_tensor(given, dtype=torch.float64).detach().to("cpu", copy=True)
    except (TypeError, ValueError, RuntimeError):
        numbers = torch.empty(0)
    numbers = numbers.reshape(1) if numbers.ndim == 0 else numbers
    if numbers.ndim != 1 or not 1 <= len(numbers) <= MOST:
        got = f"got a shape of {tuple(numbers.shape)}" if numbers.numel() else "got none"
        raise ValueError(f"a box takes one to {MOST} numbers, such as [-1, 0, 1], {got}")
    if not (numbers.abs() <= LARGEST).all():
        raise ValueError(f"a box takes numbers from -{LARGEST:,.0f} to {LARGEST:,.0f}")
    return numbers


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Figure:
    boxes = {f"box {name}": out[name][None] for name in mixed(list(out))}
    return draw_tables(boxes, title="What comes out, in the order of your numbers", columns=1)
