"""What a unit of each of five layers sees of the picture."""

import random
from collections.abc import Iterable
from itertools import accumulate
from operator import mul
from typing import Any

from lessonlib import geometry
from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.reading import items, whole_number
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register

NAMES = ("A", "B", "C", "D", "E")  # of the layers, the first one first
LENET5 = ((5, 1), (2, 2), (5, 1), (2, 2), (5, 1))
Windows = tuple[tuple[int, int], ...]  # side and stride of each layer's windows


def cases(seed: int) -> list[Case]:
    """Windows like LeNet-5's, but not its own, and the side of a picture in which they fit."""
    draw = random.Random(seed)
    windows = LENET5
    while windows == LENET5:
        windows = tuple(
            (draw.randint(2, 3), draw.randint(2, 3)) if n % 2 else (draw.randint(3, 7), 1)
            for n in range(len(NAMES))
        )
    return [Case("five windows", (windows, fields(windows)[-1] + draw.randint(8, 30)))]


def ask(case: Case) -> str:
    """The layers as a table."""
    windows, _ = case.inputs
    return "\n".join(
        [
            f"| layer | {' | '.join(NAMES)} |",
            f"|---|{'---|' * len(NAMES)}",
            f"| window, pixels per side | {' | '.join(str(side) for side, _ in windows)} |",
            f"| stride | {' | '.join(str(stride) for _, stride in windows)} |",
        ]
    )


def fields(windows: Windows) -> list[int]:
    """How many pixels per side a unit of each layer sees, first layer first."""
    return [geometry.receptive_field(windows[: n + 1]).size for n in range(len(windows))]


def wrong_fields(windows: Windows, side: int) -> list[tuple[list[int], str]]:
    """Lists that common mistakes lead to, each with its hint."""
    kernels, strides = zip(*windows, strict=True)
    steps = list(accumulate(strides, mul))  # between the units of each layer, in pixels
    below, too_late = [1, *steps[:-1]], [1, 1, *steps[:-2]]
    maps = accumulate(windows, lambda n, window: geometry.out_size(n, *window), initial=side)
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
        (fields(windows)[::-1], "The first layer comes first."),
        ([side**2 for side in fields(windows)], "Those are areas. How many pixels per side?"),
    ]  # fmt: skip


def _sums(steps: Iterable[int], start: int = 0) -> list[int]:
    return list(accumulate(steps, initial=start))[1:]


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Give a point for each right number after the first, up to the first that is wrong.

    Raises:
        AnswerError: the answer is no list of five.
    """
    windows, side = cases[0].inputs
    values = [_whole(v) for v in items(outcomes[0].value, len(NAMES), "`[1, 2, 3, 4, 5]`")]
    right = fields(windows)
    if values == right:
        return Verdict(1.0, "A stride widens the steps of all layers above it.")
    wrong = next(n for n, pair in enumerate(zip(values, right, strict=True)) if pair[0] != pair[1])
    share = max(wrong - 1, 0) / (len(right) - 1)
    start = f"Right up to {NAMES[wrong - 1]}. " if wrong else ""
    for gives, hint in wrong_fields(windows, side):
        if values == gives:
            return Verdict(share, start + hint)
    return Verdict(share, f"{start}{_first_wrong(wrong, values[wrong])}")


def _whole(value: Any) -> int | AnswerError:
    try:
        return whole_number(value)
    except AnswerError as error:
        return error


def _first_wrong(place: int, value: int | AnswerError) -> str:
    name = NAMES[place]
    if isinstance(value, AnswerError):
        return f"{name}: {value}"
    said = f"For {name} you answered {value:,}."
    if not place:
        return f"{said} How many pixels per side does one of its windows read?"
    return (
        f"{said} How many units of the layer below does it read, and how far apart are their "
        f"windows, in pixels?"
    )


register(
    Task(
        "02.receptive_fields",
        points=4,
        cases=cases,
        judge=judge,
        ask=ask,
        hints=(
            "What would a window of a single unit add to what is seen? And a window of two?",
            "Neighbours in the layer below lie some pixels apart. Each unit of a window after the "
            "first one adds that many pixels, because the rest of what it sees overlaps.",
            "Go upwards with two numbers: how many pixels a unit sees, and how far apart "
            "neighbours are. A window first widens what is seen. Only after that does its own "
            "stride move its units further apart, which concerns the layers above it.",
        ),
        reasoning=(
            "A window of k units sees what its first unit sees, and k - 1 steps more. One step is "
            "as long as all strides below it multiplied, so a stride does nothing for its own "
            "layer and widens all layers above."
        ),
    )
)
