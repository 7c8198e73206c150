"""How much there is to read in a chapter: what the rule for its minutes counts."""

import re
from dataclasses import dataclass
from typing import Any

from boxes import Prediction
from notebook_cells import (
    ANSWERS,
    CORE,
    EXERCISES,
    FOLDED,
    SETUP,
    SOURCES,
    Piece,
    cells,
    pieces,
    said,
)

ASIDE = {EXERCISES, SOURCES, ANSWERS}


@dataclass(frozen=True)
class Amount:
    """Words of text, words that code says, lines of visible code, and predictions."""

    words: int = 0
    said: int = 0
    code_lines: int = 0
    predictions: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.words + other.words,
            self.said + other.said,
            self.code_lines + other.code_lines,
            self.predictions + other.predictions,
        )


@dataclass(frozen=True)
class Reading:
    """How much a chapter asks its reader to read.

    core: before the first ##. main: the main line, core included, without what goes deeper,
    Exercises, Sources and Answers. deeper: what "Go deeper" folds. whole: all but Answers.
    """

    core: Amount
    main: Amount
    deeper: Amount
    whole: Amount


def word_count(text: str) -> int:
    """Words of a text: what is between spaces and has a letter or a digit."""
    return sum(re.search(r"\w", token) is not None for token in text.split())


def code_lines(source: str) -> int:
    """Lines of code that are neither blank nor a comment."""
    lines = (line.strip() for line in source.splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


def amount(piece: Piece) -> Amount:
    """What one piece asks of its reader; listings that a cell prints are not counted."""
    if not piece.cell.is_code:
        predictions = sum(isinstance(box, Prediction) for box in piece.boxes)
        return Amount(words=word_count(piece.text), predictions=predictions)
    sentences = [text for text in said(piece.cell) if not text.startswith("```")]
    is_visible = not piece.cell.tags & {SETUP, FOLDED}
    return Amount(
        said=sum(map(word_count, sentences)),
        code_lines=code_lines(piece.text) if is_visible else 0,
    )


def reading(notebook: dict[str, Any]) -> Reading:
    """What a chapter asks of its reader, in all and by part."""
    found = [(piece, amount(piece)) for piece in pieces(cells(notebook))]

    def total(of: list[Amount]) -> Amount:
        return sum(of, Amount())

    return Reading(
        core=total([a for p, a in found if p.part == CORE]),
        main=total([a for p, a in found if not p.is_deeper and p.part not in ASIDE]),
        deeper=total([a for p, a in found if p.is_deeper]),
        whole=total([a for p, a in found if p.part != ANSWERS]),
    )
