"""Chapter 6: the distances that the output layer measures, and which codes lie close together."""

import itertools
import random
from functools import cache

import torch
from torch import Tensor

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake, Question, judge_number, number_judge
from lessonlib.checks.reading import items
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.own_network import read_number
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


# The closest pair


def differences(digits: tuple[int, ...]) -> dict[tuple[int, int], int]:
    """In how many of the 84 pixels the codes of each two digits differ."""
    pairs = itertools.combinations(digits, 2)
    return {(a, b): int((DIGIT_CODES[a] != DIGIT_CODES[b]).sum()) for a, b in pairs}


@cache
def forms() -> tuple[tuple[int, ...], ...]:
    """Five or six digits with one closest pair, which is not the closest of all ten."""
    every = differences(tuple(range(10)))
    closest = min(every, key=every.__getitem__)
    choices = [c for size in (5, 6) for c in itertools.combinations(range(10), size)]
    kept = []
    for digits in choices:
        counts = sorted(differences(digits).values())
        if not set(closest) <= set(digits) and counts[0] < counts[1]:
            kept.append(digits)
    return tuple(kept)


def form_cases(seed: int) -> list[Case]:
    """The digits that occur on the learner's form."""
    digits = random.Random(seed).choice(forms())
    return [Case("a form", (digits,))]


def ask_form(case: Case) -> str:
    """The digits."""
    *first, last = map(str, case.inputs[0])
    return f"On your form only the digits {', '.join(first)} and {last} occur."


def judge_pair(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the two digits (2 of 3 points) and the number of pixels (1 of 3).

    Raises:
        AnswerError: the answer is no list of three.
    """
    first, second, pixels = items(outcomes[0].value, 3, "`(3, 8, 21)`")
    counts = differences(*cases[0].inputs)
    verdicts = [_judge_digits(first, second, counts), _judge_pixels(pixels, counts)]
    points = verdicts[0].share * 2 + verdicts[1].share * 1
    return Verdict(points / 3, " ".join(verdict.message for verdict in verdicts))


def _judge_digits(first: object, second: object, counts: dict[tuple[int, int], int]) -> Verdict:
    """Compare the pair; what cannot be one gets no points and leaves the rest alone."""
    try:
        low, high = sorted(read_number(digit, 10) for digit in (first, second))
    except AnswerError as error:
        return Verdict(0.0, f"Digits: {error}")
    if low == high:
        return Verdict(0.0, "Digits: a pair has two different digits.")
    if (low, high) not in counts:
        return Verdict(0.0, f"Digits: do {low} and {high} both occur on your form?")
    if counts[low, high] == min(counts.values()):
        return Verdict(1.0, "Digits: right.")
    return Verdict(0.0, f"Digits: the codes of another two are closer than those of {low} and "
                   f"{high}.")  # fmt: skip


def _judge_pixels(value: object, counts: dict[tuple[int, int], int]) -> Verdict:
    try:
        verdict = judge_number(value, pixel_question(min(counts.values())))
    except AnswerError as error:
        verdict = Verdict(0.0, str(error))
    return verdict._replace(message=f"Pixels: {verdict.message}")


def pixel_question(pixels: int) -> Question:
    """In how many pixels the closest two codes differ."""
    return Question(
        right=pixels,
        mistakes=[
            Mistake(4 * pixels, "Is that the squared distance? Count the pixels.", 0.5),
            Mistake(2 * pixels, "Does each pixel that differs count once in your sum?", 0.5),
            Mistake(DIGIT_CODES.shape[1] - pixels, "Do you count the pixels that agree?"),
        ],
        praise="right.",
        hint="Count the places at which the two codes are not equal.",
        counts=True,
    )


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
register(
    Task(
        "06.closest_pair",
        points=3,
        cases=form_cases,
        judge=judge_pair,
        ask=ask_form,
        hints=(
            "Only the digits of your form count. How many pairs do they make?",
            "For one pair: lay the two codes beside each other, and count the places at which "
            "they are not equal.",
            "Two loops over your digits make all pairs. `(codes[a] != codes[b]).sum()` counts the "
            "places, and your `distances`, with the codes in both places, would find the same "
            "pair.",
        ),
        reasoning=(
            "The codes are drawn like printed digits, so those that look alike to the eye lie "
            "close together here, too. The authors wanted it that way: a language model that "
            "comes after the network expects such confusions. The fewer pixels, the less F6 has "
            "to be off for the other digit to win."
        ),
    )
)
