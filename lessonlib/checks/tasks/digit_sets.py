"""Chapter 1: the box around a digit, and three sets that are known by their measurements."""

import random

import torch
from torch import Tensor

from lessonlib.checks.function import EXACT, Function
from lessonlib.checks.labels import Labels, word_of
from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake
from lessonlib.checks.result import Verdict
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.data import load
from lessonlib.data.usps import COUNTS
from lessonlib.models import LeNet5

# The box


def _ends(picture: Tensor) -> list[tuple[int, int, int]]:
    """For rows, then columns: the first and the last with ink, and how many have any."""
    found = []
    for side in (1, 0):
        places = picture.amax(side).nonzero().flatten()
        found.append((int(places[0]), int(places[-1]), len(places)))
    return found


def _pair(*sides: int) -> Tensor:
    return torch.tensor(sides, dtype=torch.float64)


def box_of(picture: Tensor) -> Tensor:
    """Height and width of the smallest box that holds all ink, in pixels."""
    return _pair(*(last - first + 1 for first, last, _ in _ends(picture)))


BOX = Function(
    form="ink_box(picture)",
    right=box_of,
    mistakes=(
        Mistake(lambda p: box_of(p).flip(0), "Nearly: which comes first, height or width?", 0.75),
        Mistake(lambda p: box_of(p) - 1, "Nearly: how many rows are there from row 3 to row 4, "
                "both with ink?", 0.5),
        Mistake(lambda p: _pair(*(many for _, _, many in _ends(p))), "You count rows and columns "
                "with ink. What if one in the middle has none?", 0.5),
        Mistake(lambda p: _pair(*(last + 1 for _, last, _ in _ends(p))), "Where does the box "
                "begin? It need not touch the edge of the picture.", 0.25),
        Mistake(lambda p: _pair(*p.shape), "That is the size of the picture. Which rows have "
                "ink?", 0.0),
    ),
    praise="The box around the ink, wherever it lies.",
    tolerance=EXACT,
    keeps_inputs=True,
)  # fmt: skip


def box_cases(seed: int) -> list[Case]:
    """A test digit, two strokes with a gap between them, and one faint pixel."""
    draw = random.Random(seed)
    digits = load("digits", train=False).images
    strokes = torch.zeros(24, 30, dtype=torch.uint8)
    top, left = draw.randrange(1, 8), draw.randrange(1, 8)
    strokes[top, left : left + draw.randrange(3, 9)] = 200
    strokes[top + draw.randrange(4, 14), left + draw.randrange(10, 20)] = 90
    faint = torch.zeros(28, 28, dtype=torch.uint8)
    faint[draw.randrange(5, 20), draw.randrange(5, 20)] = 1
    return [
        Case("a digit", (digits[draw.randrange(len(digits)), 0].clone(),)),
        Case("two strokes with a gap", (strokes,)),
        Case("one faint pixel", (faint,)),
    ]


# Three sets

SETS = ("zip codes", "MNIST", "LeNet-5's fields")
THREE = "ABC"


def measured(digit: int) -> dict[str, tuple[float, float]]:
    """Of each set: how high its highest digits are, and the share of one digit, both in percent."""
    mnist, field = load("digits"), LeNet5.input_shape[-1]
    highest = int((mnist.images[:, 0].amax(2) > 0).sum(1).max())
    zip_codes = COUNTS["usps.bz2"]
    share = 100 * float((mnist.labels == digit).double().mean())
    return {
        "zip codes": (100.0, 100 * zip_codes[digit] / sum(zip_codes)),  # the longer side fills 16
        "MNIST": (100 * highest / mnist.images.shape[-1], share),
        "LeNet-5's fields": (100 * highest / field, share),
    }


def set_cases(seed: int) -> list[Case]:
    """The three sets under letters, and the digit that is counted."""
    draw = random.Random(seed)
    names = draw.sample(SETS, len(SETS))
    return [Case("three sets", (list(zip(THREE, names, strict=True)), draw.choice([0, 1, 5])))]


def ask_sets(case: Case) -> str:
    """What was measured of each."""
    names, digit = case.inputs
    rows = measured(digit)
    lines = [f"| set | height of the highest digits, % of the picture | share of {digit}, % |",
             "|---|---|---|"]  # fmt: skip
    for letter, name in names:
        height, share = rows[name]
        lines.append(f"| {letter} | {height:.0f} | {share:.1f} |")
    return "\n".join(lines)


WHICH_SET = Labels(
    names=THREE,
    thing="set",
    example='{"A": "MNIST", "B": "zip codes"}',
    read=word_of(SETS),
    hint="How high is a digit of 20 pixels in a picture of 28, and how high in one of 32?",
    praise="Two measurements are enough to tell the three apart.",
)


def judge_sets(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Which set each letter stands for."""
    truth = {letter: {name} for letter, name in cases[0].inputs[0]}
    return WHICH_SET(outcomes[0].value, truth)


register(
    Task(
        "01.ink_box",
        points=1,
        cases=box_cases,
        run=as_function(),
        judge=BOX,
        hints=(
            "Ink is whatever is larger than 0. Which rows have some of it?",
            "You need the first and the last row with ink, and the first and the last column.",
            "`picture.amax(1)` is the largest pixel of each row, and `.nonzero()` says where it is "
            "not 0. From row 5 to row 8 there are four rows.",
        ),
        reasoning=(
            "A box is known by four numbers, where the ink begins and ends in rows and in columns. "
            "How much ink there is, or whether it has gaps, makes no difference."
        ),
    )
)
register(
    Task(
        "01.which_set",
        points=3,
        cases=set_cases,
        judge=judge_sets,
        ask=ask_sets,
        hints=(
            "The same digits can be put into pictures of different sizes. Which measurement then "
            "changes, and which does not?",
            "MNIST's digits fit into 20x20 pixels, in pictures of 28x28, which LeNet-5 gets in "
            "fields of 32x32. The digits of 1989 fill their 16x16 along the longer side.",
            "Divide 20 by 28 and by 32, and compare with the first column.",
        ),
        reasoning=(
            "A field of paper around a digit changes how large it looks, and not how often it "
            "occurs. Letters bring other digits than forms do: on envelopes some digits are much "
            "more frequent than others."
        ),
    )
)
