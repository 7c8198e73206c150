"""The conventions of chapters: each is tested kept and broken, and no chapter breaks any."""

import json
import re
from collections.abc import Callable
from typing import Any

import boxes
import conventions
import findings
import notebook_cells
import pytest
import small_chapter as small
from chapter_files import ROOT

CHAPTERS = sorted(ROOT.glob("notebooks/*.ipynb"))
ALL = [*CHAPTERS, *sorted(ROOT.glob("notebooks/[!w]*/*.ipynb"))]  # but not those in work/
Change = Callable[[dict[str, dict[str, Any]]], Any]


def broken(change: Change) -> list[str]:
    """The problems of the small chapter after a change to its cells, which come by id."""
    notebook = small.chapter()
    change({cell["id"]: cell for cell in notebook["cells"]})
    return conventions.problems(notebook, 3)


def cell(name: str, **changes: Any) -> Change:
    return lambda cells: cells[name].update(changes)


def without_tag(name: str) -> Change:
    return lambda cells: cells[name]["metadata"].pop("tags")


def course(name: str, **values: Any) -> Change:
    return lambda cells: cells[name]["metadata"].update(lessonlib=values)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_chapter_breaks_a_convention(path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found = conventions.problems(notebook, conventions.chapter_number(path))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_notebook_is_plain_markdown(path) -> None:
    """Exercises, student versions and copies for Colab too."""
    found = notebook_cells.cells(json.loads(path.read_text(encoding="utf-8")))
    assert [(cell.id, text) for cell, text in conventions.plain_markdown(found)] == []


def test_the_small_chapter_breaks_none() -> None:
    assert conventions.problems(small.chapter(), 3) == []
    assert conventions.problems(small.chapter()) == []


BROKEN = {
    "kind": (cell("guess-choice", source="> **Predict.** Which?"), "has no kind of answer"),
    "one choice": (cell("guess-choice", source="> **Predict.** Which?\n>\n> - C5"), "2 to 6 items"),
    "twice": (cell("guess-order", source=small.ORDER.replace("C3", "C1")), "items .* are equal"),
    "two questions": (
        cell("guess-choice", source=small.CHOICE.replace("?", "? And why?")),
        "asks one thing",
    ),
    "not last": (cell("guess-choice", source=small.CHOICE + "\n\nMore."), "last block of its cell"),
    "no answer": (without_tag("ordered"), "guess-order: no cell tagged `answer` follows"),
    "answer outside": (cell("by-hand", metadata={"tags": ["answer"]}), "by-hand: tagged `answer`"),
    "heading": (cell("ordered", source="## No\n\nC5"), "ordered: an answer cell has no heading"),
    "no choice": (
        course("shares", answer="C4"),
        "shares: the answer 'C4' is not one of the choices",
    ),
    "no assert": (cell("shares", source='largest = "C5"'), "shares: no assert of this cell holds"),
    "not a number": (course("sees", answer="14"), "sees: the answer '14' is not a number"),
    "in Markdown": (course("ordered", answer=["C5", "C3", "C1"]), "answer into a code cell"),
    "not an order": (course("ordered", answer=["C5", "C3"]), "does not put"),
    "shown in order": (course("ordered", answer=["C1", "C3", "C5"]), "right order already|another"),
    "second": (course("saw", answer="C5"), "saw: .* first of its answer cells"),
    "given away": (
        lambda cells: cells["figure"].update(metadata=small.ALT, source='x = "c5"'),
        "figure: visible code holds the answer",
    ),
    "number of exercise": (
        cell("ex-1", source=small.CHECKED.replace("3.1", "3.3")),
        "ex-1: expected the number 3.1, got exercise 3.3",
    ),
    "no title": (cell("ex-1", source=small.CHECKED.replace(". Count", "")), r"Exercise 3\.1\*\*"),
    "title not alone": (
        cell("ex-1", source=small.CHECKED.replace("Count**\n>", "Count** Now")),
        "its bold title alone",
    ),
    "check not as it must be": (
        cell("ex-1", source=small.CHECKED.replace("Checked:", "Checked: see")),
        "exactly",
    ),
    "neither": (cell("answer-2", source="Nobody says."), "back: exercise 3.2 has neither"),
    "no exercise": (cell("answer-2", source="**Answer 3.7.** No."), "there is no exercise 3.7"),
    "answer out of place": (
        cell("sizes", source="**Answer 3.1.** No."),
        "sizes: answer 3.1 is outside",
    ),
    "answer twice": (
        lambda cells: cells["answer-2-code"].update(
            small.text("again", "**Answer 3.2.** No."),
        ),
        "again: answer 3.2 was given before",
    ),
    "two answers in a cell": (
        cell("answer-2", source="**Answer 3.2.** No.\n\n**Answer 3.1.** No."),
        "a Markdown cell of its own",
    ),
    "answers not last": (
        lambda cells: cells["answer-2-code"].update(small.text("end", "## End")),
        "Answers is the last section",
    ),
    "no claim": (
        cell("read", source="> **You may have read.** Five layers."),
        "ends with its claim",
    ),
    "wrong anchor": (cell("read", source=small.CLAIM.replace("#l8", "#L8")), "anchor of L8 is #l8"),
    "nothing deeper": (
        lambda cells: cells["sources"].update(source="## Sources\n\n" + small.DEEPER),
        "sources: nothing follows",
    ),
    "deeper twice": (
        cell("by-hand", **small.text("twice", small.DEEPER)),
        "twice: .* is inside another",
    ),
    "no line": (cell("deeper", source="> **Go deeper.**"), "says in one paragraph what follows"),
    "unknown word": (cell("deeper", source="> **Prediction.** What?"), "unknown box"),
    "no full stop": (cell("guess-order", source=small.ORDER.replace("t.**", "t**")), "unknown box"),
    "no quote": (cell("sizes", source="**Predict.** What?"), "is outside a quote"),
    "directive": (cell("sizes", source=":::{note}\nNo.\n:::"), "sizes: a directive"),
    "role": (cell("sizes", source="So {cite:p}`lecun1998`."), "sizes: a role"),
    "comment": (cell("sizes", source="<!-- no -->"), "sizes: an HTML comment"),
    "list in a finding": (
        cell("sizes", source="**What we saw.** Errors are [25.9, 13.4]."),
        "prints a list of numbers",
    ),
    "stored list": (
        lambda cells: cells["saw"]["outputs"][0]["data"].update(
            {"text/markdown": ["**What we saw.** ", "It is [-1, 2]."]}
        ),
        "saw: a finding prints a list",
    ),
    "numbers in a finding": (
        cell("sizes", source="**What we saw.** 80 %, then 17 %, then 1.5 %."),
        "at most 2 numbers, got 3",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named_with_its_cell(name: str) -> None:
    change, expected = BROKEN[name]
    found = broken(change)
    assert any(re.search(expected, problem) for problem in found), found


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("C5 of LeNet-5 sees 32x32 and 6 × 28 × 28 pixels", []),
        ("a 4 and a 9 are mixed up in 3 of 5 networks", []),
        ("5 % are wrong", ["5"]),
        ("37 of 2,000 are wrong, 97.1 ± 0.3 right", ["37", "97.1"]),
        ("from -0.5 to .25, `x[1]` and [LeCun et al., 1998](b.md#lecun1998)", ["-0.5", ".25"]),
        ("340,908 connections, then 12.", ["340,908", "12"]),
        ("it took 1.5x the time and 200 steps", ["1.5", "200"]),
    ],
)
def test_which_numbers_of_a_finding_count(sentence: str, values: list[str]) -> None:
    assert findings.numbers(sentence) == values


def test_boxes_are_read_as_they_are_written() -> None:
    (choice,) = boxes.boxes(small.CHOICE)
    assert (choice.kind, choice.items, choice.is_last) == ("choice", ("C1", "C3", "C5"), True)
    (number,) = boxes.boxes(small.NUMBER)
    assert (number.kind, number.unit, number.troubles) == ("number", "pixels", ())
    (order,) = boxes.boxes(small.ORDER)
    assert (order.kind, order.items) == ("order", ("C1", "C3", "C5"))
    (exercise,) = boxes.boxes(small.CHECKED)
    assert (exercise.number, exercise.title, exercise.checked) == ("3.1", "Count", True)
    (claim,) = boxes.boxes(small.CLAIM)
    assert claim.ids == ("L8",)
    (deeper,) = boxes.boxes(small.DEEPER)
    assert deeper.text == "What S2 computes, by hand."
    assert list(boxes.boxes("> An ordinary quote, *with* **bold** words.")) == []


def test_answers_run_up_to_the_next_untagged_cell() -> None:
    runs = notebook_cells.runs(notebook_cells.cells(small.chapter()))
    named = {run.question.id: [cell.id for cell in run.answers] for run in runs}
    assert named == {
        "guess-choice": ["shares", "saw"],
        "places": ["sees"],
        "guess-order": ["ordered"],
    }


def test_reading_counts_by_part() -> None:
    reading = conventions.reading(small.chapter())
    assert reading.core.predictions == 1
    assert reading.main.predictions == 3
    assert reading.core.code_lines == 1  # `saw`; what is folded or sets up is not counted
    assert reading.main.code_lines == 1 + 3
    assert reading.deeper.code_lines == 1
    assert reading.core.said == 9
    assert reading.deeper.words == 7 + 4 + 2
    assert reading.whole.words > reading.main.words + reading.deeper.words
