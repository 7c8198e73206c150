"""Chapter 11: how many windows a picture gives, and what a unit hands on under dropout."""

import random

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake, Question, judge_part, number_judge
from lessonlib.checks.reading import items
from lessonlib.checks.result import Verdict
from lessonlib.checks.task import Task, register

# Windows


def crop_cases(seed: int) -> list[Case]:
    """Height and width of the pictures, and the side of the windows, in pixels."""
    draw = random.Random(seed)
    side = draw.randint(90, 200)
    down = draw.randint(6, 40)
    right = draw.choice([room for room in range(6, 41) if room != down])
    return [Case(f"windows of {side}x{side}", (side + down, side + right, side))]


def ask_crops(case: Case) -> str:
    """The pictures and their windows."""
    height, width, side = case.inputs
    return (
        f"Pictures are {height} pixels high and {width} wide. In training, a window of "
        f"{side}x{side} pixels is cut out of each at a place drawn at random, and in half of the "
        f"cases it is mirrored, left to right. **How many different inputs** can one picture give?"
    )


def crop_question(height: int, width: int, side: int) -> Question:
    """Places down, times places across, times two."""
    down, right = height - side, width - side
    places = (down + 1) * (right + 1)
    return Question(
        right=2 * places,
        mistakes=[
            Mistake(2 * down * right, "That is how the paper counts to 2,048. Try it for a window "
                    "that is one pixel smaller than the picture: how many places are there?", 0.5),
            Mistake(places, "And the mirror images?", 0.5),
            Mistake(down * right, "That is the paper's way to count places. How many are there "
                    "for a window one pixel smaller than the picture? And the mirror images?",
                    0.25),
            Mistake(4 * places, "Nearly. Is anything mirrored top to bottom?", 0.5),
            Mistake(2 * (down + right + 2), "Each place down goes with each place across.", 0.25),
            Mistake(2 * height * width, "Can a window begin at the picture's last pixel?"),
            Mistake(10, "That is how many views are averaged in a test. And in training?"),
        ],
        praise="Both ends count, so there is one place more than there are pixels of room.",
        hint="Count the places in one direction first: where can the window's first row be?",
        counts=True,
    )  # fmt: skip


# Dropout

PLACES = ("by 2012's rule, in training", "by 2012's rule, in evaluation",
          "by today's rule, in training", "by today's rule, in evaluation")  # fmt: skip


def dropout_cases(seed: int) -> list[Case]:
    """A state, and the share of units that are dropped."""
    draw = random.Random(seed)
    state = round(draw.uniform(2.0, 9.0), 1)
    return [Case("a unit", (state, draw.choice((0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8))))]


def ask_dropout(case: Case) -> str:
    """The unit."""
    state, rate = case.inputs
    return (
        f"A unit's state is {state:g}. In training, each unit of its layer is dropped with a "
        f"chance of {rate:g}, and this one is **kept**. What does it hand on by 2012's rule, in "
        f"training and then in evaluation? And by today's rule, as PyTorch has it?"
    )


def handed_on(state: float, rate: float) -> list[float]:
    """What a kept unit hands on, in the order of `PLACES`."""
    keep = 1 - rate
    return [state, keep * state, state / keep, state]


def dropout_questions(state: float, rate: float) -> list[Question]:
    """One question per place."""
    keep = 1 - rate
    balance = "what it hands on in evaluation is what it hands on in training on average"
    about = {
        state: f"That is the state itself. By either rule, {balance}.",
        0.0: "It is kept, so it is not 0.",
        rate * state: "That has the share that is dropped. Which share is kept?",
        state / rate: "That has the share that is dropped. Which share is kept?",
        keep * state: f"That is too little here. By either rule, {balance}.",
        state / keep: f"That is too much here. By either rule, {balance}.",
    }
    return [
        Question(
            right=right,
            mistakes=[Mistake(value, hint) for value, hint in about.items() if value != right],
            praise="Right.",
            hint=f"That is none of the usual ones. By either rule, {balance}.",
        )
        for right in handed_on(state, rate)
    ]


def judge_dropout(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """A quarter of the points per number.

    Raises:
        AnswerError: the answer is no list of four.
    """
    given = items(outcomes[0].value, len(PLACES), "`[1.0, 2.0, 3.0, 4.0]`")
    pairs = zip(given, dropout_questions(*cases[0].inputs), strict=True)
    verdicts = [judge_part(value, question) for value, question in pairs]
    share = sum(verdict.share for verdict in verdicts) / len(PLACES)
    if share == 1:
        return Verdict(1.0, "All four are right.")
    wrong = [
        f"{place[0].upper()}{place[1:]}: {verdict.message}"
        for place, verdict in zip(PLACES, verdicts, strict=True)
        if verdict.share < 1
    ]
    return Verdict(share, " ".join(wrong))


register(
    Task(
        "11.crops",
        points=1,
        cases=crop_cases,
        judge=number_judge(crop_question),
        ask=ask_crops,
        hints=(
            "Take a row of five pixels and a window of four. At how many places can it be?",
            "The places down and the places across are independent of each other, and so is "
            "whether the window is mirrored. What happens to the numbers of independent choices?",
            "In each direction: the picture's side minus the window's, and one. Multiply both, and "
            "then by the number of ways to mirror.",
        ),
        reasoning=(
            "The first and the last place both count. With 224 of 256 pixels there are 33 places "
            "in each direction, and not 32, so that the factor is 2,178 and not the 2,048 that the "
            "paper prints. It changes nothing in the network; it shows that a printed number can "
            "be checked."
        ),
    )
)
register(
    Task(
        "11.dropout",
        points=1,
        cases=dropout_cases,
        judge=judge_dropout,
        ask=ask_dropout,
        hints=(
            "One rule makes states smaller when the training is over, the other makes them larger "
            "while it goes on. Which is which?",
            "Think of a hundred units like this one. How many are kept, and what do all of them "
            "hand on together in training? In evaluation all hundred are there.",
            "The share that is kept is 1 minus the chance to be dropped. One rule multiplies by it "
            "in evaluation, the other divides by it in training, and each leaves the state alone "
            "in the other mode.",
        ),
        reasoning=(
            "Both rules make the average in training equal to the state in evaluation, so the next "
            "layer sees sums of the usual size. Today's has the advantage that evaluation needs no "
            "factor. Weights trained by one rule are wrong by that factor under the other."
        ),
    )
)
