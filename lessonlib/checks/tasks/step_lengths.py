"""Chapter 7: how long a step of stochastic diagonal Levenberg-Marquardt is."""

import random

from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.task import Task, register
from lessonlib.training import LECUN1998

ETA_BY_PASS, MU = LECUN1998.eta_by_pass, LECUN1998.mu  # LeCun et al. 1998, sec. III.B
# What is often printed in its place (claim T9): the three passes at 0.0001 are missing.
SHORTENED = (5e-4,) * 2 + (2e-4,) * 3 + (5e-5,) * 4 + (1e-5,) * 11


def step_size(eta: float, mu: float, curvature: float) -> float:
    """What the slope is multiplied by: eta / (mu + h), LeCun et al. 1998, sec. III.B."""
    return eta / (mu + curvature)


def flat_cases(seed: int) -> list[Case]:
    """Eta and mu, neither of them the paper's."""
    draw = random.Random(seed)
    eta, mu = draw.choice([0.0003, 0.0004, 0.0006, 0.0008]), draw.choice([0.01, 0.04, 0.05, 0.08])
    return [Case("a flat direction", (eta, mu))]


def ask_flat(case: Case) -> str:
    """The weight whose step is asked for."""
    eta, mu = case.inputs
    return (
        f"In one pass $\\eta$ is {eta:g}, and $\\mu$ is {mu:g}. Along some weight the loss has no "
        f"curvature at all: its h is 0. What is the weight's **step size** $\\epsilon$, the number "
        f"that its slope is multiplied by?"
    )


def flat_question(eta: float, mu: float) -> Question:
    """The step size where h is 0."""
    return Question(
        right=step_size(eta, mu, 0.0),
        mistakes=[
            Mistake(eta, "That is a plain learning rate. What is it divided by?"),
            Mistake(eta * mu, "Does a larger mu make steps longer or shorter?"),
            Mistake(mu / eta, "Which of the two is above the line?"),
            Mistake(1 / mu, "That is what multiplies eta.", 0.5),
            Mistake(0, "The curvature is 0, and not the slope. What is left below the line?"),
            Mistake(eta / (1 + mu), "What is left below the line when h is 0?"),
        ],
        praise="Where h is 0, mu alone is below the line.",
        hint="Write the step size down with its curvature, and then let the curvature be 0.",
    )


def pass_cases(seed: int) -> list[Case]:
    """A pass in which the shortened schedule is wrong, and a curvature."""
    draw = random.Random(seed)
    passes = [n for n, pair in enumerate(zip(ETA_BY_PASS, SHORTENED, strict=True), start=1)
              if pair[0] != pair[1]]  # fmt: skip
    return [Case("a pass", (draw.choice(passes), draw.choice([0.01, 0.03, 0.05, 0.08])))]


def ask_pass(case: Case) -> str:
    """The pass and the curvature."""
    which, curvature = case.inputs
    return (
        f"In pass {which} of the paper's 20 some weight has the curvature h = {curvature:g}. What "
        f"is its **step size** in this pass, with the paper's own schedule and its $\\mu$ of "
        f"{MU:g}?"
    )


def pass_question(which: int, curvature: float) -> Question:
    """The step size in one pass of 1998."""
    eta, told = ETA_BY_PASS[which - 1], SHORTENED[which - 1]
    schedule = "That is the claim's schedule. Which step of the paper's is missing in it?"
    other = sorted({*ETA_BY_PASS} - {eta, told})
    return Question(
        right=step_size(eta, MU, curvature),
        mistakes=[
            Mistake(step_size(told, MU, curvature), schedule, 0.5),
            Mistake(told, f"{schedule} And is this number a plain learning rate?"),
            Mistake(eta, "That is the pass's eta. What is it divided by?", 0.5),
            Mistake(eta / MU, "That is the step of a flat direction. This one has a curvature.",
                    0.5),
            Mistake(eta / curvature, "What is added to the curvature?", 0.5),
            *(Mistake(step_size(n, MU, curvature), "Your division is right. Count the passes of "
                      "the paper's schedule again.", 0.5) for n in other),
        ],
        praise="The schedule gives eta, and each weight has a step size of its own.",
        hint="First find eta in the paper's schedule, which chapter 7 has. Then divide.",
    )  # fmt: skip


register(
    Task(
        "07.flat_step",
        points=2,
        cases=flat_cases,
        judge=number_judge(flat_question),
        ask=ask_flat,
        hints=(
            "Which two numbers stand below the line in the step size of chapter 7?",
            "One of the two is the weight's own curvature. What is left of the sum when it is 0?",
            "Divide eta by what is left. The result is much larger than eta itself: why would an "
            "algorithm want long steps where the loss is flat?",
        ),
        reasoning=(
            "The step size is eta over mu plus h, so a small mu permits long steps in flat "
            "directions, and without mu the division would fail there. With the paper's mu a flat "
            "direction has steps of 50 eta, which is why eta alone says little."
        ),
    )
)
register(
    Task(
        "07.step_of_pass",
        points=2,
        cases=pass_cases,
        judge=number_judge(pass_question),
        ask=ask_pass,
        hints=(
            "Two things are wrong with the claim. One is a step of the schedule, and the other is "
            "what the numbers are.",
            "The paper's schedule has five different values of eta, and chapter 7 lists them. "
            "Count the passes, beginning with 1.",
            "The pass has an eta; what multiplies the slope is that eta divided by mu and the "
            "curvature together.",
        ),
        reasoning=(
            "The numbers of the schedule are not learning rates: each weight divides them by mu "
            "and its own curvature. The claim leaves out the three passes at 0.0001, so "
            "everything after the fifth pass comes too early."
        ),
    )
)
