"""No line of a solution is published with the book."""

from pathlib import Path

import nbformat
import pytest

from lessonlib.grading import solutions

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = sorted((ROOT / "notebooks" / "exercises").glob("*.ipynb"))


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
@pytest.mark.usefixtures("pages")  # the book must be built
def test_no_solution_is_in_the_built_book(path: Path) -> None:
    lines = solutions.solution_lines(nbformat.read(path, as_version=4))
    assert lines, "the exercise has no solution to look for"
    assert solutions.files_with(lines, ROOT / "_build" / "html") == {}
