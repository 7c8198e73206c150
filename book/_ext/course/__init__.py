"""What this book adds to Jupyter Book: local scripts, fixes to the theme, drawings made by code."""

import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# The pages are made from the library of this checkout, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
# What reads the conventions of chapters; last, because other modules there have common names.
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from course import (
    answers,
    api,
    assets,
    buttons,
    cards,
    chapters,
    citations,
    cli,
    drawings,
    exercises,
    fact_check,
    figures,
    folds,
    heads,
    lines,
    missing,
    numbering,
    openings,
    previews,
    quotes,
    registers,
    search,
    sidebar,
    tables,
    tags,
    widgets,
)

# What makes a chapter's page; the tests build small pages with these alone.
CHAPTER_PARTS = (answers, chapters, citations, exercises, folds, quotes, tags)
PARTS = (
    *CHAPTER_PARTS,
    api,
    assets,
    buttons,
    cards,
    cli,
    drawings,
    fact_check,
    figures,
    heads,
    lines,
    missing,
    numbering,
    openings,
    previews,
    registers,
    search,
    sidebar,
    tables,
    widgets,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register all of it with Sphinx."""
    for part in PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
