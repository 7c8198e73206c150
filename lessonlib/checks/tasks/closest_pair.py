"""Chapter 6: which two codes lie closest together, among the digits of a form."""

import itertools
import random
from functools import cache

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake, Question, judge_number
from lessonlib.checks.reading import items
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.own_network import read_number
from lessonlib.layers import DIGIT_CODES


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
            "close together here, too. The authors wanted it that way, because a later step that "
            "knows the language can then still choose between the two. The fewer pixels differ, "
            "the less F6 has to be off for the other digit to win."
        ),
    )
)
