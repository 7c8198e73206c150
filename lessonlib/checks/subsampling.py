"""Subsampling as learners write it: the library's own, common mistakes, and inputs."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.attempt import Case
from lessonlib.checks.compare import Mistake, Task
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


SUBSAMPLE_MISTAKES = (
    Mistake(_subsampling(AverageSubsample, _SQUASH), "Nearly: your values are those of averages. "
            "What does the paper do with the four values of a window?", 0.5),
    Mistake(_SUM, "Nearly: some of your values lie outside the range of a unit of LeNet-5. What "
            "comes last in S2?", 0.5),
    Mistake(_subsampling(Subsample, torch.tanh), "Nearly: your squashing gives 0.76 at 1, and the "
            "paper's gives 1. Which tanh is the paper's?", 0.75),
    Mistake(_bias_outside, "Nearly: what is squashed, with the bias or without it?", 0.5),
    Mistake(_bias_in_the_sum, "Nearly: is the bias multiplied by the coefficient?", 0.5),
    Mistake(_bias_four_times, "Nearly: how often is the bias added for one window?", 0.5),
    Mistake(lambda maps, w, b: _S2(maps, w, 0 * b), "Nearly: is the bias there?", 0.5),
    Mistake(_one_pair_for_all, "Nearly: the first map is right. Does each map have a coefficient "
            "and a bias of its own?", 0.5),
    Mistake(_largest, "You take one value of each window, the largest. What does the paper do "
            "with the four?", 0.25),
    Mistake(_subsampling(AverageSubsample, lambda a: a), "You average, and squash nothing. What "
            "does the paper do with the four values, and what comes last?", 0.25),
    Mistake(_subsampling(AverageSubsample, torch.tanh), "Two things differ from the paper: what is "
            "done with the four values, and which tanh it is.", 0.25),
)  # fmt: skip


def _shape_hint(came: tuple[int, ...], right: tuple[int, ...]) -> str:
    if len(came) != len(right):
        return "As many maps leave as come in, each with rows and columns."
    if came[0] != right[0]:
        return f"{right[0]} maps came in: does each of them leave?"
    for side, name, wanted in zip(came[1:], ("high", "wide"), right[1:], strict=True):
        said = f"Your map is {side} {name}, expected {wanted}"
        if side == wanted - 1:
            return f"{said}: is the last window counted?"
        if side in (2 * wanted - 1, 2 * wanted):
            return f"{said}: do your windows overlap?"
        if side != wanted:
            return f"{said}: how far is it from one window to the next?"
    return ""


SUBSAMPLE = Task(
    form="subsample(maps, coefficient, bias)",
    right=_S2,
    mistakes=SUBSAMPLE_MISTAKES,
    shape_hint=_shape_hint,
)


def subsample_cases(seed: int) -> list[Case]:
    """Maps as S2 sees them in LeNet-5, and others that are wider than high."""
    draw = torch.Generator().manual_seed(seed)
    others = [int(torch.randint(2, 6, (), generator=draw)) for _ in range(2)]
    sizes = [layer_table(LeNet5())["c1"].shape, (others[0] + 1, 2 * others[1], 2 * others[1] + 4)]
    cases = []
    for maps, height, width in sizes:
        values = 3 * torch.rand(maps, height, width, generator=draw) - 1.5
        coefficient = 0.4 + 0.6 * torch.rand(maps, generator=draw)
        bias = torch.rand(maps, generator=draw) - 1.2
        text = f"{maps} maps of {height}x{width}"
        cases.append(Case(text, (values, coefficient, bias)))
    return cases


@torch.no_grad()
def _average_coefficient(coefficient: float) -> Tensor:
    """What multiplies averages to the same effect: measured on the two layers."""
    ones = torch.ones(1, 1, 2, 2, dtype=torch.float64)
    sums, averages = Subsample(1, coefficient).double(), AverageSubsample(1).double()
    return (sums(ones) / averages(ones)).reshape(())


AVERAGE_COEFFICIENT = Task(
    form="average_coefficient(coefficient)",
    right=_average_coefficient,
    mistakes=[
        Mistake(lambda c: torch.tensor(c / 4), "You divide. Is an average larger than its sum, or "
                "smaller? Which coefficient makes up for that?"),
        Mistake(lambda c: torch.tensor(c), "That is the same coefficient, so the layer that "
                "averages would give smaller values. By how much?"),
        Mistake(lambda c: torch.tensor(2 * c), "Two is the side of a window. How many values does "
                "an average divide by?"),
        Mistake(lambda c: torch.tensor(16 * c), "How many values does an average of one window "
                "divide by?"),
    ],
)  # fmt: skip


def coefficient_cases(seed: int) -> list[Case]:
    """Three coefficients, one of them negative."""
    draw = torch.Generator().manual_seed(seed)
    drawn = (torch.rand(3, generator=draw) + 0.2) * torch.tensor([1.0, -1.0, 1.0])
    coefficients = [round(value, 2) for value in drawn.tolist()]
    return [Case(f"a coefficient of {c:g}", (c,)) for c in coefficients]
