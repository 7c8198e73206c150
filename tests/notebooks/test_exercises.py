"""What every exercise notebook keeps to, and that its solutions stay where they are."""

import ast
import importlib
import re
from pathlib import Path

import chapter_files
import nbformat
import pytest
from chapter_files import ROOT, code_cells
from nbclient import NotebookClient

from lessonlib.grading import solutions

EXERCISES = sorted(ROOT.glob("notebooks/exercises/*.ipynb"))
TEST_CELL = re.compile(
    r"result = (?P<module>\w+)\.(?P<check>\w+)\(.+\)\ndisplay\(result\)\nresult\.points"
)
TASKS = ["Predict", "Write", "Measure", "Explain"]


@pytest.fixture(scope="module", params=EXERCISES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def exercise(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def marks(cell: nbformat.NotebookNode) -> dict:
    """A cell's nbgrader metadata; empty where it has none."""
    return cell.metadata.get("nbgrader", {})


def graded_cells(exercise: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The cells that give points by themselves."""
    return [cell for cell in code_cells(exercise) if marks(cell).get("grade")]


def test_there_are_exercises():
    assert EXERCISES, "notebooks/exercises/ has no notebook; nothing else here was tested"


def test_file_is_as_notebooks_run_writes_it(path: Path):
    again = chapter_files.read(path)
    chapter_files.normalize(again)
    assert path.read_text(encoding="utf-8") == chapter_files.dumps(again), "make notebooks-run"


def test_each_has_its_chapter(path: Path):
    assert (ROOT / "notebooks" / path.name).is_file()


def test_first_code_cell_is_the_fixed_one(exercise: nbformat.NotebookNode):
    first = code_cells(exercise)[0]
    assert first.source == chapter_files.setup_source()
    assert marks(first)["locked"]


def test_the_four_tasks_are_there(exercise: nbformat.NotebookNode):
    text = "\n".join(cell.source for cell in exercise.cells if cell.cell_type == "markdown")
    assert re.findall(r"^## \d\. (\w+)", text, re.MULTILINE) == TASKS


def test_stated_points_are_the_sum(exercise: nbformat.NotebookNode):
    total = sum(marks(cell).get("points", 0) for cell in exercise.cells)
    assert f"{total} points" in exercise.cells[0].source


def test_test_cells_show_the_result_and_end_with_its_points(exercise: nbformat.NotebookNode):
    """nbgrader gives full marks for a last line that is no number."""
    cells = graded_cells(exercise)
    assert cells
    for cell in cells:
        found = TEST_CELL.fullmatch(cell.source)
        assert found, cell.source
        module = importlib.import_module(f"lessonlib.checks.{found['module']}")
        assert getattr(module, found["check"]).out_of == marks(cell)["points"]
        assert marks(cell)["locked"]
        assert not marks(cell)["solution"]


def test_solutions_are_marked(exercise: nbformat.NotebookNode):
    for cell in exercise.cells:
        if cell.cell_type == "code" and marks(cell).get("solution"):
            assert cell.source.count("### BEGIN SOLUTION") == 1
            assert cell.source.count("### END SOLUTION") == 1
            assert not marks(cell)["grade"]
    written = [cell for cell in exercise.cells if cell.cell_type == "markdown" and marks(cell)]
    assert written
    assert all(marks(cell)["grade"] and marks(cell)["solution"] for cell in written)


def test_stored_outputs_give_all_points(exercise: nbformat.NotebookNode):
    for cell in graded_cells(exercise):
        shown, points = cell.outputs
        assert "Right" in shown.data["text/markdown"]
        assert float(points.data["text/plain"]) == marks(cell)["points"]


def test_no_output_is_an_error_or_a_warning(exercise: nbformat.NotebookNode):
    outputs = [output for cell in code_cells(exercise) for output in cell.outputs]
    assert not [out for out in outputs if out.output_type == "error" or out.get("name") == "stderr"]


# Student versions


@pytest.fixture(scope="module")
def student(path: Path) -> nbformat.NotebookNode:
    pytest.importorskip("nbgrader", reason="nbgrader is missing: install lessonlib[grading]")
    from lessonlib.grading.student import student_text

    return nbformat.reads(student_text(path), as_version=4)


def test_the_student_version_holds_no_solution(
    exercise: nbformat.NotebookNode, student: nbformat.NotebookNode
):
    lines = solutions.solution_lines(exercise)
    assert len(lines) >= 4
    assert solutions.lines_in(nbformat.writes(exercise), lines) == lines
    assert solutions.lines_in(nbformat.writes(student), [*lines, "BEGIN SOLUTION"]) == []
    assert not [output for cell in code_cells(student) for output in cell.outputs]


def test_the_student_version_is_python(student: nbformat.NotebookNode):
    for cell in code_cells(student)[1:]:
        ast.parse(cell.source)


def grade(notebook: nbformat.NotebookNode, folder: Path) -> dict[str, float | None]:
    """Run a notebook as nbgrader does and give nbgrader's points, by the cells' names."""
    from nbgrader.utils import determine_grade

    client = NotebookClient(notebook, kernel_name="python3", timeout=60, allow_errors=True)
    client.resources = {"metadata": {"path": str(folder)}}
    client.execute()
    graded = [cell for cell in notebook.cells if marks(cell).get("grade")]
    return {marks(cell)["grade_id"]: determine_grade(cell)[0] for cell in graded}


@pytest.mark.slow
def test_the_empty_student_version_gets_nothing(student: nbformat.NotebookNode, tmp_path: Path):
    points = grade(nbformat.from_dict(student), tmp_path)
    assert points
    assert set(points.values()) == {0}
    for cell in code_cells(student):
        assert not [output for output in cell.outputs if output.output_type == "error"]


ANSWERS = {  # of a learner who gets some of it right
    "predict": "c5_parameters = 48_120\nc1_connections = '122304'",
    "write-subsample": """
def subsample(maps, coefficient, bias):
    import warnings
    warnings.warn("not shown")
    four = torch.nn.functional.avg_pool2d(maps[None], 2)[0]
    return 1.7159 * torch.tanh((coefficient[:, None, None] * four + bias[:, None, None]) * 2 / 3)
""",
    "write-average-coefficient": """
from lessonlib.checks import attempt
attempt.SECONDS = 0.5
def average_coefficient(coefficient):
    while True:
        try:
            coefficient = coefficient + 0
        except:
            pass
""",
    "measure-busiest": "busiest = ('c5', 39.5)",
    "explain": "The window of C5 fits more often.",
}
MARKS = {
    "check-c5-parameters": 2,
    "check-c1-connections": 0,
    "check-subsample": 2,
    "check-average-coefficient": 0,
    "check-busiest": 2,
    "explain": None,  # read by a person
}


@pytest.mark.slow
def test_nbgrader_gives_part_of_the_points(tmp_path: Path):
    pytest.importorskip("nbgrader", reason="nbgrader is missing: install lessonlib[grading]")
    from lessonlib.grading.student import student_text

    text = student_text(ROOT / "notebooks" / "exercises" / "03_lenet5.ipynb")
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        cell.source = ANSWERS.get(marks(cell).get("grade_id"), cell.source)
    assert grade(notebook, tmp_path) == MARKS


# Nothing of a solution is handed out otherwise


@pytest.fixture(scope="module")
def secrets() -> list[str]:
    """The solution lines of all exercises."""
    notebooks = [nbformat.read(path, as_version=4) for path in EXERCISES]
    return [line for notebook in notebooks for line in solutions.solution_lines(notebook)]


def test_no_solution_is_in_the_wheel(secrets: list[str], wheel: Path):
    assert solutions.files_with(secrets, wheel) == {}
