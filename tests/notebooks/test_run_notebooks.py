"""`make notebooks-run`: what it runs, what it writes, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import chapter_files
import grimp
import nbformat
import pytest
import run_notebooks
from address import Address
from chapter_files import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("lessonlib", cache_dir=None)


def write_chapter(path: Path, *sources: str) -> Path:
    """Write a chapter of code cells that was never run."""
    cells = [new_markdown_cell("# Which?"), *map(new_code_cell, sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def run(*arguments: str | Path) -> subprocess.CompletedProcess:
    """Run the script as make does."""
    command = [sys.executable, str(ROOT / "scripts" / "run_notebooks.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_runs_once_and_writes_the_same_again(tmp_path: Path):
    figure = "import matplotlib.pyplot as plt\n_ = plt.plot([1, 4])\nplt.show()"
    settings = "import os\nprint(*(os.environ[k] for k in ('LESSONLIB_PROFILE', 'TQDM_DISABLE')))"
    chapter = write_chapter(tmp_path / "01.ipynb", "print(1)\n2", figure, settings)
    first = run(chapter)
    assert first.returncode == 0, first.stderr
    assert "run in" in first.stdout
    stored = chapter.read_bytes()
    assert run(chapter).stdout.count("unchanged, not run") == 1
    assert chapter.read_bytes() == stored
    before = chapter_files.read(chapter)
    assert "run in" in run("--all", chapter).stdout
    notebook = chapter_files.read(chapter)
    halves = [2 * each.metadata.lessonlib.pop("run_minutes") for each in (before, notebook)]
    assert all(half.is_integer() and half > 0 for half in halves)  # more than one if all is slow
    assert notebook == before
    cells = chapter_files.code_cells(notebook)
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4]
    assert cells[0].source == chapter_files.setup_source()
    assert cells[3].outputs[0].text == "quick 1\n"
    assert list(tmp_path.iterdir()) == [chapter]


@pytest.mark.slow
def test_failing_chapters_are_left_as_they_were(tmp_path: Path):
    wrong = write_chapter(tmp_path / "wrong.ipynb", "1 + 1", "1 / 0")
    warns = write_chapter(tmp_path / "warns.ipynb", "import sys\nprint('loud', file=sys.stderr)")
    before = wrong.read_bytes(), warns.read_bytes()
    done = run(wrong, warns)
    assert done.returncode == 1
    assert (wrong.read_bytes(), warns.read_bytes()) == before
    for said in ("wrong.ipynb: FAILED", "cell 4 of 4", "1 / 0", "ZeroDivisionError"):
        assert said in done.stderr
    for said in ("warns.ipynb: FAILED", "cell 3 of 3", "wrote to stderr", "loud"):
        assert said in done.stderr


def test_a_chapter_that_breaks_a_convention_is_named():
    chapter = new_notebook(cells=[new_markdown_cell("# A\n\n:::{note}\n:::", id="bad")])
    (said,) = run_notebooks.broken_conventions(ROOT / "notebooks" / "03_a.ipynb", chapter)
    assert said.startswith("warning: cell bad: a directive")
    exercise = ROOT / "notebooks" / "exercises" / "03_a.ipynb"
    assert list(run_notebooks.broken_conventions(exercise, chapter)) == []


def test_unknown_chapter_is_refused(tmp_path: Path):
    done = run(tmp_path / "none.ipynb")
    assert done.returncode == 2
    assert "no such chapter" in done.stderr


def test_hash_follows_code_and_not_text(graph: grimp.ImportGraph):
    def digest(text: str, code: str) -> str:
        cells = [new_markdown_cell(text), new_code_cell(code)]
        return chapter_files.source_hash(new_notebook(cells=cells), graph)

    assert digest("a", "1 + 1") == digest("b", "1 + 1")
    assert digest("a", "1 + 1") != digest("a", "1 + 2")


def test_modules_behind_an_import(graph: grimp.ImportGraph):
    small = chapter_files.modules_behind({"lessonlib.geometry.out_size"}, graph)
    assert small == {"lessonlib", "lessonlib.geometry"}
    wide = chapter_files.modules_behind({"lessonlib.models.LeNet5"}, graph)
    assert {"lessonlib.models.lenet5", "lessonlib.layers.table_conv"} <= wide
    assert "lessonlib.viz" not in wide


def test_module_files_hold_the_data_beside_the_modules():
    files = chapter_files.module_files({"lessonlib", "lessonlib.viz"})
    names = {path.name for path in files}
    assert {"__init__.py", "lessonlib.mplstyle"} <= names
    assert "geometry.py" not in names


@pytest.mark.parametrize("address", [None, Address("a/b")])
def test_setup_cell_is_written_once(address: Address | None):
    source = chapter_files.setup_text(address)
    notebook = new_notebook(cells=[new_markdown_cell("# A"), new_code_cell("1 + 1")])
    for other in (source, chapter_files.setup_text(Address("c/d")), source):
        chapter_files.write_setup_cell(notebook, other)
    assert [cell.source for cell in notebook.cells] == ["# A", source, "1 + 1"]
    assert notebook.cells[1].metadata.tags == ["setup"]


def test_setup_cell_installs_from_the_repository_and_without_one_only_imports():
    lines = chapter_files.setup_text(Address("a/b")).splitlines()
    assert lines == [
        "try:",
        "    import lessonlib",
        "except ModuleNotFoundError:  # Colab",
        '    %pip install --quiet "lessonlib @ git+https://github.com/a/b"',
        "from lessonlib.notebook import say, setup, show_source",
    ]
    assert chapter_files.setup_text(None) == lines[-1]


def test_another_address_is_no_reason_to_run_a_chapter_again(graph: grimp.ImportGraph):
    digests = set()
    for address in (None, Address("a/b"), Address("c/d")):
        cells = [new_code_cell(chapter_files.setup_text(address)), new_code_cell("1 + 1")]
        digests.add(chapter_files.source_hash(new_notebook(cells=cells), graph))
    assert len(digests) == 1


def test_normal_form_drops_what_differs_between_machines():
    cell = new_code_cell("1", metadata={"execution": {"busy": "now"}, "tags": ["keep"]})
    kept = {"mystnb": {"a": 1}, "accelerator": "GPU"}
    notebook = new_notebook(cells=[cell], metadata={"widgets": {}, "colab": {}} | kept)
    notebook.metadata.language_info = {"name": "python", "version": "3.11.7"}
    chapter_files.normalize(notebook)
    assert notebook.metadata.language_info == {"name": "python"}
    assert set(notebook.metadata) == {"kernelspec", "language_info", *kept}
    assert notebook.cells[0].metadata == {"tags": ["keep"]}
    assert notebook.cells[0].execution_count == 1


def test_cells_keep_their_ids_and_get_one_where_they_have_none(tmp_path: Path):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text} for text in "ab"]
    cells[0]["id"] = "mine"
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(content))
    assert [cell.id for cell in chapter_files.read(path).cells] == ["mine", "cell-1"]
