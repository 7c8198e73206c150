"""Chapter 10: parameters of a convolution in groups, memory of a batch, and a slip in a caption."""

import random
from typing import Any

from torch import nn

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.reading import describe, items, text, whole_number
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register

BYTES = 4
MILLION = 1_000_000


def group_cases(seed: int) -> list[Case]:
    """Maps, the side of the kernels, maps below, and groups."""
    draw = random.Random(seed)
    groups = draw.choice([2, 4])
    maps, below = groups * draw.randint(20, 60), groups * draw.randint(8, 30)
    return [Case(f"{maps} maps in {groups} groups", (maps, draw.choice([3, 5, 7]), below, groups))]


def ask_groups(case: Case) -> str:
    """The layer whose parameters are to be counted."""
    maps, side, below, groups = case.inputs
    return (
        f"A convolution has {maps} maps with kernels of {side}x{side} and a bias for each map. "
        f"There are {below} maps below, and the layer has {groups} groups, like conv2 of AlexNet "
        f"with its two. How many **parameters** does it train?"
    )


def group_question(maps: int, side: int, below: int, groups: int) -> Question:
    """How many numbers the layer trains."""
    weights = nn.Conv2d(below, maps, side, groups=groups, bias=False).weight.numel()
    return Question(
        right=weights + maps,
        mistakes=[
            Mistake(groups * weights + maps, "That is the layer without groups. How many maps "
                    "below does one kernel read?"),
            Mistake(weights, "That is every weight. What else does each map train?", 0.5),
            Mistake((weights + maps) // groups, "That is one group. How many are there?", 0.5),
            Mistake(weights // groups + maps, "Groups share out the maps below. Do all maps of "
                    "the layer still have a kernel?", 0.5),
            Mistake(maps * (side**2 + 1), "That looks at one map below. How many does a kernel "
                    "read?"),
            Mistake(weights + groups, "How many biases does one map have?", 0.5),
        ],
        praise="Each map has a kernel for the maps of its own group, and a bias.",
        hint="Begin with one map: how many maps below are in its group?",
        counts=True,
    )  # fmt: skip


def memory_cases(seed: int) -> list[Case]:
    """Maps and sides of three layers, units of a fourth, and pictures in a batch."""
    draw = random.Random(seed)
    layers = [[draw.randint(30, 60), draw.choice([41, 47, 55])],
              [draw.randint(80, 140), draw.choice([21, 23, 27])],
              [draw.randint(150, 250), draw.choice([11, 13])]]  # fmt: skip
    units, pictures = 128 * draw.randint(8, 32), draw.choice([64, 96, 160])
    return [Case(f"a batch of {pictures}", (layers, units, pictures))]


def ask_memory(case: Case) -> str:
    """The layers whose values are kept."""
    layers, units, pictures = case.inputs
    first, second, third = (f"{maps} maps of {side}x{side}" for maps, side in layers)
    return (
        f"A network has three convolutions, with {first}, {second} and {third}, and then {units:,} "
        f"units. To train it, what these four layers put out is kept for a batch of {pictures} "
        f"pictures, {BYTES} bytes per number. How many **megabytes** is that, at a million bytes?"
    )


def memory_question(layers: list[list[int]], units: int, pictures: int) -> Question:
    """How much memory the values take."""
    maps = sum(count * side**2 for count, side in layers)
    values = pictures * (maps + units)
    right = BYTES * values / MILLION
    return Question(
        right=right,
        mistakes=[
            Mistake(right / pictures, "That is one picture. How many are in the batch?", 0.5),
            Mistake(values / MILLION, "Those are numbers, in millions. How many bytes has each?",
                    0.5),
            Mistake(BYTES * values, "Those are bytes. How many of them are a megabyte?", 0.5),
            Mistake(BYTES * values / 2**20, "You divide by 1024 twice, which counts mebibytes; "
                    "here a megabyte is a million bytes.", 0.5),
            Mistake(BYTES * sum(count * side for count, side in layers) * pictures / MILLION
                    + BYTES * units * pictures / MILLION, "How many units has a map of 13x13?"),
        ],
        praise="Every number that a layer puts out is kept, once for each picture.",
        hint="Begin with one picture: how many numbers does each of the four layers put out?",
    )  # fmt: skip


def caption(seed: int) -> tuple[list[list[int]], list[int], int, int]:
    """Maps and side of five layers, neurons as printed, the wrong one's place, and what got in."""
    draw = random.Random(seed)
    sides = [draw.choice([51, 55, 59]), draw.choice([25, 27, 29]), *[draw.choice([13, 15])] * 3]
    layers = [[2 * draw.randint(20, 99), side] for side in sides]
    wrong = draw.randrange(5)
    maps, side = layers[wrong]
    other = next(sides[i] for i in (1, 0) if sides[i] != side)
    instead = draw.choice([maps // 2, maps, other])
    printed = [count * length**2 for count, length in layers]
    printed[wrong] = maps * side * instead
    return layers, printed, wrong, instead


def caption_cases(seed: int) -> list[Case]:
    """The layers, and the numbers of neurons that the caption prints."""
    layers, printed, _, _ = caption(seed)
    return [Case("a caption of five numbers", (layers, printed))]


def judge_caption(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the layer's name (1 of 2 points), and the number that replaces a side (1 of 2).

    Raises:
        AnswerError: the answer is no pair.
    """
    layers, printed = cases[0].inputs
    wrong = next(i for i, (maps, side) in enumerate(layers) if printed[i] != maps * side**2)
    maps, side = layers[wrong]
    name, instead = items(outcomes[0].value, 2, '`("conv2", 24)`')
    place = _layer(name, len(layers))
    if place != wrong:
        return Verdict(0.0, f"conv{place + 1} is as its shape says. Compare each layer's number "
                            f"with its maps and its side.")  # fmt: skip
    try:
        given = whole_number(instead)
    except AnswerError as error:
        return Verdict(0.5, f"Layer: right. Number: {error}")
    if given * maps * side == printed[wrong]:
        return Verdict(1.0, "That number is printed in place of one side.")
    known = {
        side: "that is the side which should be there. What is there instead?",
        printed[wrong]: "that is the whole product. Which of its three factors is wrong?",
        maps * side**2: "that is what should be printed. Which factor was replaced, and by what?",
    }
    hint = known.get(given, "divide the printed number by the two factors that are right.")
    return Verdict(0.5, f"Layer: right. Number: {hint}")


def _layer(value: Any, count: int) -> int:
    """The place of a layer from its name.

    Raises:
        AnswerError: it is no layer's name.
    """
    names = [f"conv{i + 1}" for i in range(count)]
    name = text(value)
    if name not in names:
        raise AnswerError(
            f"First in your pair comes one of {', '.join(names)}. You gave {describe(value)}."
        )
    return names.index(name)


register(
    Task(
        "10.group_parameters",
        points=1,
        cases=group_cases,
        judge=number_judge(group_question),
        ask=ask_groups,
        hints=(
            "With groups, a map reads only some of the maps below. How many?",
            "The maps below are shared out evenly among the groups. All maps of the layer still "
            "have a kernel for each map that they read.",
            "One map has a weight for each pixel of its window in each map below that is in its "
            "group, and one bias. All maps of the layer have such numbers of their own.",
        ),
        reasoning=(
            "Groups divide what each map reads, and so the weights, by their number. Biases stay, "
            "since there are as many maps as before."
        ),
    )
)
register(
    Task(
        "10.batch_memory",
        points=2,
        cases=memory_cases,
        judge=number_judge(memory_question),
        ask=ask_memory,
        hints=(
            "How many numbers does a layer put out for one picture? It depends on its maps and on "
            "their size, not on its weights.",
            "Add up the numbers of all four layers for one picture. A map of side n has n times n "
            "of them.",
            "Numbers of one picture, times pictures, times bytes per number; then divide by a "
            "million.",
        ),
        reasoning=(
            "The gradients need what each layer put out, so all of it is kept until the way back. "
            "It grows with the batch, while the parameters do not: that is why a smaller batch "
            "helps where memory runs out."
        ),
    )
)
register(
    Task(
        "10.printed_neurons",
        points=2,
        cases=caption_cases,
        judge=judge_caption,
        hints=(
            "How many neurons has a layer of so many maps of that side?",
            "Only one of the printed numbers differs from its layer's maps times side times side. "
            "Which factors does it have instead?",
            "Divide the wrong number by the layer's maps and then by its side, once. What is left "
            "stands where the second side should be.",
        ),
        reasoning=(
            "A printed total hides its factors, but they can be divided out. The same way led from "
            "the caption's number to the 48 of the chapter. Where such a number comes from is a "
            "guess, and should be called one."
        ),
    )
)
