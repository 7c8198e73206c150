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

pytestmark = pytest.mark.xdist_group("stored outputs")
TABLE = """\
class Table:
    def __repr__(self):
        return "a table"
    def _repr_html_(self):
        return "<b>6</b>"
display(Table())"""
PICTURE = "display({'text/plain': 'a picture', 'image/png': 'AAAA'}, raw=True)"


def tiny_notebook() -> nbformat.NotebookNode:
    """Four cells with true outputs: a text, a table, a picture, and one that varies."""
    table = {"text/plain": "a table", "text/html": "<b>6</b>"}
    picture = {"text/plain": "a picture", "image/png": "AAAA"}
    cells = [
        new_code_cell("print(60_000)", outputs=[new_output("stream", text="60000\n")]),
        new_code_cell(TABLE, outputs=[new_output("display_data", table)]),
        new_code_cell(PICTURE, outputs=[new_output("display_data", picture)]),
        new_code_cell("print(1)", outputs=[new_output("stream", text="1\n")]),
    ]
    cells[3].metadata.tags = ["nbval-ignore-output"]
    for count, cell in enumerate(cells, start=1):
        cell.execution_count = count
    return new_notebook(cells=cells)


def nothing(cells: list) -> None:
    """Leave the stored outputs as they are."""


def edit_text(cells: list) -> None:
    cells[0].outputs[0].text = "60001\n"


def edit_table(cells: list) -> None:
    cells[1].outputs[0].data["text/html"] = "<b>7</b>"


def remove_output(cells: list) -> None:
    cells[0].outputs = []


def add_warning(cells: list) -> None:
    cells[0].outputs.append(new_output("stream", name="stderr", text="careful\n"))


def remove_warning(cells: list) -> None:
    cells[0].source += "\nimport sys\nprint('careful', file=sys.stderr)"


def edit_picture(cells: list) -> None:
    cells[2].outputs[0].data["image/png"] = base64.b64encode(b"another").decode()


def edit_what_varies(cells: list) -> None:
    cells[3].outputs[0].text = "2\n"


FOUND = [edit_text, edit_table, remove_output, add_warning, remove_warning]
NOT_SEEN = [nothing, edit_picture, edit_what_varies]


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the changes that made `pytest --nbval` fail."""
    folder = tmp_path_factory.mktemp("tampered")
    for change in [*FOUND, *NOT_SEEN]:
        notebook = tiny_notebook()
        change(notebook.cells)
        nbformat.write(notebook, folder / f"{change.__name__}.ipynb")
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "--nbval", "-n", "2", "--dist", "loadfile"]
    config = ["-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
    environ = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    subprocess.run(
        [*command, *config, f"--junitxml={report}", str(folder)],
        cwd=folder,
        env=environ,
        check=False,
        capture_output=True,
    )
    cases = list(ElementTree.parse(report).iter("testcase"))
    assert len(cases) == 4 * len([*FOUND, *NOT_SEEN]), "every cell of every notebook was tested"
    bad = [case for case in cases if case.find("failure") is not None]
    return {Path(case.get("classname").replace(".ipynb", "")).name for case in bad}


@pytest.mark.slow
@pytest.mark.parametrize("change", FOUND)
def test_a_changed_output_fails(failed: set[str], change: Callable):
    assert change.__name__ in failed


@pytest.mark.slow
@pytest.mark.parametrize("change", NOT_SEEN)
def test_what_is_not_compared(failed: set[str], change: Callable):
    """Pictures are not compared, so a figure's numbers are printed beside it."""
    assert change.__name__ not in failed
