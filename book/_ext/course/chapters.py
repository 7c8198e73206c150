"""Chapters as they are read: checked against the conventions, and marked for the making of boxes.

Sphinx keeps no trace of a Markdown cell, so cells tagged `answer` are put between comments, and
what the boxes need is kept until the page has been read.
"""

import json
import re
from pathlib import Path
from typing import Any

import conventions
from boxes import Claim, Exercise, Prediction
from notebook_cells import Cell, Run, cells, join, runs
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from course.citations import keys
from course.numbering import chapter_of
from course.widgets import STATE_MIME

FEWEST_WORDS = 3  # of an alt text
START, END = "answer cell begins", "answer cell ends"
ANCHOR = "anchor of cell "
KEPT = "course_chapter"  # in temp_data


def read_chapter(app: Sphinx, docname: str, source: list[str]) -> None:
    """Check a chapter and mark its cells.

    Raises:
        ExtensionError: it breaks a convention; the message names the file and each cell.
    """
    if chapter_of(docname) is None:
        return
    path = Path(app.env.doc2path(docname))
    notebook = json.loads(source[0])
    found = conventions.problems(notebook, chapter_of(docname)) + alt_problems(notebook)
    found += citation_problems(notebook, keys(app.env))
    if found:
        where = path.relative_to(app.srcdir)
        raise ExtensionError("\n".join(f"{where}: {problem}" for problem in found))
    read = cells(notebook)
    app.env.temp_data[KEPT] = {
        "predictions": [prediction_facts(run) for run in runs(read)],
        "exercises": [box for cell in read for box in cell.boxes if isinstance(box, Exercise)],
        "claims": [box for cell in read for box in cell.boxes if isinstance(box, Claim)],
    }
    for cell, raw in zip(read, notebook["cells"], strict=True):
        mark(cell, raw)
    source[0] = json.dumps(notebook)


def facts(env: BuildEnvironment) -> dict[str, Any] | None:
    """What was kept about the chapter that is being read; None for other pages."""
    return env.temp_data.get(KEPT)


def alt_problems(notebook: dict[str, Any]) -> list[str]:
    """Problems with pictures that have no text saying what they show."""
    found = []
    for cell in notebook["cells"]:
        data = [output.get("data", {}) for output in cell.get("outputs", [])]
        drawn = [one for one in data if STATE_MIME not in one and is_picture(one)]
        alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
        if drawn and len(alt.split()) < FEWEST_WORDS:
            found.append(
                f"cell {cell['id']}: its picture has no alt text: say in its metadata "
                f"mystnb.image.alt what it shows, got {alt!r}"
            )
    return found


def citation_problems(notebook: dict[str, Any], known: set[str]) -> list[str]:
    """Links to entries that the bibliography does not have."""
    return [
        f"cell {cell['id']}: it cites {key!r}, which is not in book/references.bib"
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
        for key in re.findall(r"\]\([^)]*bibliography\.md#([^)]*)\)", join(cell["source"]))
        if key not in known
    ]


def is_picture(data: dict[str, Any]) -> bool:
    """True for the data of an output that is drawn."""
    return any(kind.startswith("image/") for kind in data)


def prediction_facts(run: Run) -> dict[str, Any]:
    """What the page must know about a prediction; an answer from a list is given by position."""
    box: Prediction = run.question.prediction
    course = run.answers[0].course
    known = {"id": run.question.id, "kind": box.kind, "unit": box.unit}
    if "answer" not in course:
        return known
    answer = course["answer"]
    if box.kind == "choice":
        answer = box.items.index(answer)
    elif box.kind == "order":
        answer = [box.items.index(item) for item in answer]
    return known | {"answer": answer, "within": course.get("within", 0)}


def mark(cell: Cell, raw: dict[str, Any]) -> None:
    """Write into a raw cell what its place on the page needs."""
    metadata = raw["metadata"]
    if cell.is_code:
        course = metadata.setdefault("lessonlib", {})
        course["cell"] = cell.id
        if "hide-input" in cell.tags:  # MyST-NB would fold it in its own way
            metadata["tags"].remove("hide-input")
            course.setdefault("fold", folded_line(cell))
        return
    if "claims" in cell.course:  # the fact-check page leads to it
        raw["source"] = f"% {ANCHOR}{cell.id}\n\n{cell.source}"
    if cell.is_answer:
        raw["source"] = f"% {START}\n\n{join(raw['source'])}\n\n% {END}"


def folded_line(cell: Cell) -> str:
    """What a folded code cell does, judged by its outputs."""
    kinds = []
    for output in cell.outputs:
        data = output.get("data", {})
        if is_picture(data):
            kinds.append("figure")
        elif "<table" in join(data.get("text/html", "")):
            kinds.append("table")
        elif "text/markdown" in data:
            kinds.append("sentence")
        else:
            kinds.append("output")
    named = list(dict.fromkeys(kinds))
    if named:
        return f"Code of this {' and this '.join(named)}"
    return "A check of the above" if "assert" in cell.source else "Code"


def setup(app: Sphinx) -> None:
    """Run before the interactives become HTML (priority 500)."""
    app.connect("source-read", read_chapter, priority=400)
