"""Chapter 12: the ten views of a picture."""

from collections.abc import Callable

import torch
from torch import Tensor

from lessonlib.checks.function import EXACT, Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.data.crops import ten_views


def _in_order(*order: int) -> Callable[..., Tensor]:
    return lambda images, size: ten_views(images, size)[list(order)]


def _mirrored(*axes: int) -> Callable[..., Tensor]:
    def function(images: Tensor, size: int) -> Tensor:
        five = ten_views(images, size)[:5]
        return torch.cat([five, five.flip(axes)])

    return function


def _late_middle(images: Tensor, size: int) -> Tensor:
    """The middle is one pixel further down and right."""
    views = ten_views(images, size)
    top, left = ((side - size) // 2 + 1 for side in images.shape[-2:])
    views[4] = images[..., top : top + size, left : left + size]
    views[9] = views[4].flip(-1)
    return views


VIEW_MISTAKES = (
    Mistake(_mirrored(-2), "Nearly: your mirror images stand on their heads. Which axis is left to "
            "right?", 0.5),
    Mistake(_mirrored(-1, -2), "Nearly: yours are turned by half a turn. A mirror changes one "
            "axis.", 0.5),
    Mistake(_mirrored(), "Nearly: are your last five mirrored?", 0.5),
    Mistake(_in_order(0, 5, 1, 6, 2, 7, 3, 8, 4, 9), "Nearly: all five come first, and their "
            "mirror images after them.", 0.75),
    Mistake(_in_order(0, 2, 1, 3, 4, 5, 7, 6, 8, 9), "Nearly. Is your second view at the top "
            "right, or below?", 0.75),
    Mistake(_in_order(4, 0, 1, 2, 3, 9, 5, 6, 7, 8), "Nearly: in which order do they come?", 0.75),
    Mistake(_late_middle, "Nearly: look at your middle. Half of what is left over is rounded "
            "down.", 0.75),
)  # fmt: skip


def _shape_hint(given: tuple[int, ...], right: tuple[int, ...]) -> str:
    if given == right[1:]:
        return "How many views are there?"
    if given == (right[0] // 2, *right[1:]):
        return "Where are the mirror images?"
    if len(given) == 5 and given[0] == right[1] and given[1] == right[0]:
        return "The views come first, then the pictures."
    return "Ten views of each picture, with its channels, and size times size pixels."


VIEWS = Function(
    form="views(images, size)",
    right=ten_views,
    mistakes=VIEW_MISTAKES,
    praise="All ten views are where they should be, also of pictures that are not square.",
    shape_hint=_shape_hint,
    tolerance=EXACT,
    rule="The task is to cut the views yourself.",
    keeps_inputs=True,
)


def view_cases(seed: int) -> list[Case]:
    """Pictures of three shapes, of which no two pixels are equal."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for count, channels, height, width, size in (
        (1, 3, 8, 8, 6),
        (2, 3, 9, 7, 4),
        (3, 1, 6, 11, 5),
    ):
        pixels = torch.randperm(count * channels * height * width, generator=draw).float()
        text = f"{count} pictures of {height}x{width} and views of {size}x{size}"
        text = text.replace("1 pictures", "a picture")
        cases.append(Case(text, (pixels.reshape(count, channels, height, width), size)))
    return cases


register(
    Task(
        "12.ten_views",
        points=2,
        cases=view_cases,
        run=as_function(),
        judge=VIEWS,
        hints=(
            "Cut one view first: rows and columns by slices of the last two axes. Where does each "
            "of the five begin?",
            "The corners begin at row 0 or at the height less the size, and at column 0 or at the "
            "width less the size. The middle begins at half of these, rounded down.",
            "Put the five into a list in their order and `torch.stack` them: the views become the "
            "first axis. `flip(-1)` mirrors them left to right, and `torch.cat` puts both halves "
            "together.",
        ),
        reasoning=(
            "The network was trained on windows from everywhere and on mirror images, so it can "
            "read any of them. Where its answers differ, the average is right more often than one."
        ),
    )
)
