"""Checks of chapter 2, on windows: their sizes, their sums, and what lies below them.

Every check is called with the learner's answer and a seed, and returns a `Result`. A question
that has one answer makes no use of the seed.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.attempt import Case, attempt
from lessonlib.checks.compare import Mistake, Question, match_function, match_number
from lessonlib.checks.result import AnswerError, Verdict, check
from lessonlib.checks.sizes import (
    LENET5_WINDOWS,
    OUT_SIZE,
    border_cases,
    fields,
    size_cases,
    wrong_fields,
)
from lessonlib.checks.values import STILL_NONE, describe, whole_number
from lessonlib.checks.watched import Watched
from lessonlib.checks.windows import CONVOLVE, convolve_cases
from lessonlib.data import load

DIGIT = 3  # which picture of the test part is moved
KERNEL = torch.arange(1.0, 26).double().reshape(1, 1, 5, 5)


@check(points=4)
def receptive_fields(answer: Any, seed: int = 0) -> Verdict:
    """What a unit of each layer of LeNet-5 sees: a point for each right number after the first.

    Counted from the first layer up to the first number that is wrong.
    """
    values = _five(answer)
    right = fields()
    if values == right:
        return Verdict(1.0, "A unit of C5 is the first that sees the whole field of 32x32.")
    wrong = next(n for n, pair in enumerate(zip(values, right, strict=True)) if pair[0] != pair[1])
    share = max(wrong - 1, 0) / (len(right) - 1)
    start = f"Right up to {list(LENET5_WINDOWS)[wrong - 1]}. " if wrong else ""
    for gives, hint in wrong_fields():
        if values == gives:
            return Verdict(share, start + hint)
    if isinstance(values[wrong], str):
        return Verdict(share, f"{start}{list(LENET5_WINDOWS)[wrong]}: {values[wrong]}")
    return Verdict(share, f"{start}{_first_wrong(wrong, values[wrong])}")


def _five(answer: Any) -> list[int | str]:
    """The five numbers; where one is none, what to say of it.

    Raises:
        AnswerError: the answer is no list of five.
    """
    if answer is None:
        raise AnswerError(STILL_NONE)
    came = describe(answer)
    if isinstance(answer, Tensor | np.ndarray):
        answer = answer.tolist()
    if not isinstance(answer, list | tuple) or len(answer) != len(LENET5_WINDOWS):
        raise AnswerError(f"Expected five numbers, such as `[1, 2, 3, 4, 5]`, got {came}.")
    return [_whole_or_words(value) for value in answer]


def _whole_or_words(value: Any) -> int | str:
    try:
        return whole_number(value)
    except AnswerError as error:
        return str(error)


def _first_wrong(place: int, value: int) -> str:
    name = list(LENET5_WINDOWS)[place]
    if not place:
        return f"For {name} {value:,} came. How many pixels a side does one of its windows read?"
    return (
        f"For {name} {value:,} came. How many units of the layer below does it read, and how far "
        f"apart are their windows, in pixels?"
    )


@check(points=3)
def out_size(answer: Any, seed: int = 0) -> Verdict:
    """The size of a map (2 points), and a ValueError where no window fits (1)."""
    sizes = match_function(answer, OUT_SIZE, size_cases(seed), praise="right.")
    message = f"Sizes: {sizes.message}"
    if not sizes.share:
        return Verdict(0.0, message)
    problem = _not_refused(answer, border_cases(seed))
    points = sizes.share * 2 + (not problem)
    return Verdict(points / 3, f"{message} Too large kernels: {problem or 'right.'}")


def _not_refused(answer: Any, cases: Sequence[Case]) -> str:
    """What to say of the first case that is refused or accepted wrongly; empty if there is none."""
    watched = Watched(answer)
    try:
        came = attempt(watched, OUT_SIZE.form, cases)
    except AnswerError as error:
        return str(error)
    for case, value, raised in zip(cases, came, watched.raised, strict=True):
        size, kernel, _, padding = case.inputs
        fits = kernel <= size + 2 * padding
        if fits and isinstance(raised, ValueError):
            return f"you refuse {case.text}. Count its pixels again, padding included."
        if fits and not OUT_SIZE.is_close(value, OUT_SIZE.right(*case.inputs)):
            return f"for {case.text} you give another number than expected. Draw it."
        if not fits and raised is None:
            return f"you accept {case.text}. Does a window fit? If not, raise a `ValueError`."
        if not fits and not isinstance(raised, ValueError):
            name = type(raised).__name__
            return f"for {case.text} a `{name}` is raised, expected a `ValueError`."
    return ""


@check(points=4)
def convolve(answer: Any, seed: int = 0) -> Verdict:
    """A convolution in loops: a function of picture (H, W), kernel (h, w), stride and padding."""
    watched = Watched(answer) if callable(answer) else answer
    praise = "The same numbers as PyTorch's, for four pictures and kernels."
    verdict = match_function(watched, CONVOLVE, convolve_cases(seed), praise)
    if isinstance(watched, Watched) and watched.has_changed:
        said = "Your function changes the picture or the kernel that it is given: use a copy."
        rest = verdict.message if verdict.share < 1 else "The map is right."
        return Verdict(min(verdict.share, 0.75), f"{rest} {said}")
    return verdict


@check(points=3)
def moved_units(answer: Any, seed: int = 0) -> Verdict:
    """Units that do not move with the picture: after one layer (1 point), after two (2)."""
    if answer is None:
        raise AnswerError(STILL_NONE)
    if isinstance(answer, Tensor | np.ndarray):
        answer = answer.tolist()
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise AnswerError(f"Expected two numbers, such as `(10, 20)`, got {describe(answer)}.")
    first, second = (_moved_after(value, layers) for layers, value in enumerate(answer, start=1))
    message = f"One layer: {first.message} Two layers: {second.message}"
    return Verdict((first.share + 2 * second.share) / 3, message)


def _maps(layers: int, padding: int = 2) -> tuple[Tensor, Tensor]:
    """The maps of a digit on white paper and of the same digit moved right by a pixel."""
    paper = 255 - load("digits", train=False).images[DIGIT][None].double()
    both = torch.cat([paper, torch.roll(paper, 1, -1)])
    for _ in range(layers):
        both = F.conv2d(both, KERNEL, padding=padding)
    return both[0], both[1]


def _differ(before: Tensor, after: Tensor) -> int:
    return int((before[..., :-1] != after[..., 1:]).sum())


def _moved_after(value: Any, layers: int) -> Verdict:
    """Compare one count; what is no number gets no points and leaves the other alone."""
    before, after = _maps(layers)
    rows, columns = before.shape[-2:]
    right, other = _differ(before, after), _differ(*_maps(3 - layers))
    rolled = int((torch.roll(before, 1, -1) != after).sum())
    back = int((before[..., 1:] != after[..., :-1]).sum())
    question = Question(
        right=right,
        mistakes=[
            Mistake(other, "That is the count after another number of layers."),
            Mistake(rolled, "Has the first column of the new map a partner in the old one?", 0.5),
            Mistake(right // rows, "Those are columns. How many units is that?", 0.5),
            Mistake(right // 2, "Look at both edges of the map.", 0.5),
            Mistake(rows * (columns - 1) - right, "Those are the units that agree.", 0.5),
            Mistake(0, "Is the padding there, and do you compare maps and not pictures?"),
            Mistake(_differ(*_maps(layers, 1)), "That is a padding of 1."),
            Mistake(int((before != after).sum()), "Has each unit its partner one column on?"),
            Mistake(back, "In which direction did the digit move?"),
        ],
        praise="right.",
        hint="Compare column 0 of the old map with column 1 of the new one, and so on.",
    )
    try:
        return match_number(value, question)
    except AnswerError as error:
        return Verdict(0.0, str(error))
