"""Answers fixed by arithmetic: in a cell's metadata, asserted by its code, not shown before."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from boxes import Prediction
from IPython.core.inputtransformer2 import TransformerManager
from notebook_cells import Cell, Run

SMALLEST = 10  # whole numbers below it are everywhere in code and give nothing away


def constants(source: str, inside: type[ast.AST] = ast.AST) -> Iterator[Any]:
    """The literals of a cell's code (numbers, texts, lists of them) within nodes of one type."""
    tree = ast.parse(TransformerManager().transform_cell(source))
    for outer in ast.walk(tree):
        if not isinstance(outer, inside):
            continue
        for node in ast.walk(outer):
            try:
                yield ast.literal_eval(node)
            except (ValueError, TypeError, SyntaxError):
                continue
        if inside is ast.AST:
            return  # the module holds all others


def is_same(found: Any, answer: Any) -> bool:
    """True where a literal is the answer: texts without case, lists item by item.

    A text that begins with a number may be found as that number ("14 pixels" as 14).
    """
    if isinstance(answer, list):
        return (
            isinstance(found, (list, tuple))
            and len(found) == len(answer)
            and all(map(is_same, found, answer))
        )
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        return False
    if isinstance(answer, str):
        if isinstance(found, str):
            return found.casefold() == answer.casefold()
        number = re.match(r"[-−]?[\d,]*\.?\d+", answer)
        return number is not None and found == float(number[0].replace(",", "").replace("−", "-"))
    return not isinstance(found, str) and found == answer


def is_among(answer: Any, found: Iterable[Any]) -> bool:
    """True where one of the literals is the answer."""
    return any(is_same(one, answer) for one in found)


def run_problems(run: Run) -> Iterator[tuple[Cell, str]]:
    """What is wrong with the fixed answer of a prediction, with the cell that it concerns."""
    for cell in run.answers[1:]:
        if "answer" in cell.course:
            yield cell, "put the metadata lessonlib.answer into the first of its answer cells"
    first = run.answers[0]
    if "answer" not in first.course:
        if "within" in first.course:
            yield first, "metadata lessonlib.within has no lessonlib.answer beside it"
        return
    answer = first.course["answer"]
    for problem in shape_problems(run.question.prediction, answer, first.course):
        yield first, problem
    if not first.is_code:
        yield first, "put the metadata lessonlib.answer into a code cell, which asserts it"
    elif not is_among(answer, constants(first.source, ast.Assert)):
        yield first, f"no assert of this cell holds the answer {answer!r} of its metadata"


def shape_problems(prediction: Prediction, answer: Any, course: dict[str, Any]) -> Iterator[str]:
    """What is wrong with an answer, compared with what the prediction asks for."""
    items = list(prediction.items)
    if prediction.kind == "choice" and answer not in items:
        yield f"the answer {answer!r} is not one of the choices {items}"
    if prediction.kind == "order":
        if not isinstance(answer, list) or sorted(map(str, answer)) != sorted(items):
            yield f"the answer {answer!r} does not put {items} in order"
        elif answer == items:
            yield "the items are shown in their right order: list them in another order"
    if prediction.kind == "number" and (
        isinstance(answer, bool) or not isinstance(answer, (int, float))
    ):
        yield f"the answer {answer!r} is not a number"
    if "within" in course and prediction.kind != "number":
        yield "metadata lessonlib.within goes with a number only"


def given_away(run: Run, before: list[Cell]) -> Iterator[Cell]:
    """Cells of visible code before a prediction, in its section, that hold its fixed answer.

    A choice counts only where no other choice is in the same cell, a number only from ten on or
    with decimals.
    """
    if not run.answers or "answer" not in run.answers[0].course:
        return
    answer = run.answers[0].course["answer"]
    others = [item for item in run.question.prediction.items if item != answer]
    if isinstance(answer, (int, float)) and answer == int(answer) and abs(answer) < SMALLEST:
        return
    for cell in before:
        found = list(constants(cell.source))
        if not is_among(answer, found):
            continue
        if isinstance(answer, str) and any(is_among(other, found) for other in others):
            continue
        yield cell
