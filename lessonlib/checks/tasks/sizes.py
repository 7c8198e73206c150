"""The size of a map: the library's, what common mistakes give, and inputs."""

import random
from collections.abc import Callable

import torch
from torch import Tensor

from lessonlib import geometry
from lessonlib.checks.function import EXACT, Function
from lessonlib.checks.outcome import Case, Outcome, State
from lessonlib.checks.question import Mistake
from lessonlib.checks.reading import as_scalar
from lessonlib.checks.refusals import refuse_endless
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register


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

OUT_SIZE = Function(
    form="out_size(size, kernel, stride, padding)",
    right=_counted(geometry.out_size),
    mistakes=[
        Mistake(_LOST, "you are one short each time. Do you count the steps of the window, or its "
                "places?", 0.5),
        Mistake(_CEIL, "right where the steps come out even. Elsewhere, does your last window lie "
                "wholly inside?", 0.5),
        Mistake(_NEAREST, "you round to the nearest whole number. Does a part of a step make room "
                "for a window?", 0.5),
        Mistake(_FRACTION, "some of your sizes are not whole numbers. Does a part of a step make "
                "room for a window?", 0.5),
        Mistake(_PLACES, "right for a stride of 1. What do you divide by the stride: the places "
                "of the window, or the way that it moves?", 0.5),
        Mistake(_NO_STRIDE, "right for a stride of 1. What do larger steps do to the number of "
                "places?", 0.5),
        Mistake(_NO_PADDING, "right without padding. Does padding make room for more windows?",
                0.5),
        Mistake(_ONE_SIDE, "right without padding. On how many sides of the picture is it?", 0.5),
        Mistake(_NO_KERNEL, "how far can a window move that is as large as the picture?"),
        Mistake(_SWAPPED, "which of your numbers is the kernel, and which the stride?"),
    ],
    praise="right.",
    read=lambda value, case: as_scalar(value),
    tolerance=EXACT,
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


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """The sizes (2 of 3 points), and a ValueError where no window fits (1 of 3).

    Raises:
        AnswerError: the answer is no such function.
    """
    borders = 4
    sizes = OUT_SIZE(cases[:-borders], outcomes[:-borders])
    message = f"Sizes: {sizes.message}"
    if not sizes.share:
        return Verdict(0.0, message)
    problem = _not_refused(cases[-borders:], outcomes[-borders:])
    points = sizes.share * 2 + (not problem)
    return Verdict(points / 3, f"{message} Too large kernels: {problem or 'right.'}")


def _not_refused(cases: list[Case], outcomes: list[Outcome]) -> str:
    """What to say of the first case that is refused or accepted wrongly; empty if there is none."""
    try:
        refuse_endless(cases, outcomes)
    except AnswerError as error:
        return str(error)
    for case, outcome in zip(cases, outcomes, strict=True):
        problem = _wrong_at_border(case, outcome)
        if problem:
            return problem
    return ""


def _wrong_at_border(case: Case, outcome: Outcome) -> str:
    size, kernel, _, padding = case.inputs
    fits = kernel <= size + 2 * padding
    kinds = outcome.raised.kinds if outcome.raised else ()
    if fits and "ValueError" in kinds:
        return f"you refuse {case.text}. Count its pixels again, padding included."
    if fits:
        given, right = OUT_SIZE.value(case, outcome), OUT_SIZE.right(*case.inputs)
        is_right = OUT_SIZE.is_close(given, right, outcome)
        wrong = f"for {case.text} you give another number than expected. Draw it."
        return "" if is_right else wrong
    if outcome.state is not State.RAISED:
        return f"you accept {case.text}. Does a window fit? If not, raise a `ValueError`."
    if "ValueError" not in kinds:
        return f"for {case.text} you raise `{kinds[0]}`, and not a `ValueError`."
    return ""


register(
    Task(
        "02.out_size",
        points=3,
        cases=lambda seed: size_cases(seed) + border_cases(seed),
        run=as_function(),
        judge=judge,
        hints=(
            "At how many places does a window of 5 pixels fit along 32 pixels? Where does the "
            "last place begin?",
            "How far can the window move from its first place until it touches the far edge, "
            "padding included? And how many steps of the stride fit into that way?",
            "Only whole steps count, because the last window has to lie wholly inside. Between "
            "two places there is one step, so there is one place more than there are steps. Where "
            "the window is larger than the padded picture, no place is left to count: raise the "
            "error.",
        ),
        reasoning=(
            "The window moves over what the padded picture has beyond the window's own side, in "
            "whole steps of the stride; a rest that is shorter than a step is read by no window. "
            "The places are one more than the steps, because the window stands at its first place "
            "before it moves."
        ),
    )
)
