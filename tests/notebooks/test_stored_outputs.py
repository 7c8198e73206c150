"""nbval finds what was changed by hand in a stored output, and we know what it does not see."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from chapter_files import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output

TABLE = """\
class Table:
    def __repr__(self):
        return "a table"
    def _repr_html_(self):
        return "<b>6</b>"
display(Table())"""
PICTURE = "display({'text/plain': 'a picture', 'image/png': 'AAAA'}, raw=True)"


def text_cell() -> nbformat.NotebookNode:
    return new_code_cell("print(60_000)", outputs=[new_output("stream", text="60000\n")])


def table_cell() -> nbformat.NotebookNode:
    data = {"text/plain": "a table", "text/html": "<b>6</b>"}
    return new_code_cell(TABLE, outputs=[new_output("display_data", data)])


def picture_cell() -> nbformat.NotebookNode:
    data = {"text/plain": "a picture", "image/png": "AAAA"}
    return new_code_cell(PICTURE, outputs=[new_output("display_data", data)])


def nothing() -> list[nbformat.NotebookNode]:
    """One cell of each kind with its true output."""
    return [text_cell(), table_cell(), picture_cell()]


def edit_text() -> list[nbformat.NotebookNode]:
    cell = text_cell()
    cell.outputs[0].text = "60001\n"
    return [cell]


def edit_table() -> list[nbformat.NotebookNode]:
    cell = table_cell()
    cell.outputs[0].data["text/html"] = "<b>7</b>"
    return [cell]


def remove_output() -> list[nbformat.NotebookNode]:
    cell = text_cell()
    cell.outputs = []
    return [cell]


def add_warning() -> list[nbformat.NotebookNode]:
    cell = text_cell()
    cell.outputs.append(new_output("stream", name="stderr", text="careful\n"))
    return [cell]


def remove_warning() -> list[nbformat.NotebookNode]:
    cell = text_cell()
    cell.source += "\nimport sys\nprint('careful', file=sys.stderr)"
    return [cell]


def edit_picture() -> list[nbformat.NotebookNode]:
    cell = picture_cell()
    cell.outputs[0].data["image/png"] = base64.b64encode(b"another").decode()
    return [cell]


def edit_what_varies() -> list[nbformat.NotebookNode]:
    cell = text_cell()
    cell.outputs[0].text = "2\n"
    cell.metadata.tags = ["nbval-ignore-output"]
    return [cell]


FOUND = [edit_text, edit_table, remove_output, add_warning, remove_warning]
NOT_SEEN = [nothing, edit_picture, edit_what_varies]


def run_nbval(notebook: Path) -> list[bool]:
    """Whether each code cell of a notebook failed under `pytest --nbval`."""
    report = notebook.with_suffix(".xml")
    command = [sys.executable, "-m", "pytest", "--nbval", "-c", str(ROOT / "pyproject.toml")]
    environ = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    subprocess.run(
        [*command, "-p", "no:cacheprovider", f"--junitxml={report}", str(notebook)],
        cwd=notebook.parent,
        env=environ,
        check=False,
        capture_output=True,
    )
    cases = {case.get("name"): case for case in ElementTree.parse(report).iter("testcase")}
    return [cases[f"Cell {n}"].find("failure") is not None for n in range(len(cases))]


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the changes whose cells failed; all are in one notebook."""
    names, cells = [], []
    for change in [*NOT_SEEN, *FOUND]:
        changed = change()
        cells += changed
        names += [change.__name__] * len(changed)
    for count, cell in enumerate(cells, start=1):
        cell.execution_count = count
    path = tmp_path_factory.mktemp("tampered") / "changes.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return {name for name, bad in zip(names, run_nbval(path), strict=True) if bad}


@pytest.mark.slow
@pytest.mark.parametrize("change", FOUND)
def test_a_changed_output_fails(failed: set[str], change: Callable):
    assert change.__name__ in failed


@pytest.mark.slow
@pytest.mark.parametrize("change", NOT_SEEN)
def test_what_is_not_compared(failed: set[str], change: Callable):
    """Pictures are not compared, so a figure's numbers are printed beside it."""
    assert change.__name__ not in failed
