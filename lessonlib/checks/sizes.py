"""Sizes, of a map and of what a unit sees: the library's, and what common mistakes give."""

import random
from collections.abc import Callable, Iterable
from itertools import accumulate
from operator import mul

import torch
from torch import Tensor

from lessonlib import geometry
from lessonlib.checks.attempt import Case
from lessonlib.checks.compare import Mistake, Task

LENET5_WINDOWS = {"C1": (5, 1), "S2": (2, 2), "C3": (5, 1), "S4": (2, 2), "C5": (5, 1)}
FIELD = 32  # pixels, a side of LeNet-5's input


def fields() -> list[int]:
    """How many pixels a side a unit of each of LeNet-5's layers sees, first layer first."""
    windows = list(LENET5_WINDOWS.values())
    return [geometry.receptive_field(windows[: n + 1]).size for n in range(len(windows))]


def wrong_fields() -> list[tuple[list[int], str]]:
    """Lists that common mistakes lead to, each with its hint."""
    kernels, strides = zip(*LENET5_WINDOWS.values(), strict=True)
    steps = list(accumulate(strides, mul))  # between the units of each layer, in pixels
    below, too_late = [1, *steps[:-1]], [1, 1, *steps[:-2]]
    maps = accumulate(
        LENET5_WINDOWS.values(),
        lambda side, window: geometry.out_size(side, *window),
        initial=FIELD,
    )
    one = "What would a window of a single pixel add?"
    return [
        (_sums(kernels), f"You add up the sides. {one} And where are the strides?"),
        (_sums(map(mul, kernels, below)), f"The strides are there. {one}"),
        (_sums(map(mul, kernels, below), 1), f"The strides are there. {one}"),
        (_sums((k - 1 for k in kernels), 1), "Where are the strides?"),
        (_sums(((k - 1) * step for k, step in zip(kernels, steps, strict=True)), 1),
         "Does a layer's own stride change what its own units see?"),
        (_sums(((k - 1) * step for k, step in zip(kernels, too_late, strict=True)), 1),
         "From which layer on does a stride count?"),
        (list(accumulate(kernels, mul)), "Do the windows of neighbours not overlap?"),
        (list(maps)[1:], "Those are the sides of the maps. How many pixels does one unit see?"),
        (fields()[::-1], "The first layer comes first."),
        ([side**2 for side in fields()], "Those are areas. How many pixels a side?"),
    ]  # fmt: skip


def _sums(steps: Iterable[int], start: int = 0) -> list[int]:
    return list(accumulate(steps, initial=start))[1:]


def _counted(count: Callable[[int, int, int, int], float]) -> Callable[..., Tensor]:
    """The same function, giving a tensor without dimensions."""
    return lambda *numbers: torch.tensor(count(*numbers), dtype=torch.float64)


def _way(size: int, kernel: int, padding: int) -> int:
    """How many pixels a window can move, from its first place to the edge."""
    return size + 2 * padding - kernel


_LOST = _counted(lambda n, k, s, p: _way(n, k, p) // s)
_CEIL = _counted(lambda n, k, s, p: -(-_way(n, k, p) // s) + 1)
_NEAREST = _counted(lambda n, k, s, p: round(_way(n, k, p) / s) + 1)
_FRACTION = _counted(lambda n, k, s, p: _way(n, k, p) / s + 1)
_PLACES = _counted(lambda n, k, s, p: (_way(n, k, p) + 1) // s)
_NO_STRIDE = _counted(lambda n, k, s, p: geometry.out_size(n, k, 1, p))
_NO_PADDING = _counted(lambda n, k, s, p: geometry.out_size(n, k, s, 0))
_ONE_SIDE = _counted(lambda n, k, s, p: geometry.out_size(n + p, k, s, 0))
_NO_KERNEL = _counted(lambda n, k, s, p: (n + 2 * p) // s)
_SWAPPED = _counted(lambda n, k, s, p: geometry.out_size(n, s, k, p))

OUT_SIZE = Task(
    form="out_size(size, kernel, stride, padding)",
    right=_counted(geometry.out_size),
    mistakes=[
        Mistake(_LOST, "one too few each time. Do you count the steps of the window, or its "
                "places?", 0.5),
        Mistake(_CEIL, "right where the steps come out even. Elsewhere, does your last window lie "
                "wholly inside?", 0.5),
        Mistake(_NEAREST, "you round to the nearest whole number. Does a part of a step make room "
                "for a window?", 0.5),
        Mistake(_FRACTION, "some are no whole numbers. Does a part of a step make room for a "
                "window?", 0.5),
        Mistake(_PLACES, "right for a stride of 1. What do you divide by the stride: the places "
                "of the window, or the way that it moves?", 0.5),
        Mistake(_NO_STRIDE, "right for a stride of 1. What do larger steps do to the number of "
                "places?", 0.5),
        Mistake(_NO_PADDING, "right without padding. Does padding make room for more windows?",
                0.5),
        Mistake(_ONE_SIDE, "right without padding. On how many sides of the picture does it lie?",
                0.5),
        Mistake(_NO_KERNEL, "how far can a window move that is as large as the picture?"),
        Mistake(_SWAPPED, "which of your numbers is the kernel, and which the stride?"),
    ],
    shape_hint=lambda came, right: "Return one number.",
)  # fmt: skip


def _case(size: int, kernel: int, stride: int, padding: int) -> Case:
    text = f"{size} pixels, kernel {kernel}, stride {stride}, padding {padding}"
    return Case(text, (size, kernel, stride, padding))


def size_cases(seed: int) -> list[Case]:
    """Five windows that fit more than once: with and without padding, stride and remainder."""
    draw = random.Random(seed)
    cases = []
    for stride, rest, padding in [
        (1, 0, 0),
        (draw.randint(3, 4), 1, 0),  # a remainder that is nearer to 0
        (2, 0, 0),
        (1, 0, draw.randint(1, 2)),
        (draw.randint(3, 4), -1, draw.randint(2, 3)),  # one that is nearer to a whole step
    ]:
        kernel = draw.choice([6, 8])  # even, so no map is as large as its picture
        steps = draw.randint(5, 9) if stride > 1 else draw.randint(15, 30)
        way = steps * stride + rest % stride
        cases.append(_case(way + kernel - 2 * padding, kernel, stride, padding))
    return cases


def border_cases(seed: int) -> list[Case]:
    """Kernels as large as the padded picture, and larger by a pixel, by turns."""
    draw = random.Random(seed)
    cases = []
    for padding in (0, draw.randint(1, 3)):
        size, stride = draw.randint(4, 9), draw.randint(1, 3)
        whole = size + 2 * padding
        cases += [_case(size, whole + more, stride, padding) for more in (0, 1)]
    return cases
