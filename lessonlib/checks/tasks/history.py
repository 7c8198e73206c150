"""Chapter 1: what came when, and which system a sentence is about."""

import random
from collections.abc import Sequence
from typing import Any

from lessonlib.checks.labels import Labels, word_of
from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.reading import STILL_NONE, items
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register
from lessonlib.data import timeline

# Events of the chapter's story and of what came after, one per year.
POOL = (
    "Perceptron",
    "What one layer cannot do",
    "Neocognitron: layers of windows",
    "Backpropagation becomes known",
    "A network reads zip codes",
    "Banks read cheques with a network",
    "LeNet-5 and MNIST",
    "SIFT",
    "HOG",
    "ImageNet",
    "AlexNet",
)
LETTERS = "ABCDE"

Event = tuple[str, str]  # letter and words


def order_cases(seed: int) -> list[Case]:
    """Five events under letters, not in order of time."""
    draw = random.Random(seed)
    dates = _dates()
    names = draw.sample(POOL, len(LETTERS))
    while names in (sorted(names, key=dates.get), sorted(names, key=dates.get, reverse=True)):
        draw.shuffle(names)
    return [Case("five events", (list(zip(LETTERS, names, strict=True)),))]


def _dates() -> dict[str, str]:
    """The date of each event, by its short words."""
    return timeline().set_index("short")["date"].to_dict()


def ask_order(case: Case) -> str:
    """The five events, without their dates."""
    rows = [f"| {letter} | {words} |" for letter, words in case.inputs[0]]
    return "\n".join(["| letter | event |", "|---|---|", *rows])


def judge_order(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """All points for the right order, half where two neighbours are exchanged.

    Raises:
        AnswerError: the answer is not each of the five letters once.
    """
    events: Sequence[Event] = cases[0].inputs[0]
    order = _letters(outcomes[0].value)
    dates = _dates()
    right = [letter for letter, words in sorted(events, key=lambda event: dates[event[1]])]
    if order == right:
        return Verdict(1.0, "All five are in order.")
    wrong = [
        (one, other)
        for place, one in enumerate(order)
        for other in order[place + 1 :]
        if right.index(one) > right.index(other)
    ]
    if order == right[::-1]:
        return Verdict(0.5, "That is the right order backwards. Which comes first?")
    said = f"{len(wrong)} of the ten pairs are in the wrong order."
    if len(wrong) == 1:
        return Verdict(0.5, f"Nearly: two neighbours of your list are exchanged. {said}")
    return Verdict(0.0, f"{said} Which of the five needs another of them to have come first?")


def _letters(value: Any) -> list[str]:
    """The five letters, from a text such as "BADCE" or "B, A, D, C, E", or a list."""
    if value is None:
        raise AnswerError(STILL_NONE)
    given = [sign for sign in value if sign.isalpha()] if type(value) is str else value
    letters = items(given, len(LETTERS), '`"BADCE"`')
    letters = [one.strip().upper() if type(one) is str else one for one in letters]
    if sorted(map(str, letters)) != list(LETTERS):
        raise AnswerError(f"Give each of the letters {', '.join(LETTERS)} once, oldest first.")
    return letters


# Which system is it?

SYSTEMS = ("zip codes", "cheques", "MNIST")
SENTENCES = {
    "It learned 9,760 numbers.": "zip codes",
    "It was tested on 2,007 digits.": "zip codes",
    "All its pictures had 16x16 pixels.": "zip codes",
    "Its digits came from envelopes.": "zip codes",
    "It came into use in June 1996.": "cheques",
    "It ran in machines by NCR.": "cheques",
    "It read all printable characters (ASCII), not only digits.": "cheques",
    "Several banks used it.": "cheques",
    "It was tested on 10,000 digits.": "MNIST",
    "Its ten outputs were compared with other ways to read digits.": "MNIST",
    "Its digits were written by Census employees and by students.": "MNIST",
    "Its digits fit into 20x20 pixels.": "MNIST",
}
FOUR = "ABCD"


def claim_cases(seed: int) -> list[Case]:
    """Four sentences under letters, at least one about each of the three."""
    draw = random.Random(seed)
    chosen = [draw.choice([s for s, about in SENTENCES.items() if about == name])
              for name in SYSTEMS]  # fmt: skip
    chosen.append(draw.choice([sentence for sentence in SENTENCES if sentence not in chosen]))
    draw.shuffle(chosen)
    return [Case("four sentences", (list(zip(FOUR, chosen, strict=True)),))]


def ask_claim(case: Case) -> str:
    """The four sentences."""
    rows = [f"| {letter} | {words} |" for letter, words in case.inputs[0]]
    return "\n".join(["| letter | sentence |", "|---|---|", *rows])


WHICH = Labels(
    names=FOUR,
    thing="sentence",
    example='{"A": "cheques", "B": "MNIST"}',
    read=word_of(SYSTEMS),
    hint="The chapter has a table with one column for each of the three.",
    praise="You keep the three apart.",
)


def judge_claim(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Which of the three systems each sentence is about."""
    truth = {letter: {SENTENCES[words]} for letter, words in cases[0].inputs[0]}
    return WHICH(outcomes[0].value, truth)


register(
    Task(
        "01.order_events",
        points=2,
        cases=order_cases,
        judge=judge_order,
        ask=ask_order,
        hints=(
            "Which of the five could not have been without another of them?",
            "Begin with the first and the last, and then ask of each of the others whether it is "
            "nearer to the one or to the other.",
            "`timeline()` holds every event with its date: look up the ones that you are not sure "
            "of.",
        ),
        reasoning=(
            "The parts of LeNet-5 are older than it is, and features such as SIFT and HOG, which "
            "are often told as what came before, are younger."
        ),
    )
)
register(
    Task(
        "01.which_system",
        points=2,
        cases=claim_cases,
        judge=judge_claim,
        ask=ask_claim,
        hints=(
            "Three stories have been told as one: zip codes, cheques, and the digits of MNIST.",
            "One of the three is an experiment of 1989, one a product, and one a set of digits for "
            "comparison, with the network that the paper printed.",
            "Look for a number or a name in each sentence, and find it in the chapter's table of "
            "the three.",
        ),
        reasoning=(
            "Each of the three has its own digits, its own date and its own user. A sentence that "
            "takes a number from one and a user from another is wrong, however often it is told."
        ),
    )
)
