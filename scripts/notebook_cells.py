"""A notebook's cells as the conventions see them: boxes, answers, and the part each belongs to.

Notebooks are given as nbformat reads them, or as plain JSON.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from boxes import Box, Deeper, Heading, Prediction, boxes, headings

ANSWER, FOLDED, SETUP = "answer", "hide-input", "setup"
CORE, EXERCISES, SOURCES, ANSWERS = "core", "Exercises", "Sources", "Answers"


@dataclass(frozen=True)
class Cell:
    """One cell; `course` is its metadata `lessonlib`."""

    id: str
    is_code: bool
    source: str
    tags: frozenset[str]
    course: dict[str, Any]
    outputs: list[dict[str, Any]]

    @cached_property
    def boxes(self) -> list[Box]:
        """The boxes of a Markdown cell."""
        return [] if self.is_code else list(boxes(self.source))

    @cached_property
    def headings(self) -> list[Heading]:
        """The headings of a Markdown cell."""
        return [] if self.is_code else headings(self.source)

    @property
    def prediction(self) -> Prediction | None:
        """The prediction that the cell ends with."""
        found = [box for box in self.boxes if isinstance(box, Prediction) and box.is_last]
        return found[0] if found else None

    @property
    def is_answer(self) -> bool:
        """True for what is folded with the prediction before it."""
        return ANSWER in self.tags

    @property
    def is_open_code(self) -> bool:
        """True for code that a reader of the page sees without opening anything."""
        return self.is_code and not self.tags & {ANSWER, FOLDED, SETUP}


@dataclass(frozen=True)
class Run:
    """A prediction and the cells that answer it."""

    question: Cell
    answers: list[Cell]


@dataclass(frozen=True)
class Piece:
    """A stretch of a cell within one part of the chapter.

    `part` is "core" before the first ##, then the heading of the ## section; `section` counts
    headings of all levels; `is_deeper` is true for what a "Go deeper" folds.
    """

    cell: Cell
    text: str
    part: str
    section: int
    is_deeper: bool
    boxes: tuple[Box, ...]


def join(text: str | list[str]) -> str:
    """A text that JSON may keep as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def cells(notebook: dict[str, Any]) -> list[Cell]:
    """The cells of a notebook."""
    return [
        Cell(
            id=cell.get("id", f"cell {place}"),
            is_code=cell["cell_type"] == "code",
            source=join(cell["source"]),
            tags=frozenset(cell["metadata"].get("tags", [])),
            course=cell["metadata"].get("lessonlib", {}),
            outputs=cell.get("outputs", []),
        )
        for place, cell in enumerate(notebook["cells"])
    ]


def runs(found: list[Cell]) -> list[Run]:
    """Each cell that ends with a prediction, with the answer cells directly after it."""
    result = []
    for place, cell in enumerate(found):
        if cell.prediction is None:
            continue
        end = place + 1
        while end < len(found) and found[end].is_answer:
            end += 1
        result.append(Run(cell, found[place + 1 : end]))
    return result


def said(cell: Cell) -> Iterator[str]:
    """The Markdown that a code cell's stored outputs hold."""
    for output in cell.outputs:
        if "text/markdown" in output.get("data", {}):
            yield join(output["data"]["text/markdown"])


def pieces(found: list[Cell]) -> Iterator[Piece]:
    """All cells in order, cut at headings and where a "Go deeper" begins."""
    part, section, level, deeper_below = CORE, 0, 1, None
    for cell in found:
        lines = cell.source.splitlines()
        cuts = [
            mark for mark in (*cell.headings, *cell.boxes) if isinstance(mark, (Heading, Deeper))
        ]
        cuts.sort(key=lambda mark: mark.line)
        starts = [0, *(cut.line for cut in cuts), len(lines)]
        for place, cut in enumerate([None, *cuts]):
            start, end = starts[place], starts[place + 1]
            if isinstance(cut, Heading):
                section, level = section + 1, cut.level
                part = cut.text if level == 2 else part
                if deeper_below is not None and level <= deeper_below:
                    deeper_below = None
            elif isinstance(cut, Deeper) and deeper_below is None:
                deeper_below = level
            if cut is None and start == end and len(starts) > 2:
                continue
            inside = tuple(box for box in cell.boxes if start <= box.line < end)
            is_deeper = deeper_below is not None
            yield Piece(cell, "\n".join(lines[start:end]), part, section, is_deeper, inside)
