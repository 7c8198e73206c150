"""Student versions: what is removed, what stays, and what is not written over."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
import typer
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from lessonlib.grading import commands, solutions
from lessonlib.grading.student import CONFIG, State, make_student_notebooks

pytestmark = pytest.mark.skipif(  # not imported here: that takes seconds
    find_spec("nbgrader") is None, reason="nbgrader is missing: install the extra `grading`"
)

ROOT = Path(__file__).resolve().parents[2]
SOLUTION = '    answer = 6 * 7 + len("secret")'
WRITTEN = "Because the *windows* fit seventeen times."


def nbgrader(grade_id: str, **more: object) -> dict:
    """Cell metadata in nbgrader's format."""
    base = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**base, "grade_id": grade_id, **more}}


def exercise(*extra: NotebookNode) -> NotebookNode:
    """An exercise with one function, its test, and a written answer, as an author stores it."""
    function = f"def f():\n    '''Doc.'''\n    ### BEGIN SOLUTION\n{SOLUTION}\n    ### END SOLUTION"
    test = "result = check(f)\n### BEGIN HIDDEN TESTS\nassert f() == 48\n### END HIDDEN TESTS"
    cells = [
        new_markdown_cell("# Which?"),
        new_code_cell(function, metadata=nbgrader("f", solution=True)),
        new_code_cell(test, metadata=nbgrader("t", grade=True, locked=True, points=2)),
        new_markdown_cell(WRITTEN, metadata=nbgrader("w", grade=True, solution=True, points=1)),
        *extra,
    ]
    cells[2].execution_count = 2
    cells[2].outputs = [new_output("stream", text="48 is right\n")]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "lessonlib": {"source": "a"}})


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("03_a", "04_b"):
        nbformat.write(exercise(), folder / f"{name}.ipynb")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "some" / "out"


def test_solutions_and_outputs_are_gone_and_the_rest_stays(source: Path, out: Path):
    made = make_student_notebooks(out, source=source)
    assert [notebook.path.name for notebook in made] == ["03_a.ipynb", "04_b.ipynb"]
    assert {path.name for path in out.iterdir()} == {"03_a.ipynb", "04_b.ipynb"}
    text = made[0].path.read_text()
    for secret in ("secret", "SOLUTION", "HIDDEN", "seventeen", "48 is", "== 48", '"source": "a"'):
        assert secret not in text
    notebook = nbformat.read(made[0].path, as_version=4)
    nbformat.validate(notebook)
    title, function, test, written = notebook.cells
    assert title.source == "# Which?"
    assert function.source == "def f():\n    '''Doc.'''\n    # YOUR CODE HERE"
    assert test.source == "result = check(f)"
    assert (test.outputs, test.execution_count) == ([], None)
    assert written.source == "YOUR ANSWER HERE"
    assert (test.metadata.editable, test.metadata.deletable) == (False, False)
    assert function.metadata.get("editable", True)
    assert all(cell.metadata.nbgrader.checksum for cell in (function, test, written))


def test_the_source_is_left_as_it_was(source: Path, out: Path):
    before = [path.read_bytes() for path in sorted(source.iterdir())]
    make_student_notebooks(out, source=source)
    assert [path.read_bytes() for path in sorted(source.iterdir())] == before


def test_one_exercise_can_be_named(source: Path, out: Path):
    (made,) = make_student_notebooks(out, ["04_b"], source=source)
    assert made.path == out / "04_b.ipynb"
    assert list(out.iterdir()) == [made.path]


def test_a_second_time_nothing_is_written(source: Path, out: Path):
    first = make_student_notebooks(out, source=source)
    content = first[0].path.read_bytes()
    second = make_student_notebooks(out, source=source)
    assert [notebook.state for notebook in first] == [State.WRITTEN] * 2
    assert [notebook.state for notebook in second] == [State.UNCHANGED] * 2
    assert first[0].path.read_bytes() == content


def work_on(path: Path, source: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = source
    nbformat.write(notebook, path)


def test_a_notebook_that_was_worked_on_is_not_written_over(source: Path, out: Path):
    first, second = (made.path for made in make_student_notebooks(out, source=source))
    work_on(second, "def f():\n    return 48")
    work_on(source / "03_a.ipynb", "def f():\n    ### BEGIN SOLUTION\n    1\n    ### END SOLUTION")
    before = first.read_bytes(), second.read_bytes()
    with pytest.raises(ValueError, match=r"changed since they were handed out: .*04_b\.ipynb"):
        make_student_notebooks(out, source=source)
    assert (first.read_bytes(), second.read_bytes()) == before, "all or none"
    make_student_notebooks(out, source=source, force=True)
    assert "return 48" not in second.read_text()


def test_a_notebook_that_was_only_run_is_written_over(source: Path, out: Path):
    path = make_student_notebooks(out, ["03_a"], source=source)[0].path
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].outputs = [new_output("stream", text="ran\n")]
    notebook.metadata.language_info = {"name": "python", "version": "3.13.1"}
    nbformat.write(notebook, path)
    (made,) = make_student_notebooks(out, ["03_a"], source=source)
    assert made.state == State.WRITTEN
    assert "ran" not in path.read_text()


@pytest.mark.parametrize("content", ["not a notebook", "{}", ""])
def test_a_file_of_another_kind_is_not_written_over(source: Path, out: Path, content: str):
    out.mkdir(parents=True)
    (out / "03_a.ipynb").write_text(content)
    with pytest.raises(ValueError, match="changed"):
        make_student_notebooks(out, source=source)
    assert (out / "03_a.ipynb").read_text() == content


def test_a_broken_write_leaves_the_old_file(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
):
    path = make_student_notebooks(out, ["03_a"], source=source)[0].path
    before = path.read_bytes()
    work_on(source / "03_a.ipynb", "def f():\n    ### BEGIN SOLUTION\n    1\n    ### END SOLUTION")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        make_student_notebooks(out, ["03_a"], source=source)
    assert path.read_bytes() == before
    assert list(out.iterdir()) == [path]


def test_the_sources_folder_is_refused(source: Path):
    with pytest.raises(ValueError, match="holds the exercises with their solutions"):
        make_student_notebooks(source / ".." / "source", source=source, force=True)
    assert "secret" in (source / "03_a.ipynb").read_text()


def test_unknown_names_and_folders_are_refused(source: Path, out: Path):
    with pytest.raises(ValueError, match=r"no exercise 05_c; there are: 03_a, 04_b"):
        make_student_notebooks(out, ["05_c"], source=source)
    with pytest.raises(ValueError, match="no notebooks in"):
        make_student_notebooks(out, source=out)
    assert not out.exists()


@pytest.mark.parametrize(
    ("cell", "match"),
    [
        (new_markdown_cell(f"Hint: `{SOLUTION.strip()}`."), "would still hold .answer = 6"),
        (new_code_cell("### BEGIN SOLUTION\n1\n### END SOLUTION"), "non-solution cell"),
        (new_code_cell("1", metadata=nbgrader("f", solution=True)), "03_a.ipynb: nbgrader cannot"),
        (new_code_cell("### BEGIN SOLUTION", metadata=nbgrader("g", solution=True)), "no end"),
    ],
)
def test_an_exercise_with_a_fault_is_refused(
    source: Path, out: Path, cell: NotebookNode, match: str
):
    nbformat.write(exercise(cell), source / "03_a.ipynb")
    with pytest.raises(ValueError, match=match):
        make_student_notebooks(out, source=source)
    assert not out.exists()


def test_a_missing_nbgrader_is_named_with_what_installs_it(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    command = "pip install '.[grading]'"
    if "Repository" in urls:
        command = f'pip install "lessonlib[grading] @ git+{urls["Repository"]}"'
    with pytest.raises(ValueError, match=re.escape(command)):
        make_student_notebooks(out, source=source)
    assert command in (ROOT / "book" / "how-to-use.md").read_text()


@pytest.mark.slow
def test_nbgraders_own_release_version_is_the_same(source: Path, out: Path, tmp_path: Path):
    """An instructor may also use nbgrader's commands, with the same configuration."""
    course = tmp_path / "course"
    (course / "source" / "week1").mkdir(parents=True)
    shutil.copy(source / "03_a.ipynb", course / "source" / "week1")
    shutil.copy(CONFIG, course)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "week1", "--create"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # for alembic
    done = subprocess.run(
        command, cwd=course, env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    theirs = nbformat.read(course / "release" / "week1" / "03_a.ipynb", as_version=4)
    (ours,) = make_student_notebooks(out, ["03_a"], source=source)
    ours = nbformat.read(ours.path, as_version=4)
    assert len(ours.cells) == 4
    for mine, other in zip(ours.cells, theirs.cells, strict=True):
        assert (mine.source, mine.metadata) == (other.source, other.metadata)


# The command

app = typer.Typer()
app.command()(commands.student)


def test_the_command_says_what_it_wrote(source: Path, out: Path):
    arguments = ["--out", str(out), "--source", str(source)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert result.output == f"{out / '03_a.ipynb'}: written\n{out / '04_b.ipynb'}: written\n"
    assert "unchanged" in CliRunner().invoke(app, [*arguments, "04_b"]).output
    assert isinstance(CliRunner().invoke(app, [*arguments, "x"]).exception, ValueError)


# Finding solutions


def test_solution_lines_are_those_between_the_marks_and_written_answers():
    assert solutions.solution_lines(exercise()) == [SOLUTION.strip(), WRITTEN]


@pytest.mark.parametrize(
    "text",
    [
        f"x\n{SOLUTION}\ny",
        nbformat.writes(exercise()),
        '<span class="n">answer</span> <span class="o">=</span> <span>6</span> * 7 '
        "+ <b>len</b>(&quot;secret&quot;)",
        r'index({"text": "answer = 6 * 7 + len(\"secret\")"})',
    ],
)
def test_a_solution_is_found_in_every_format(text: str):
    assert solutions.lines_in(text, [SOLUTION]) == [SOLUTION]
    assert solutions.lines_in(text.replace("7", "8"), [SOLUTION]) == []


def test_a_solution_is_found_in_folders_and_archives(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.html").write_text(SOLUTION)
    (tmp_path / "other.txt").write_text("nothing")
    assert solutions.files_with([SOLUTION], tmp_path) == {"deep/page.html": [SOLUTION]}
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        archive.writestr("x/y.py", SOLUTION)
    assert solutions.files_with([SOLUTION], tmp_path / "a.whl") == {"x/y.py": [SOLUTION]}
