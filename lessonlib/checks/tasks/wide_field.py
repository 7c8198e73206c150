"""Chapter 8: how many windows a wide field has, and by how much a set was turned."""

import random
from typing import Any

import torch

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.reading import STILL_NONE
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register
from lessonlib.data import in_field, load, turned
from lessonlib.models import window_places

# Windows of a field


def field_cases(seed: int) -> list[Case]:
    """A field of several rows of windows, with pixels left over."""
    draw = random.Random(seed)
    rows, columns = draw.randint(3, 7), draw.randint(12, 40)
    size = 28 + 4 * rows + draw.randint(1, 3), 28 + 4 * columns + draw.randint(1, 3)
    return [Case(f"a field of {size[0]}x{size[1]}", size)]


def ask_windows(case: Case) -> str:
    """The field."""
    height, width = case.inputs
    return (
        f"LeNet-5 is slid over a field {height} pixels high and {width} pixels wide. How many "
        f"windows of 32x32 does one pass read? Each gets ten scores; count the windows."
    )


def windows_question(height: int, width: int) -> Question:
    """How many windows a field has."""
    rows, columns = window_places(height, width)
    return Question(
        right=rows * columns,
        mistakes=[
            Mistake((rows - 1) * (columns - 1), "Nearly. Does the first window count?", 0.5),
            Mistake(10 * rows * columns, "That counts the scores.", 0.5),
            Mistake(columns, "That is one row of windows. How many rows are there?", 0.5),
            Mistake((height - 31) * (width - 31), "That is a window at each pixel. How far apart "
                    "are two that one pass reads?", 0.5),
            Mistake((height // 4) * (width // 4), "Does a window that starts at the last pixel "
                    "lie in the field?"),
            Mistake((height // 32) * (width // 32), "Do windows that one pass reads overlap?"),
        ],
        praise="A window every 4 pixels, as long as it lies wholly in the field.",
        hint="Along one side: where does the first window start, and where the last?",
        counts=True,
    )  # fmt: skip


# A set that was turned

ANGLES = (-60, -40, -20, 20, 40, 60)
PICTURES = 200


def turned_cases(seed: int) -> list[Case]:
    """Test digits in fields of 32x32, all turned by one angle; with their labels."""
    draw = random.Random(seed)
    places = torch.tensor(draw.sample(range(2_000), PICTURES))
    digits = turned(in_field(load("digits", train=False).take(places)), draw.choice(ANGLES))
    return [Case("a set that was turned", (digits.images, digits.labels, seed))]


def hidden_angle(seed: int) -> int:
    """By how many degrees, clockwise, the set of a seed was turned."""
    draw = random.Random(seed)
    draw.sample(range(2_000), PICTURES)
    return draw.choice(ANGLES)


def judge_angle(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the angle: within 10 degrees, since digits lean by themselves.

    Raises:
        AnswerError: it is no number.
    """
    angle = _number(outcomes[0].value)
    right = hidden_angle(cases[0].inputs[2])
    if abs(angle - right) <= 10:
        return Verdict(1.0, f"They were turned by {right} degrees.")
    if abs(angle + right) <= 10:
        return Verdict(0.5, "That is how far they must be turned back. The task asks how they were "
                       "turned: clockwise is above 0.")  # fmt: skip
    return Verdict(0.0, f"You answered {angle:g}. Turn the set back by it: is there no other angle "
                   f"with which more are read right?")  # fmt: skip


def _number(value: Any) -> float:
    if value is None:
        raise AnswerError(STILL_NONE)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AnswerError("Give one number, the degrees, such as `-20`.")
    return float(value)


register(
    Task(
        "08.windows",
        points=2,
        cases=field_cases,
        judge=number_judge(windows_question),
        ask=ask_windows,
        hints=(
            "Neighbouring windows start 4 pixels apart, because two layers subsample by 2.",
            "Along one side, the last window must end in the field. How far can it start from the "
            "first?",
            "Take 32 from the side, divide by 4 without the rest, and count the first window. The "
            "windows of both sides make rows and columns.",
        ),
        reasoning=(
            "Each subsampling halves the number of places, so two neighbours of C5 see windows 4 "
            "pixels apart. Pixels at the right and below that fill no further step are in no "
            "window, and nothing is padded, so every window is one that could be cut out."
        ),
    )
)
register(
    Task(
        "08.turned",
        points=3,
        cases=turned_cases,
        judge=judge_angle,
        hints=(
            "A network that reads upright digits can tell you when they are upright.",
            "Turn the set back by many angles, from -80 to 80, and let the network read each. "
            "`training.evaluate(net, turned(mystery, degrees)).accuracy` is the share of right "
            "answers.",
            "The angle with the most right answers makes the digits upright. They were turned by "
            "as much the other way.",
        ),
        reasoning=(
            "The share of right answers is highest near upright and falls on both sides, so it "
            "measures the angle, as a compass would. It is no exact measure: between -10 and 10 "
            "degrees it hardly changes, and each digit has a lean of its own."
        ),
    )
)
