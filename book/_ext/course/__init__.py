"""What this book adds to Jupyter Book: local scripts, the theme mended, drawings made by code."""

import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# The pages are made from the library of this checkout, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from course import (
    api,
    assets,
    buttons,
    citations,
    cli,
    colab,
    drawings,
    exercises,
    numbering,
    registers,
    sidebar,
    tables,
    widgets,
)

PARTS = (
    api,
    assets,
    buttons,
    citations,
    cli,
    colab,
    drawings,
    exercises,
    numbering,
    registers,
    sidebar,
    tables,
    widgets,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register all of it with Sphinx."""
    for part in PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
