"""Checks of chapter 3, on the layers of LeNet-5.

Every check is called with the learner's answer and a seed, and returns a `Result`. A question
that has one answer makes no use of the seed.
"""

from functools import cache
from math import prod
from typing import Any

from lessonlib.checks.compare import Mistake, Question, match_function, match_number
from lessonlib.checks.result import AnswerError, Verdict, check
from lessonlib.checks.subsampling import (
    AVERAGE_COEFFICIENT,
    SUBSAMPLE,
    coefficient_cases,
    subsample_cases,
)
from lessonlib.checks.values import STILL_NONE, describe
from lessonlib.models import LayerTable, LeNet5, layer_table

CHEQUE = (32, 96)  # rows and columns of a field that holds a line of digits


@cache
def _table(rows: int = 32, columns: int = 32) -> LayerTable:
    return layer_table(LeNet5(), (rows, columns))


@check(points=2)
def c5_parameters(answer: Any, seed: int = 0) -> Verdict:
    """How many numbers C5 trains."""
    layer = LeNet5().c5
    maps, inputs, side, _ = layer.weight.shape
    weights = layer.weight.numel()
    question = Question(
        right=_table()["c5"].parameters,
        mistakes=[
            Mistake(weights, "That is every weight of C5. What else does each unit train?", 0.5),
            Mistake(maps * (side**2 + 1), "That looks at one map of S4. How many are there?"),
            Mistake(weights + 1, "One bias for the whole layer? Think of one unit of C5.", 0.5),
            Mistake(inputs * side**2 + 1, "That is one unit of C5. How many are there?", 0.5),
        ],
        praise="Every unit of C5 has a weight for each value of S4, and a bias.",
        hint="Begin with one unit of C5: how many values does it read, and what else does it add?",
    )
    return match_number(answer, question)


@check(points=2)
def c1_connections(answer: Any, seed: int = 0) -> Verdict:
    """How many connections C1 has."""
    row, weights = _table()["c1"], LeNet5().c1.weight.numel()
    maps, height, width = row.shape
    pixels = prod(_table().input_shape)
    places = "That has one unit for every pixel of the field. How many windows lie wholly inside?"
    question = Question(
        right=row.connections,
        mistakes=[
            Mistake(row.multiply_adds, "A unit's bias is a connection too, the paper says.", 0.5),
            Mistake(row.parameters, "That is C1's parameters. At how many places is each used?"),
            Mistake(row.connections // maps, "That is one map of C1. How many are there?", 0.5),
            Mistake(maps * height * width, "That is the number of units. Each has connections."),
            Mistake(row.parameters * pixels, places, 0.5),
            Mistake(weights * pixels, f"{places} And where is the bias?"),
        ],
        praise="Every unit of every map counts its 25 inputs and its bias, though the map's "
        "units share their 26 numbers.",
        hint="Begin with one unit of C1: what does it read and add? Then count the units.",
    )
    return match_number(answer, question)


@check(points=4)
def subsample(answer: Any, seed: int = 0) -> Verdict:
    """S2 by hand: a function of maps (maps, H, W), coefficients (maps,) and biases (maps,)."""
    praise = "The same numbers as the library's S2 with its squashing, for maps of two sizes."
    return match_function(answer, SUBSAMPLE, subsample_cases(seed), praise)


@check(points=2)
def average_coefficient(answer: Any, seed: int = 0) -> Verdict:
    """The coefficient of averages that gives the same function as one of sums."""
    praise = "With it, a layer that averages computes the same function as one that adds."
    return match_function(answer, AVERAGE_COEFFICIENT, coefficient_cases(seed), praise)


@check(points=3)
def busiest_layer(answer: Any, seed: int = 0) -> Verdict:
    """On a field of 32x96: the layer with most connections (1 point), and its share (2)."""
    if answer is None:
        raise AnswerError(STILL_NONE)
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise AnswerError(
            f"Expected a layer's name and its share, such as `('s2', 0.25)`, got "
            f"{describe(answer)}."
        )
    verdicts = [_busiest_name(answer[0]), _busiest_share(answer[1])]
    points = verdicts[0].share * 1 + verdicts[1].share * 2
    return Verdict(points / 3, " ".join(verdict.message for verdict in verdicts))


def _busiest(table: LayerTable) -> str:
    return max(table, key=lambda row: row.connections).name


def _busiest_name(name: Any) -> Verdict:
    """Compare the layer's name; what cannot be one gets no points and leaves the rest alone."""
    table = _table(*CHEQUE)
    names = [row.name for row in table]
    if not isinstance(name, str) or name.lower() not in names:
        return Verdict(0.0, f"Name: expected one of {', '.join(names)}, got {describe(name)}.")
    if name.lower() == _busiest(table):
        return Verdict(1.0, "Name: right.")
    if name.lower() == _busiest(_table()):
        return Verdict(0.0, f"Name: {name} has most on 32x32. Which field was measured?")
    return Verdict(0.0, f"Name: {name} has fewer connections than another layer.")


def _busiest_share(share: Any) -> Verdict:
    """Compare the share; what is no number gets no points and leaves the rest alone."""
    table, usual = _table(*CHEQUE), _table()
    row = table[_busiest(table)]
    part, rest = row.connections, table.connections - row.connections
    work = row.multiply_adds / table.multiply_adds
    on_digits = usual[_busiest(usual)].connections / usual.connections
    question = Question(
        right=part / table.connections,
        mistakes=[
            Mistake(100 * part / table.connections, "A share is from 0 to 1, not percent.", 0.5),
            Mistake(row.parameters / table.parameters, "Is that a share of the parameters?"),
            Mistake(work, "Is that a share of the multiply-adds?", 0.5),
            Mistake(on_digits, "That is measured on 32x32."),
            Mistake(part / rest, "Compare the layer with all layers, not with the others.", 0.5),
            Mistake(part, "That is the count. Which part of all is it?", 0.5),
        ],
        praise="right.",
        hint="Divide the layer's connections by the whole network's, and keep three decimals.",
        tolerance=0.002,
    )
    try:
        verdict = match_number(share, question)
    except AnswerError as error:
        verdict = Verdict(0.0, str(error))
    return verdict._replace(message=f"Share: {verdict.message}")
