"""Chapter 4: a printed table with one wrong column, to be found."""

import random
from typing import Any

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.reading import STILL_NONE, describe, items, whole_number
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.table_reading import as_matrix, as_strings
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.tables import rule_columns

KINDS = ("moved", "extra", "missing")


def misprint(seed: int) -> tuple[int, int, list[set[int]], str]:
    """How many input maps there are, the wrong column, what every column reads, and the kind."""
    draw = random.Random(seed)
    maps, kind = draw.randint(7, 10), draw.choice(KINDS)
    columns, wrong = rule_columns(maps), draw.randrange(2 * maps)
    reads = set(columns[wrong])
    if kind != "extra":
        reads.remove(draw.choice(sorted(reads)))
    if kind != "missing":
        reads.add(draw.choice(sorted(set(range(maps)) - columns[wrong])))
    columns[wrong] = reads
    return maps, wrong, columns, kind


def cases(seed: int) -> list[Case]:
    """The table as it is printed, one string per input map."""
    maps, _, columns, _ = misprint(seed)
    return [Case(f"a table of {maps} maps", (as_strings(as_matrix(columns, maps)),))]


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the wrong column (1 of 3 points), and what it should read (2 of 3).

    Raises:
        AnswerError: the answer is no pair of a column and a list.
    """
    (table,) = cases[0].inputs
    right = rule_columns(len(table))
    printed = [{r for r, row in enumerate(table) if row[c] == "X"} for c in range(len(right))]
    wrong = next(c for c, reads in enumerate(printed) if reads != right[c])
    column, reads = items(outcomes[0].value, 2, "`(3, [0, 1, 2])`")
    column = whole_number(column)
    if column != wrong:
        return Verdict(0.0, _about_column(column, wrong, printed))
    said = "Column: right. Maps:"
    try:
        given = _maps(reads, len(table))
    except AnswerError as error:
        return Verdict(1 / 3, f"{said} {error}")
    if given == right[wrong]:
        return Verdict(1.0, "That column is misprinted, and so it should be.")
    if given == printed[wrong]:
        return Verdict(1 / 3, f"{said} that is what is printed. What should it read?")
    return Verdict(1 / 3, f"{said} which maps follow from this column's place in its group?")


def _about_column(column: int, wrong: int, printed: list[set[int]]) -> str:
    if not 0 <= column < len(printed):
        return f"There is no column {column}: the first is 0 and the last {len(printed) - 1}."
    if column == wrong + 1:
        return f"Column {column} is as the rule says. Do you count from 0?"
    return f"Column {column} reads {sorted(printed[column])}. Does the rule say anything else?"


def _maps(value: Any, maps: int) -> set[int]:
    if value is None:
        raise AnswerError(STILL_NONE)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if type(value) not in (list, tuple):
        raise AnswerError(
            f"Second in your pair comes a list of maps, such as `[0, 1, 2]`. You gave "
            f"{describe(value)}."
        )
    numbers = [whole_number(item) for item in value]
    if not set(numbers) <= set(range(maps)):
        raise AnswerError(f"The input maps have the numbers 0 to {maps - 1}. You gave {numbers}.")
    return set(numbers)


register(
    Task(
        "04.printed_table",
        points=3,
        cases=cases,
        judge=judge,
        hints=(
            "How many maps does each column read? Count the `X` column by column.",
            "A count is not enough, because an `X` may have moved within its column. What would "
            "the table be if nothing were wrong?",
            "Lay the printed table over the one that your function builds for as many maps, and "
            "look for the column in which they differ. What it should read is in your own table.",
        ),
        reasoning=(
            "The rule fixes every column, so any departure can be seen beside the table that it "
            "builds. Which of these departures a count would have shown is what task 4 asks."
        ),
    )
)
