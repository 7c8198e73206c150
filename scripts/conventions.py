"""The conventions by which plain Markdown in chapters becomes the boxes of the book.

    python scripts/conventions.py notebooks/03_lenet5.ipynb ...

prints what breaks them, and exits with 1 if anything does. The page's extension, `make pages`
and the tests read chapters only by these functions.

> **Predict.** ...            last block of its cell; ends with a bullet list (choose one), a
                              numbered list (put in order) or *A number, in percent.*; the cells
                              tagged `answer` after it are folded
> **Exercise 3.2. Title**     checked (last paragraph "Checked: [task 2](student/...).") or with a
                              worked answer
**Answer 3.2.** ...           begins a cell in the last section, ## Answers
> **You may have read.** ...  one paragraph with [Fact check L8](../book/fact-check.md#l8)
> **Go deeper.** ...          folds all that follows in its section
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from boxes import ANSWER, Deeper, Exercise, Prediction, answer_number, blocks, opening
from findings import finding_problems
from fixed_answers import given_away, run_problems
from notebook_cells import ANSWERS, Cell, Piece, Run, cells, pieces, runs, said
from reading import Amount, Reading, reading

__all__ = ["Amount", "Reading", "chapter_number", "exercises", "problems", "reading"]

NOT_PLAIN = {
    r"^\s*:::": "a directive (:::)",
    r"^\s*```\{": "a directive (```{...})",
    r"\{[\w:+-]+\}`": "a role ({name}`...`)",
    r"<!--": "an HTML comment (<!--)",
}


def problems(notebook: dict[str, Any], chapter: int | None = None) -> list[str]:
    """What breaks the conventions, each with its cell's id and what to do.

    Args:
        notebook: from nbformat, or plain JSON.
        chapter: its number, with which the exercises' numbers begin; None to use that of the first.
    """
    found = cells(notebook)
    parts = list(pieces(found))
    checks = (
        plain_markdown(found),
        box_problems(found),
        prediction_problems(found, parts),
        exercise_problems(found, parts, chapter),
        deeper_problems(parts),
        saw_problems(found),
    )
    return [f"cell {cell.id}: {text}" for check in checks for cell, text in check]


def chapter_number(path: Path | str) -> int | None:
    """The chapter's number, from a name such as notebooks/03_lenet5.ipynb."""
    match = re.match(r"(\d+)_", Path(path).name)
    return int(match[1]) if match else None


def exercises(found: list[Cell]) -> list[tuple[Cell, Exercise]]:
    """Every exercise with its cell, in order."""
    return [(cell, box) for cell in found for box in cell.boxes if isinstance(box, Exercise)]


Problems = Iterator[tuple[Cell, str]]


def plain_markdown(found: list[Cell]) -> Problems:
    """Directives, roles and comments, which only the book understands."""
    for cell in found:
        for pattern, what in NOT_PLAIN.items():
            if not cell.is_code and re.search(pattern, cell.source, re.MULTILINE):
                yield cell, f"{what} in Markdown, which notebooks show as plain text: write a quote"


def box_problems(found: list[Cell]) -> Problems:
    """Boxes that are not written as they must be."""
    for cell in found:
        for box in cell.boxes:
            for trouble in box.troubles:
                yield cell, trouble


def prediction_problems(found: list[Cell], parts: list[Piece]) -> Problems:
    """Predictions that are not last in their cell, without answer cells, or given away."""
    for cell in found:
        for box in cell.boxes:
            if isinstance(box, Prediction) and not box.is_last:
                yield cell, "a prediction is the last block of its cell: move what follows"
    in_runs = set()
    for run in runs(found):
        in_runs |= {cell.id for cell in run.answers}
        yield from one_run(run, parts)
    for cell in found:
        if cell.is_answer and cell.id not in in_runs:
            yield (
                cell,
                "tagged `answer`, but there is no prediction directly before this group of cells",
            )


def one_run(run: Run, parts: list[Piece]) -> Problems:
    """What is wrong with one prediction's answer cells."""
    if not run.answers:
        yield run.question, "no cell tagged `answer` follows the prediction"
        return
    for cell in run.answers:
        if cell.headings or any(isinstance(box, Deeper) for box in cell.boxes):
            yield cell, "an answer cell has no heading and no **Go deeper.**"
    yield from run_problems(run)
    places = [place for place, piece in enumerate(parts) if piece.cell.id == run.question.id]
    section = parts[places[-1]].section
    before = [p.cell for p in parts[: places[-1]] if p.section == section and p.cell.is_open_code]
    for cell in given_away(run, before):
        yield cell, f"visible code holds the answer to the prediction in cell {run.question.id}"


def exercise_problems(found: list[Cell], parts: list[Piece], chapter: int | None) -> Problems:
    """Exercises out of order or without an answer, and answers out of place."""
    answers: dict[str, Cell] = {}
    for piece in parts:
        number = answer_number(piece.text) if not piece.cell.is_code else None
        if number is not None and number in answers:
            yield piece.cell, f"answer {number} was given before"
        if number is not None and piece.part != ANSWERS:
            yield piece.cell, f"answer {number} is outside the section ## Answers"
        if number is not None:
            answers[number] = piece.cell
    listed = exercises(found)
    for count, (cell, box) in enumerate(listed, start=1):
        if chapter is None and box.number:
            chapter = int(box.number.split(".")[0])
        if box.number and box.number != f"{chapter}.{count}":
            yield cell, f"expected the number {chapter}.{count}, got exercise {box.number}"
        if not box.checked and box.number not in answers:
            yield cell, f"exercise {box.number} has neither a check nor an answer in ## Answers"
    for number in answers.keys() - {box.number for _, box in listed}:
        yield answers[number], f"there is no exercise {number} to answer"
    yield from answers_section(parts)


def answers_section(parts: list[Piece]) -> Problems:
    """What is wrong with the section of answers as a whole."""
    inside = [piece for piece in parts if piece.part == ANSWERS]
    if inside and inside[-1] is not parts[-1]:
        yield inside[-1].cell, "## Answers is the last section"
    for piece in inside[1:]:
        if piece.cell.headings:
            yield piece.cell, "there are no headings within ## Answers"
    for piece in inside:
        later = [] if piece.cell.is_code else blocks(piece.text)[1:]
        if any(ANSWER.fullmatch(opening(block) or "") for block in later):
            yield piece.cell, "each answer begins a Markdown cell of its own"


def deeper_problems(parts: list[Piece]) -> Problems:
    """A fold with nothing in it, or within another."""
    for place, piece in enumerate(parts):
        boxes = [box for box in piece.boxes if isinstance(box, Deeper)]
        if not boxes:
            continue
        after = parts[place + 1] if place + 1 < len(parts) else None
        if boxes[0].is_last and (after is None or not after.is_deeper):
            yield piece.cell, "nothing follows **Go deeper.** in its section"
        if place and parts[place - 1].is_deeper:
            yield piece.cell, "one **Go deeper.** is inside another: keep the first"


def saw_problems(found: list[Cell]) -> Problems:
    """Findings with lists or too many numbers, as written or as stored."""
    for cell in found:
        for text in said(cell) if cell.is_code else [cell.source]:
            for trouble in finding_problems(text):
                yield cell, trouble


def main(paths: list[str]) -> int:
    """Print the problems of chapters; the exit status."""
    status = 0
    for path in paths:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        for problem in problems(notebook, chapter_number(path)):
            print(f"{path}: {problem}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
