"""Chapter 4: the parameters of H1 and H2 in a network like that of 1989."""

import random

from torch import nn

from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.task import Task, register


def h1_cases(seed: int) -> list[Case]:
    """Maps, the side of a map in units, and the side of the windows, of a layer like H1."""
    draw = random.Random(seed)
    maps, units, window = draw.randint(9, 20), draw.choice([6, 7, 9, 10, 11]), draw.choice([3, 7])
    return [Case(f"{maps} maps of {units}x{units}", (maps, units, window))]


def ask_h1(case: Case) -> str:
    """The layer whose parameters are to be counted."""
    maps, units, window = case.inputs
    return (
        f"A layer like H1 has {maps} maps of {units}x{units} units. Each unit reads a window of "
        f"{window}x{window} pixels. All units of a map share their weights, but every unit has a "
        f"bias of its own. How many **parameters** does the layer train?"
    )


def h1_question(maps: int, units: int, window: int) -> Question:
    """How many numbers the layer trains."""
    weights, biases = nn.Conv2d(1, maps, window, bias=False).weight.numel(), maps * units**2
    return Question(
        right=weights + biases,
        mistakes=[
            Mistake(weights + maps, "You give each map one bias. Who has a bias here?", 0.5),
            Mistake(weights, "That is every weight. What else does the layer train?", 0.5),
            Mistake(biases, "That is every bias. What else does the layer train?", 0.5),
            Mistake(units**2 * (weights + maps), "That counts the weights once for each unit. What "
                    "do the units of a map share?"),
            Mistake(window**2 + units**2, "That is one map. How many are there?", 0.5),
            Mistake(weights + units**2, "Do units of two maps share a bias?", 0.5),
            Mistake(window**2 + biases, "Do all maps share their weights?", 0.5),
        ],
        praise="Each map has one set of weights, and each of its units a bias.",
        hint="Count the weights of one map and the biases of one map apart.",
        counts=True,
    )  # fmt: skip


def h2_cases(seed: int) -> list[Case]:
    """Maps, the side of a map, the side of the windows, maps below, and how many are read."""
    draw = random.Random(seed)
    below = draw.randint(9, 16)
    reads = draw.randint(5, below - 2)
    maps, units, window = draw.randint(9, 20), draw.choice([5, 6, 7]), draw.choice([3, 5])
    return [Case(f"{maps} maps that read {reads}", (maps, units, window, below, reads))]


def ask_h2(case: Case) -> str:
    """The layer whose parameters are to be counted."""
    maps, units, window, below, reads = case.inputs
    return (
        f"A layer like H2 above it has {maps} maps of {units}x{units} units. There are {below} "
        f"maps below, and each map of H2 reads {reads} of them, through windows of "
        f"{window}x{window}. Weights are shared within a map, and every unit has a bias of its "
        f"own. How many **parameters** does this layer train?"
    )


def h2_question(maps: int, units: int, window: int, below: int, reads: int) -> Question:
    """How many numbers the layer trains."""
    weights, biases = nn.Conv2d(reads, maps, window, bias=False).weight.numel(), maps * units**2
    every = nn.Conv2d(below, maps, window, bias=False).weight.numel()
    return Question(
        right=weights + biases,
        mistakes=[
            Mistake(every + biases, "Does a map of H2 read all maps below?", 0.5),
            Mistake(every + maps, "Two things differ: how many maps below does one map read, and "
                    "who has a bias?"),
            Mistake(weights + maps, "You give each map one bias. Who has a bias here?", 0.5),
            Mistake(weights, "That is every weight. What else does the layer train?", 0.5),
            Mistake(weights // reads + biases, "That looks at one map below. How many are read?"),
            Mistake(units**2 * (weights + maps), "That counts the weights once for each unit. What "
                    "do the units of a map share?"),
            Mistake(weights // maps + units**2, "That is one map. How many are there?", 0.5),
            Mistake(weights + reads * biases, "How many biases does one unit have?", 0.5),
        ],
        praise="A map has a kernel for each map that it reads, and its units have a bias each.",
        hint="Begin with one map: how many kernels does it have, and how many biases?",
        counts=True,
    )  # fmt: skip


register(
    Task(
        "04.h1_parameters",
        points=2,
        cases=h1_cases,
        judge=number_judge(h1_question),
        ask=ask_h1,
        hints=(
            "What do the units of one map share, and what does each of them have for itself?",
            "Count the two kinds of numbers apart: the weights of one map, which do not depend on "
            "how many units it has, and the biases of one map, which do.",
            "One map has a weight for each pixel of its window, once, and a bias for each of its "
            "units. Every map has such numbers of its own.",
        ),
        reasoning=(
            "Weights are shared, so a map needs one window of them, whatever its size. Biases were "
            "not shared in 1989, so there are as many as units, and they grow with the map. "
            "LeNet-5 shares the bias, too."
        ),
    )
)
register(
    Task(
        "04.h2_parameters",
        points=2,
        cases=h2_cases,
        judge=number_judge(h2_question),
        ask=ask_h2,
        hints=(
            "A unit reads a window in several maps. In how many, and does it use the same weights "
            "in each?",
            "For one map of H2, count the kernels: one for each map that it reads. Then count the "
            "biases as in H1.",
            "Which maps are read makes no difference to the count, only how many. Kernels of one "
            "map times weights of one kernel, plus the units of one map; then all maps.",
        ),
        reasoning=(
            "Each connection of two maps costs one kernel, so what a map does not read costs "
            "nothing. The count says how many connections there are and not which, so it cannot "
            "tell which maps were left out."
        ),
    )
)
