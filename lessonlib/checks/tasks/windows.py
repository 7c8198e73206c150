"""Convolution in loops: PyTorch's, what common mistakes give, and inputs."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.function import EXACT, Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.rules import CONVOLUTIONS
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.geometry import out_size


def correlate(
    picture: Tensor, kernel: Tensor, stride: int | tuple[int, int], padding: int = 0
) -> Tensor:
    """PyTorch's map (rows, columns) of one picture and one kernel."""
    return F.conv2d(picture[None, None], kernel[None, None], None, stride, padding)[0, 0]


def _padded(*sides: int, mode: str = "constant") -> Callable[..., Tensor]:
    """Padding at the sides left, right, top and bottom, in units of the padding asked for."""

    def function(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
        widths = [side * padding for side in sides]
        return correlate(F.pad(picture[None], widths, mode=mode)[0], kernel, stride)

    return function


def _mirrored(*axes: int) -> Callable[..., Tensor]:
    return lambda x, k, s, p: correlate(x, k.flip(axes), s, p)


def _not_moved(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    """A map of the right size whose windows move by one pixel."""
    rows, columns = correlate(picture, kernel, stride, padding).shape
    return correlate(picture, kernel, 1, padding)[:rows, :columns]


def _cut_short(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    """As many windows as fit where padding is on one side, of a picture padded on both."""
    pairs = zip(picture.shape, kernel.shape, strict=True)
    rows, columns = (out_size(n + padding, k, stride) for n, k in pairs)
    return correlate(picture, kernel, stride, padding)[:rows, :columns]


def _in_place(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    """Each window is overwritten with its products before the next is read."""
    field = F.pad(picture, [padding] * 4).clone()
    result = torch.zeros_like(correlate(picture, kernel, stride, padding))
    height, width = kernel.shape
    for row, column in torch.cartesian_prod(*map(torch.arange, result.shape)).tolist():
        top, left = row * stride, column * stride
        window = field[top : top + height, left : left + width]
        window *= kernel
        result[row, column] = window.sum()
    return result


_SIDES = "Right without padding. On which sides of the picture are your zeros?"
_STRIDE = "Right for a stride of 1. How far is it from one window to the next, in rows and columns?"
_MIRROR = "Nearly: is your kernel mirrored? Which weight meets the upper left pixel of a window?"

CONVOLVE_MISTAKES = (
    Mistake(_mirrored(0, 1), "Nearly: that is the convolution of mathematics, which turns the "
            "kernel around. Does the layer?", 0.5),
    Mistake(_mirrored(0), _MIRROR, 0.5),
    Mistake(_mirrored(1), _MIRROR, 0.5),
    Mistake(lambda x, k, s, p: correlate(x, k, s, p) / k.numel(), "Nearly: your values are "
            "averages. What does a unit do with the products?", 0.5),
    Mistake(_in_place, "Nearly: your first window is right. Does the picture still hold its own "
            "pixels when the next window reads them?", 0.5),
    Mistake(lambda x, k, s, p: correlate(x, k, s, p).T, "Nearly: your map is on its side. Which "
            "comes first, rows or columns?", 0.5),
    Mistake(_not_moved, "Right for a stride of 1. Elsewhere the map has the right size: where "
            "does its second window begin?", 0.5),
    Mistake(lambda x, k, s, p: correlate(x, k, 1, p), _STRIDE, 0.5),
    Mistake(lambda x, k, s, p: correlate(x, k, (s, 1), p), _STRIDE, 0.5),
    Mistake(lambda x, k, s, p: correlate(x, k, (1, s), p), _STRIDE, 0.5),
    Mistake(_cut_short, "Right without padding. By how many rows and columns does padding make "
            "the picture larger, and on which sides?", 0.5),  # or zeros left and above only
    Mistake(_padded(0, 0, 0, 0), "Right without padding. Where are the zeros?", 0.5),
    *(Mistake(_padded(*sides), _SIDES, 0.5) for sides in [
        (0, 1, 0, 1), (2, 0, 2, 0), (0, 2, 0, 2), (1, 1, 0, 0), (0, 0, 1, 1)]),
    Mistake(_padded(1, 1, 1, 1, mode="replicate"), "Right without padding. Which numbers are "
            "around the picture?", 0.5),
)  # fmt: skip


def _shape_hint(given: tuple[int, ...], right: tuple[int, ...]) -> str:
    if len(given) != len(right):
        return "One picture and one kernel give one map, with rows and columns."
    if given == right[::-1]:
        return "Which comes first, rows or columns?"
    for side, name, wanted in zip(given, ("high", "wide"), right, strict=True):
        said = f"Your map is {side} {name}, not {wanted}."
        if side == wanted - 1:
            return f"{said} Did you count the last window?"
        if side == wanted + 1:
            return f"{said} Does the last window lie wholly inside?"
        if side != wanted:
            return f"{said} At how many places does the window fit?"
    return ""


CONVOLVE = Function(
    form="convolve(picture, kernel, stride, padding)",
    right=correlate,
    mistakes=CONVOLVE_MISTAKES,
    praise="The same numbers as PyTorch's, for four pictures and kernels.",
    shape_hint=_shape_hint,
    tolerance=EXACT,
    rule="The task is to write the loops yourself, without a ready-made convolution.",
    keeps_inputs=True,
)


def convolve_cases(seed: int) -> list[Case]:
    """Four pictures and kernels of whole numbers, none of them square.

    Where the stride is 2 or 3 the steps do not come out even.
    """
    draw = torch.Generator().manual_seed(seed)

    def whole(low: int, high: int) -> int:
        return int(torch.randint(low, high + 1, (), generator=draw))

    cases = []
    for stride, padding in [(1, 0), (whole(2, 3), 0), (1, whole(1, 2)), (whole(2, 3), whole(1, 2))]:
        height, width = [(3, 2), (2, 3), (4, 3), (3, 4)][whole(0, 3)]
        steps = (whole(2, 3), whole(5, 6)) if stride > 1 else (whole(5, 6), whole(8, 9))
        rows, columns = (n * stride + stride - 1 - 2 * padding for n in steps)
        picture = torch.randint(0, 10, (rows + height, columns + width), generator=draw).float()
        weights = torch.randperm(height * width, generator=draw).float() - 2  # no two are equal
        text = (
            f"a picture of {rows + height}x{columns + width}, kernel {height}x{width}, "
            f"stride {stride}, padding {padding}"
        )
        cases.append(Case(text, (picture, weights.reshape(height, width), stride, padding)))
    return cases


register(
    Task(
        "02.convolve",
        points=4,
        cases=convolve_cases,
        run=as_function(excluded=CONVOLUTIONS),
        judge=CONVOLVE,
        hints=(
            "Take a picture of 3x3 and a kernel of 2x2 on paper. How many sums are there, and "
            "which pixels does each of them read?",
            "Put the zeros around a copy of the picture first. After that, padding needs no more "
            "thought: how many windows fit into the larger picture, and where does each begin?",
            "One loop goes over the rows of the map and one over its columns. A window begins as "
            "many strides down and to the right as the numbers of its row and column say. Cut it "
            "out, multiply it by the kernel element by element, and add all the products.",
        ),
        reasoning=(
            "Every unit lays the same kernel on its own window and adds up the products; "
            "`F.conv2d` does no more here. Neither of the two turns the kernel around, so what is "
            "called a convolution in networks is a cross-correlation."
        ),
    )
)
