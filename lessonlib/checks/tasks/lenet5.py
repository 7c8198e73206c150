"""Chapter 3: counting the layers of networks like LeNet-5."""

import random
from collections import OrderedDict
from functools import cache

from torch import nn

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake, Question, judge_part, number_judge
from lessonlib.checks.reading import describe, items, text
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register
from lessonlib.models import LayerTable, LeNet5, layer_table

FIELD = (32, 32)  # rows and columns of LeNet-5's field


def parameter_cases(seed: int) -> list[Case]:
    """Maps, maps below, and the side of the windows, of a layer like C5."""
    draw = random.Random(seed)
    maps, below = draw.randint(70, 110), draw.randint(18, 40)
    return [Case(f"{maps} maps", (maps, below, draw.choice([3, 4, 6, 7])))]


def ask_parameters(case: Case) -> str:
    """The layer whose parameters are to be counted."""
    maps, below, side = case.inputs
    return (
        f"A layer like C5 has {maps} maps. Each of its units reads a window of {side}x{side} in "
        f"all {below} maps below, and has a bias. How many **parameters** does it train?"
    )


def parameter_question(maps: int, below: int, side: int) -> Question:
    """How many numbers the layer trains."""
    layer = nn.Conv2d(below, maps, side)
    weights = layer.weight.numel()
    return Question(
        right=sum(p.numel() for p in layer.parameters()),
        mistakes=[
            Mistake(weights, "That is every weight. What else does each map train?", 0.5),
            Mistake(maps * (side**2 + 1), "That looks at one map below. How many are there?"),
            Mistake(weights + 1, "You count one bias for the whole layer. Think of one map.", 0.5),
            Mistake(maps * below * (side**2 + 1), "How many biases does one map have?", 0.5),
            Mistake(below * side**2 + 1, "That is one map. How many are there?", 0.5),
        ],
        praise="Every map has a weight for each value that its units read, and a bias.",
        hint="Begin with one unit: how many values does it read, and what else does it add?",
        counts=True,
    )


def connection_cases(seed: int) -> list[Case]:
    """Maps, the side of the windows, and rows and columns of the field, of a layer like C1."""
    draw = random.Random(seed)
    maps, side = draw.randint(7, 12), draw.choice([3, 5, 7])
    return [Case(f"{maps} maps", (maps, side, draw.randint(20, 30), draw.randint(34, 48)))]


def ask_connections(case: Case) -> str:
    """The layer whose connections are to be counted."""
    maps, side, rows, columns = case.inputs
    return (
        f"A layer like C1 has {maps} maps. Each of its units reads {side}x{side} pixels of a field "
        f"of {rows} rows and {columns} columns, and has a bias. Its windows lie wholly inside the "
        f"field, one pixel apart. How many **connections** does it have, as the paper counts them?"
    )


def connection_question(maps: int, side: int, rows: int, columns: int) -> Question:
    """How many connections the layer has."""
    layer = nn.Conv2d(1, maps, side)
    row = layer_table(nn.Sequential(OrderedDict(c1=layer)), (1, rows, columns))["c1"]
    weights, units, pixels = layer.weight.numel(), row.connections // (side**2 + 1), rows * columns
    places = "That has one unit for every pixel of the field. How many windows lie wholly inside?"
    return Question(
        right=row.connections,
        mistakes=[
            Mistake(row.multiply_adds, "A unit's bias is a connection too, the paper says.", 0.5),
            Mistake(row.parameters, "Those are its parameters. At how many places is each used?"),
            Mistake(row.connections // maps, "That is one map. How many are there?", 0.5),
            Mistake(units, "That is the number of units. Each has connections."),
            Mistake(row.parameters * pixels, places, 0.5),
            Mistake(weights * pixels, f"{places} And where is the bias?"),
        ],
        praise="Every unit of every map counts its inputs and its bias, though the units of a map "
        "share their numbers.",
        hint="Begin with one unit: what does it read and add? Then count the units.",
        counts=True,
    )


def field_cases(seed: int) -> list[Case]:
    """Rows and columns of a field that holds a line of digits; C5 has most connections there."""
    columns = 4 * random.Random(seed).randint(25, 60)
    return [Case(f"a field of {FIELD[0]}x{columns}", (FIELD[0], columns))]


def ask_busiest(case: Case) -> str:
    """The field."""
    rows, columns = case.inputs
    return f"Your cheque's line of digits gives a field of {rows} rows and {columns} columns."


@cache
def table(rows: int, columns: int) -> LayerTable:
    """LeNet-5 on a field of this size, layer by layer."""
    return layer_table(LeNet5(), (rows, columns))


def busiest(counts: LayerTable) -> str:
    """The name of the layer with most connections."""
    return max(counts, key=lambda row: row.connections).name


def judge_busiest(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the layer's name (1 of 3 points) and its share (2 of 3).

    Raises:
        AnswerError: the answer is no pair.
    """
    name, share = items(outcomes[0].value, 2, "`('s2', 0.25)`")
    verdicts = [_judge_name(name, *cases[0].inputs), _judge_share(share, *cases[0].inputs)]
    points = verdicts[0].share * 1 + verdicts[1].share * 2
    return Verdict(points / 3, " ".join(verdict.message for verdict in verdicts))


def _judge_name(value: object, rows: int, columns: int) -> Verdict:
    """Compare the layer's name; what cannot be one gets no points and leaves the rest alone."""
    counts = table(rows, columns)
    names = [row.name for row in counts]
    try:
        name = text(value)
    except AnswerError as error:
        return Verdict(0.0, f"Name: {error}")
    if name not in names:
        known = ", ".join(names)
        return Verdict(0.0, f"Name: it should be one of {known}. You gave {describe(value)}.")
    if name == busiest(counts):
        return Verdict(1.0, "Name: right.")
    if name == busiest(table(*FIELD)):
        return Verdict(
            0.0, f"Name: {name} has the most connections on 32x32. Which field did you measure?"
        )
    return Verdict(0.0, f"Name: {name} has fewer connections than another layer.")


def _judge_share(value: object, rows: int, columns: int) -> Verdict:
    """Compare the share; what is no number gets no points and leaves the rest alone."""
    verdict = judge_part(value, share_question(rows, columns))
    return verdict._replace(message=f"Share: {verdict.message}")


def share_question(rows: int, columns: int) -> Question:
    """The busiest layer's share of all connections."""
    counts, usual = table(rows, columns), table(*FIELD)
    row = counts[busiest(counts)]
    part, rest = row.connections, counts.connections - row.connections
    on_digits = usual[busiest(usual)].connections / usual.connections
    return Question(
        right=part / counts.connections,
        mistakes=[
            Mistake(100 * part / counts.connections, "A share is from 0 to 1, not percent.", 0.5),
            Mistake(row.parameters / counts.parameters, "Is that a share of the parameters?"),
            Mistake(row.multiply_adds / counts.multiply_adds, "Is that a share of the "
                    "multiply-adds?", 0.5),
            Mistake(on_digits, "That is measured on 32x32."),
            Mistake(part / rest, "Compare the layer with all layers, not with the others.", 0.5),
            Mistake(part, "That is the count. Which part of all is it?", 0.5),
        ],
        praise="right.",
        hint="Divide the layer's connections by the whole network's.",
    )  # fmt: skip


register(
    Task(
        "03.parameters",
        points=2,
        cases=parameter_cases,
        judge=number_judge(parameter_question),
        ask=ask_parameters,
        hints=(
            "How many values does one unit of this layer read?",
            "All units of a map share their numbers. So it is enough to count what one unit "
            "needs: its weights, and one thing more.",
            "A unit reads its window in every map below, with a weight for each value, and adds a "
            "bias. Every map of the layer has such a set of numbers of its own.",
        ),
        reasoning=(
            "A map needs one weight for each value that its units read, and one bias. At how many "
            "places it uses them makes no difference, which is why the question could leave out "
            "the size of the field."
        ),
    )
)
register(
    Task(
        "03.connections",
        points=2,
        cases=connection_cases,
        judge=number_judge(connection_question),
        ask=ask_connections,
        hints=(
            "Begin with one unit: how many connections does it have, if its bias counts as one?",
            "Now the units: at how many places along the rows does the window lie wholly inside "
            "the field, and at how many along the columns?",
            "The places along the rows times the places along the columns are the units of one "
            "map. Each unit has the connections that you counted first, and all maps have equally "
            "many units.",
        ),
        reasoning=(
            "The paper counts what is computed, once for every unit: its inputs and its bias. "
            "That the units of a map share their numbers changes the parameters and not the "
            "connections, so only the connections grow with the field."
        ),
    )
)
register(
    Task(
        "03.busiest_layer",
        points=3,
        cases=field_cases,
        judge=judge_busiest,
        ask=ask_busiest,
        hints=(
            "What does the second argument of `layer_table` say?",
            "Ask for the table of your own field, not of 32x32, and compare its rows by their "
            "`connections`.",
            "Find the row with the largest count and divide it by the total of the whole table. A "
            "share is a number from 0 to 1, and the name is the one in the table's first column.",
        ),
        reasoning=(
            "Connections follow from the shapes alone, so an untrained network can be counted. "
            "Why another layer comes first on a wide field is what task 4 asks."
        ),
    )
)
