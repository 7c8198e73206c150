"""Chapter 6: the distances that the output layer measures."""

import random

import torch
from torch import Tensor

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.layers import DIGIT_CODES, RBFOutput

# Two codes that differ in some units


def code_cases(seed: int) -> list[Case]:
    """Units of a code, and how many of them differ."""
    draw = random.Random(seed)
    units = draw.randint(60, 130)
    return [Case(f"codes of {units} units", (units, draw.randint(13, 39)))]


def ask_distance(case: Case) -> str:
    """The two codes."""
    units, differ = case.inputs
    return (
        f"An output layer has codes of {units} units, each of them -1 or +1. Two of its codes "
        f"differ in {differ} units. What is the **squared distance** between these two?"
    )


def distance_question(units: int, differ: int) -> Question:
    """The squared distance of two codes."""
    codes = torch.ones(2, units)
    codes[1, :differ] = -1
    right = round(RBFOutput(codes).distances(codes[:1])[0, 1].item())
    return Question(
        right=right,
        mistakes=[
            Mistake(differ, "You count 1 for each unit that differs. How far is it from -1 to +1?",
                    0.5),
            Mistake(2 * differ, "Nearly. Eq. 7 does one thing more with each difference.", 0.5),
            Mistake(4 * (units - differ), "That counts the units that agree."),
            Mistake(4 * units, "Do all units differ?"),
            Mistake(units, "That is the number of units. What does one that differs add?"),
        ],
        praise="Each unit that differs adds the square of the way from -1 to +1.",
        hint="Begin with a single unit that differs: what does it add to the sum of Eq. 7?",
        counts=True,
    )  # fmt: skip


# All distances


@torch.no_grad()
def squared_distances(f6: Tensor, codes: Tensor) -> Tensor:
    """(N, d) and (classes, d) -> (N, classes), by the library's output layer."""
    return RBFOutput(codes).to(codes.dtype).distances(f6)


def _inner(f6: Tensor, codes: Tensor) -> Tensor:
    return f6 @ codes.T


def _by_lengths(f6: Tensor, codes: Tensor) -> Tensor:
    """Right where every unit of a code is -1 or +1."""
    return f6.square().sum(1, keepdim=True) - 2 * f6 @ codes.T + codes.shape[1]


def _shape_hint(given: tuple[int, ...], right: tuple[int, ...]) -> str:
    if given == right[::-1]:
        return "One row for each picture, and one column for each code."
    if len(given) == 3:
        return "Eq. 7 has a sum. Over which of your three axes does it run?"
    if given == right[:1] or given == right[1:]:
        return "Each picture has a distance to each of the codes."
    return ""


DISTANCES = Function(
    form="distances(f6, codes)",
    right=squared_distances,
    mistakes=(
        Mistake(lambda f6, codes: squared_distances(f6, codes).sqrt(), "Nearly: those are the "
                "distances themselves. What does Eq. 7 leave out?", 0.5),
        Mistake(lambda f6, codes: squared_distances(f6, codes) / f6.shape[1], "Nearly. Would a "
                "code of twice as many units, each off by as much, be as far away?", 0.5),
        Mistake(lambda f6, codes: -squared_distances(f6, codes), "Nearly: those are the "
                "library's scores, where the largest wins. Can a squared distance be below 0?",
                0.5),
        Mistake(lambda f6, codes: squared_distances(f6, codes) / 2, "Nearly: the authors' later "
                "code has such a factor. Does Eq. 7?", 0.5),
        Mistake(lambda f6, codes: torch.cdist(f6, codes, p=1), "You add up how far the units are "
                "apart. What does Eq. 7 do with each difference first?", 0.25),
        Mistake(lambda f6, codes: (f6[:, None] - codes).sum(2).square(), "Square first, or add "
                "first? Try two units, one too large by 1 and the other too small by 1.", 0.25),
        Mistake(_inner, "Those are the products of a linear layer. Is a picture that meets its "
                "code exactly at distance 0?", 0.25),
        Mistake(_by_lengths, "Right for codes of -1 and +1. And for others?", 0.5),
    ),
    praise="The same numbers as the library's output layer, for its ten codes and for others.",
    shape_hint=_shape_hint,
    keeps_inputs=True,
)  # fmt: skip


def unit_cases(seed: int) -> list[Case]:
    """The states of F6 beside the ten codes, and other states beside centres of any values."""
    draw = torch.Generator().manual_seed(seed)
    pictures, centres = (int(torch.randint(2, 5, (), generator=draw)) for _ in range(2))
    units = int(torch.randint(5, 10, (), generator=draw))
    sizes = [(3, DIGIT_CODES.double()), (pictures, _normal(draw, centres + 3, units))]
    cases = []
    for count, codes in sizes:
        text = f"{count} pictures and {len(codes)} codes of {codes.shape[1]} units"
        cases.append(Case(text, (_normal(draw, count, codes.shape[1]), codes)))
    return cases


def _normal(draw: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=draw, dtype=torch.float64)


register(
    Task(
        "06.distance_of_codes",
        points=2,
        cases=code_cases,
        judge=number_judge(distance_question),
        ask=ask_distance,
        hints=(
            "Units that agree add nothing. What does a single unit that differs add?",
            "One code has -1 in such a unit and the other has +1. Eq. 7 takes the difference of "
            "the two and squares it.",
            "Square the way from -1 to +1. Each unit that differs adds that much, so you only "
            "have to multiply. How many units the codes have in all does not matter.",
        ),
        reasoning=(
            "A unit that agrees adds 0, and one that differs adds the square of 2. So among codes "
            "of -1 and +1 the squared distance counts the pixels that differ, four for each."
        ),
    )
)
register(
    Task(
        "06.distances",
        points=3,
        cases=unit_cases,
        run=as_function(),
        judge=DISTANCES,
        hints=(
            "Work out one number by hand first: one picture, one code. Eq. 7 says what happens "
            "unit by unit.",
            "Take the difference in each unit, square it, and add up. Then do the same for every "
            "picture and every code, in two loops if you like.",
            "Without loops: give `f6` one more axis in the middle, so that each picture meets "
            "each code. The difference then has three axes: pictures, codes, units. The sum runs "
            "over the last.",
        ),
        reasoning=(
            "Each output unit compares F6 with its own code, unit by unit, and adds up the "
            "squares. A picture that meets a code exactly gets 0 from it, so the smallest output "
            "wins, and a picture that is far from all ten gets ten large ones."
        ),
    )
)
