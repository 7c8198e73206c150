"""The rules for every exercise notebook, and that its solutions stay where they are."""

import ast
import copy
import re
from pathlib import Path

import chapter_files
import nbformat
import pytest
from chapter_files import ROOT, code_cells
from nbclient import NotebookClient

from lessonlib.checks import TASKS
from lessonlib.checks.runners import as_value
from lessonlib.grading import solutions

EXERCISES = sorted(ROOT.glob("notebooks/exercises/*.ipynb"))
TEST_CELL = re.compile(
    r'result = check\("(?P<task>\d\d\.\w+)", \w+(?P<seed>, seed=number)?\)'
    r"\ndisplay\(result\)\nresult\.points"
)
KINDS = ["Predict", "Write", "Measure", "Explain"]  # each notebook has these, in this order


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


def test_the_four_kinds_of_tasks_are_there(exercise: nbformat.NotebookNode):
    text = "\n".join(cell.source for cell in exercise.cells if cell.cell_type == "markdown")
    kinds = re.findall(r"^## \d\. (\w+)", text, re.MULTILINE)
    assert [kind for kind in kinds if kind in KINDS] == KINDS


def test_the_learners_number_comes_before_what_is_drawn_from_it(exercise: nbformat.NotebookNode):
    sources = [cell.source for cell in code_cells(exercise)]
    assert sources.count("number = 0") == 1
    assert not any("seed=number" in source for source in sources[: sources.index("number = 0")])


def test_each_cell_reads_the_result_of_its_own_task(exercise: nbformat.NotebookNode):
    """A figure that shows the learner's function asks for it by its task."""
    for cell in code_cells(exercise):
        is_read = re.search(r"\bresult\.(passed|points|message)\b", cell.source)
        assert not is_read or TEST_CELL.fullmatch(cell.source), cell.source


def test_stated_points_are_the_sum(exercise: nbformat.NotebookNode):
    total = sum(marks(cell).get("points", 0) for cell in exercise.cells)
    assert f"{total} points" in exercise.cells[0].source


def test_test_cells_show_the_result_and_end_with_its_points(exercise: nbformat.NotebookNode):
    """nbgrader gives full marks if the last line is not a number."""
    cells = graded_cells(exercise)
    assert cells
    for cell in cells:
        found = TEST_CELL.fullmatch(cell.source)
        assert found, cell.source
        task = TASKS[found["task"]]
        assert task.points == marks(cell)["points"]
        is_value = task.run is as_value  # a question about numbers of the learner's own
        assert is_value == bool(found["seed"])
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
    pytest.importorskip("nbgrader", reason="nbgrader is missing: install the extra `grading`")
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

    client = NotebookClient(notebook, kernel_name="python3", timeout=250, allow_errors=True)
    client.resources = {"metadata": {"path": str(folder)}}
    client.execute()
    graded = [cell for cell in notebook.cells if marks(cell).get("grade")]
    return {marks(cell)["grade_id"]: determine_grade(cell)[0] for cell in graded}


def refuse_errors(notebook: nbformat.NotebookNode) -> None:
    """No cell raised."""
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]


@pytest.mark.slow
def test_the_empty_student_version_gets_nothing(student: nbformat.NotebookNode, tmp_path: Path):
    notebook = copy.deepcopy(student)
    points = grade(notebook, tmp_path)
    assert points
    assert set(points.values()) == {0}
    refuse_errors(notebook)
    for cell in code_cells(notebook):
        if "passed(" in cell.source:  # a figure of a task that was skipped
            assert "This cell waits for" in cell.outputs[0].text


ANSWERS = {  # of a learner who gets some of it right
    "predict": "parameters = 48_120\nconnections = '122304'\nlenet5 = convolution = primer = 0",
    "write-subsample": """
def subsample(maps, coefficient, bias):
    import warnings
    warnings.warn("not shown")
    four = torch.nn.functional.avg_pool2d(maps[None], 2)[0]
    return 1.72 * torch.tanh((coefficient[:, None, None] * four + bias[:, None, None]) * 0.667)
""",
    "write-average-coefficient": """
from lessonlib.checks import runners
runners.SECONDS = 0.5
def average_coefficient(coefficient, side):
    while True:
        try:
            coefficient = coefficient + 0
        except:
            pass
""",
    "measure-busiest": "busiest = ('c5', round(100 * layer_table(LeNet5(), field)['c5']"
    ".connections / layer_table(LeNet5(), field).connections, 1))",
    "explain": "The window of C5 fits more often.",
    "suspects": "suspects = {'b': 'Plain tanh', 'C': 'a leak', 'D': None}",
}
MARKS = {
    "check-parameters": 0,  # the chapter's numbers
    "check-connections": 0,
    "check-subsample": 2,
    "check-average-coefficient": 0,
    "check-busiest": 2,
    "explain": None,  # read by a person
    "check-impostors": 2,
    "check-read-f6": 0,
    "check-turned-maps": 0,
    "check-removed-map": 0,
}


def worked_on(name: str, answers: dict[str, str]) -> nbformat.NotebookNode:
    """The student version of an exercise with answers in some of its cells, by their names."""
    pytest.importorskip("nbgrader", reason="nbgrader is missing: install the extra `grading`")
    from lessonlib.grading.student import student_text

    text = student_text(ROOT / "notebooks" / "exercises" / f"{name}.ipynb")
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(marks(cell).get("grade_id"), cell.source)
    return notebook


@pytest.mark.slow
def test_nbgrader_gives_part_of_the_points(tmp_path: Path):
    """Names like those of our modules are the learner's own."""
    assert grade(worked_on("03_lenet5", ANSWERS), tmp_path) == MARKS


ROWS = """
def convolve(picture, kernel, stride, padding):
    picture = F.pad(picture, [padding] * 4)
    rows = range(0, len(picture) - len(kernel) + 1, stride)
    columns = range(0, picture.shape[1] - kernel.shape[1] + 1, stride)
    cut = lambda r, c: picture[r : r + len(kernel), c : c + kernel.shape[1]]
    return [torch.stack([(cut(r, c) * kernel).sum() for c in columns]) for r in rows]
"""


@pytest.mark.slow
def test_a_figure_shows_the_function_that_passed(tmp_path: Path):
    """Whatever it returns, here a list of row tensors, and whatever it is called afterwards."""
    notebook = worked_on("02_convolution", {"write-convolve": ROWS})
    (figure,) = [cell for cell in notebook.cells if "passed(" in cell.source]
    figure.source = f"convolve = None\n{figure.source}"
    assert grade(notebook, tmp_path)["check-convolve"] == 4
    assert "784 units with a stride of 1" in figure.outputs[0].text
    refuse_errors(notebook)


# Nothing of a solution is handed out otherwise


@pytest.fixture(scope="module")
def secrets() -> list[str]:
    """The solution lines of all exercises."""
    notebooks = [nbformat.read(path, as_version=4) for path in EXERCISES]
    return [line for notebook in notebooks for line in solutions.solution_lines(notebook)]


def test_no_solution_is_in_the_wheel(secrets: list[str], wheel: Path):
    assert solutions.files_with(secrets, wheel) == {}


# Tasks that have to be looked at

LOOKED_AT = {"impostors", "own_network"}  # the modules that judge them


def test_most_points_are_for_what_must_be_looked_at(exercise: nbformat.NotebookNode):
    """More than half of the automatic points, so that a pasted answer earns less than half."""
    points = {"looked at": 0.0, "others": 0.0}
    for cell in graded_cells(exercise):
        task = TASKS[TEST_CELL.fullmatch(cell.source)["task"]]
        module = task.judge.__module__.rpartition(".")[2]
        is_seen = module in LOOKED_AT
        points["looked at" if is_seen else "others"] += marks(cell)["points"]
    assert points["looked at"] >= 0.6 * sum(points.values()), points
