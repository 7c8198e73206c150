"""Subsampling as learners write it: the library's own, common mistakes, and inputs."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.reading import as_scalar
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.layers import AverageSubsample, ScaledTanh, Subsample
from lessonlib.models import LeNet5, layer_table


def _subsampling(
    layer: type[Subsample], squash: Callable[[Tensor], Tensor]
) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """A function of (maps, coefficient, bias) made of the library's parts."""

    @torch.no_grad()
    def function(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
        subsample = layer(len(maps))
        subsample.weight.copy_(coefficient)
        subsample.bias.copy_(bias)
        return squash(subsample(maps[None]))[0]

    return function


_SQUASH = ScaledTanh()
_S2 = _subsampling(Subsample, _SQUASH)
_SUM = _subsampling(Subsample, lambda a: a)


def _bias_outside(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    return _S2(maps, coefficient, 0 * bias) + bias[:, None, None]


def _bias_in_the_sum(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    return _S2(maps, coefficient, coefficient * bias)


def _bias_four_times(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    return _S2(maps, coefficient, 4 * bias)


def _one_pair_for_all(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    return _S2(maps, coefficient[:1].expand_as(coefficient), bias[:1].expand_as(bias))


def _largest(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    peaks = F.max_pool2d(maps, 2)
    return _SQUASH(peaks * coefficient[:, None, None] + bias[:, None, None])


def _no_coefficient(maps: Tensor, coefficient: Tensor, bias: Tensor) -> Tensor:
    return _S2(maps, torch.ones_like(coefficient), bias)


_AVERAGED = "what does the paper do with the four values of a window?"
_TANH = "what does your squashing give at 1, and what does the paper's give?"
_PLAIN, _TALL, _FLAT = torch.tanh, lambda a: 1.7159 * torch.tanh(a), lambda a: torch.tanh(2 / 3 * a)
SUBSAMPLE_MISTAKES = (
    Mistake(_subsampling(AverageSubsample, _SQUASH), f"Nearly: {_AVERAGED}", 0.5),
    Mistake(_SUM, "Nearly: some of your values are outside the range of a unit of LeNet-5. What "
            "comes last in S2?", 0.5),
    *(Mistake(_subsampling(Subsample, squash), f"Nearly: {_TANH}", 0.75)
      for squash in (_PLAIN, _TALL, _FLAT)),
    Mistake(_bias_outside, "Nearly: what is squashed, with the bias or without it?", 0.5),
    Mistake(_bias_in_the_sum, "Nearly: is the bias multiplied by the coefficient?", 0.5),
    Mistake(_bias_four_times, "Nearly: how often is the bias added for one window?", 0.5),
    Mistake(lambda maps, w, b: _S2(maps, w, 0 * b), "Nearly: is the bias there?", 0.5),
    Mistake(_no_coefficient, "Nearly: what is the sum multiplied by, before the bias comes to it?",
            0.5),
    Mistake(_one_pair_for_all, "Nearly: the first map is right. Does each map have a coefficient "
            "and a bias of its own?", 0.5),
    Mistake(_largest, "You take one value of each window, the largest. What does the paper do "
            "with the four?", 0.25),
    Mistake(_subsampling(AverageSubsample, lambda a: a), "You squash nothing. And "
            f"{_AVERAGED}", 0.25),
    *(Mistake(_subsampling(AverageSubsample, squash), f"Two things differ from the paper: "
              f"{_AVERAGED} And {_TANH}", 0.25) for squash in (_PLAIN, _TALL, _FLAT)),
)  # fmt: skip


def _shape_hint(given: tuple[int, ...], right: tuple[int, ...]) -> str:
    if len(given) != len(right):
        return "Return as many maps as you get, each with rows and columns."
    if given[0] != right[0]:
        return f"Your function gets {right[0]} maps: does it return each of them?"
    for side, name, wanted in zip(given[1:], ("high", "wide"), right[1:], strict=True):
        said = f"Your map is {side} {name}, not {wanted}."
        if side == wanted - 1:
            return f"{said} Did you count the last window?"
        if side in (2 * wanted - 1, 2 * wanted):
            return f"{said} Do your windows overlap?"
        if side != wanted:
            return f"{said} How far is it from one window to the next?"
    return ""


SUBSAMPLE = Function(
    form="subsample(maps, coefficient, bias)",
    right=_S2,
    mistakes=SUBSAMPLE_MISTAKES,
    praise="The same numbers as the library's S2 with its squashing, for maps of two sizes.",
    shape_hint=_shape_hint,
    keeps_inputs=True,
)


def subsample_cases(seed: int) -> list[Case]:
    """Maps as S2 sees them in LeNet-5, and others that are wider than high."""
    draw = torch.Generator().manual_seed(seed)
    others = [int(torch.randint(2, 6, (), generator=draw)) for _ in range(2)]
    sizes = [layer_table(LeNet5())["c1"].shape, (others[0] + 1, 2 * others[1], 2 * others[1] + 4)]
    cases = []
    for maps, height, width in sizes:
        values = 3 * _uniform(draw, maps, height, width) - 1.5
        coefficient = 0.4 + 0.6 * _uniform(draw, maps)
        bias = _uniform(draw, maps) - 1.2
        text = f"{maps} maps of {height}x{width}"
        cases.append(Case(text, (values, coefficient, bias)))
    return cases


def _uniform(draw: torch.Generator, *shape: int) -> Tensor:
    return torch.rand(shape, generator=draw, dtype=torch.float32)


@torch.no_grad()
def _average_coefficient(coefficient: float, side: int) -> Tensor:
    """What multiplies averages to the same effect: measured on the library's two poolings."""
    ones = torch.ones(1, 1, side, side, dtype=torch.float64)
    sums = coefficient * F.avg_pool2d(ones, side, divisor_override=1)
    return (sums / F.avg_pool2d(ones, side)).reshape(())


def _number(function: Callable[[float, int], float]) -> Callable[[float, int], Tensor]:
    return lambda c, side: torch.tensor(function(c, side), dtype=torch.float64)


AVERAGE_COEFFICIENT = Function(
    form="average_coefficient(coefficient, side)",
    right=_average_coefficient,
    mistakes=[
        Mistake(_number(lambda c, side: c / side**2), "You divide. Is an average larger than its "
                "sum, or smaller? Which coefficient makes up for that?"),
        Mistake(_number(lambda c, side: c), "You return the same coefficient, so the layer that "
                "averages would give smaller values. By how much?"),
        Mistake(_number(lambda c, side: side * c), "How many values does an average of one window "
                "divide by?"),
        Mistake(_number(lambda c, side: 4 * c), "Right for windows of 2x2. And for others?", 0.5),
        Mistake(_number(lambda c, side: side**4 * c), "How many values does an average of one "
                "window divide by?"),
    ],
    read=lambda value, case: as_scalar(value),
    praise="With it, a layer that averages computes the same function as one that adds.",
)  # fmt: skip


def coefficient_cases(seed: int) -> list[Case]:
    """Three coefficients, one of them negative, for windows of three sizes, one of them 2x2."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for sign, side in ((1, 2), (-1, 3), (1, int(torch.randint(4, 7, (), generator=draw)))):
        c = sign * round(0.2 + _uniform(draw).item(), 2)
        cases.append(Case(f"a coefficient of {c:g} and windows of {side}x{side}", (c, side)))
    return cases


register(
    Task(
        "03.subsample",
        points=4,
        cases=subsample_cases,
        run=as_function(),
        judge=SUBSAMPLE,
        hints=(
            "Compute one unit by hand before you write code. You have four values, a coefficient "
            "and a bias: in which order does the paper use them?",
            "First the sum, then the coefficient, then the bias, and the squashing last. It is "
            "not plain tanh: chapter 3 has its two constants. Each map has a coefficient and a "
            "bias of its own.",
            "Every second row and every second column, beginning at 0 or at 1, makes four smaller "
            "maps, one for each corner of the windows, and these can be added. Give the "
            "coefficient and the bias two more axes, so that each meets its own map.",
        ),
        reasoning=(
            "The sum collects what four neighbours say. The coefficient decides how strongly it "
            "counts and the bias from where on, one pair per map; the squashing brings the result "
            "back into the range of all units. Only the coefficient and the bias are trained: two "
            "numbers per map."
        ),
    )
)
register(
    Task(
        "03.average_coefficient",
        points=2,
        cases=coefficient_cases,
        run=as_function(),
        judge=AVERAGE_COEFFICIENT,
        hints=(
            "Take a window full of ones. What is its sum, and what is its average?",
            "By how much is the average smaller than the sum? Try windows of more than one size "
            "before you decide.",
            "An average divides the sum by the number of values in the window. The coefficient "
            "has to undo just that. How many values does a window of a given side hold?",
        ),
        reasoning=(
            "The average is smaller than the sum by the number of values in a window, and the "
            "larger coefficient makes up for it. The two layers compute the same function, but "
            "training begins and moves differently: the same step of the coefficient of an "
            "average changes the function less."
        ),
    )
)
