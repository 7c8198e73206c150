"""Copies of chapters without outputs: for Colab, and to work on at home."""

from pathlib import Path

import chapter_files
import nbformat
import notebook_copies as copies
import pytest
import work_copies
from address import Address
from chapter_files import ROOT
from chapter_table import Chapter, Course, PagesError
from markdown_links import anchor, replace_links
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

CHAPTER = Chapter("03_a", "I", "A", "What?", hardware="a GPU")
ADDRESS = Address("a/b")
LINKS = (
    "[LeCun et al., 1998](../book/bibliography.md#lecun1998), [chapter 2](02_b.ipynb), "
    "[why](02_b.ipynb#why-not), [below](#what-then), [task](student/03_a.ipynb), "
    "[out](https://example.org/a.ipynb), `[code](02_b.ipynb)`, ![figure](x.png)"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of two chapters, one of which has links of every kind and was run."""
    ran = new_code_cell("1 + 1", execution_count=1, metadata={"tags": ["answer"]})
    ran.outputs = [new_output("execute_result", {"text/plain": "2"}, execution_count=1)]
    cells = [
        new_markdown_cell(LINKS, id="links"),
        ran,
        new_markdown_cell("## What *then*?", id="end"),
    ]
    notebook = new_notebook(cells=cells, metadata={"lessonlib": {"source_hash": "x"}})
    other = new_notebook(cells=[new_markdown_cell("# B\n\n## Why not?", id="why")])
    (tmp_path / "notebooks" / "student").mkdir(parents=True)
    nbformat.write(notebook, tmp_path / CHAPTER.notebook)
    nbformat.write(other, tmp_path / "notebooks" / "02_b.ipynb")
    nbformat.write(new_notebook(cells=[new_markdown_cell("task")]), tmp_path / CHAPTER.student)
    return tmp_path


def colab(root: Path, address: Address | None) -> nbformat.NotebookNode:
    return nbformat.reads(
        copies.colab_copy(root, CHAPTER, Course([CHAPTER], address)), as_version=4
    )


def test_a_copy_for_colab_has_no_outputs_and_keeps_the_gpu(root: Path) -> None:
    copy = colab(root, None)
    assert copy.cells[1].outputs == []
    assert copy.cells[1].execution_count is None
    assert copy.cells[1].metadata.tags == ["answer"]
    assert copy.metadata.accelerator == "GPU"
    assert "lessonlib" not in copy.metadata
    assert nbformat.read(root / CHAPTER.notebook, as_version=4).cells[1].outputs


def test_links_of_a_copy_for_colab_lead_somewhere(root: Path) -> None:
    text = colab(root, ADDRESS).cells[0].source
    base = "https://colab.research.google.com/github/a/b/blob/main/notebooks"
    assert "(https://a.github.io/b/book/bibliography.html#lecun1998)" in text
    assert f"[chapter 2]({base}/colab/02_b.ipynb)" in text
    assert f"[why]({base}/colab/02_b.ipynb#scrollTo=why)" in text
    assert "[below](#scrollTo=end)" in text
    assert f"[task]({base}/student/03_a.ipynb)" in text
    assert "[out](https://example.org/a.ipynb), `[code](02_b.ipynb)`, ![figure](x.png)" in text


def test_without_an_address_links_of_a_copy_are_plain_text(root: Path) -> None:
    assert colab(root, None).cells[0].source == (
        "LeCun et al., 1998, chapter 2, why, [below](#scrollTo=end), task, "
        "[out](https://example.org/a.ipynb), `[code](02_b.ipynb)`, ![figure](x.png)"
    )


def test_a_link_to_no_heading_is_refused(root: Path) -> None:
    nbformat.write(new_notebook(cells=[new_markdown_cell("[a](#gone)")]), root / CHAPTER.notebook)
    with pytest.raises(PagesError, match="#gone, but no heading"):
        colab(root, None)


def test_links_of_a_working_copy_are_as_jupyterlab_wants_them(root: Path) -> None:
    text = copies.working_copy(root, root / CHAPTER.notebook, None).cells[0].source
    assert text.startswith("LeCun et al., 1998, [chapter 2](02_b.ipynb)")
    assert "[why](02_b.ipynb#Why-not%3F), [below](#What-then%3F), [task](student/03_a" in text
    set_ = copies.working_copy(root, root / CHAPTER.notebook, ADDRESS).cells[0].source
    assert "(https://a.github.io/b/book/bibliography.html#lecun1998)" in set_


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\n[a](b)\n```\n[a](b)", "```\n[a](b)\n```\na"),
        ("> **Predict.** [a](b)", "> **Predict.** a"),
        ("[`f`](b) and ``[a](b)``", "`f` and ``[a](b)``"),
        ("[a] (b), ![a](b)", "[a] (b), ![a](b)"),
    ],
)
def test_only_links_are_replaced(text: str, expected: str) -> None:
    assert replace_links(text, lambda _: None) == expected


def test_anchors_are_those_of_the_book() -> None:
    assert anchor("C1, S2: *what* does `f` [do](x)?") == "c1-s2-what-does-f-do"


# Working copies


def test_working_copies_have_chapters_and_exercises_without_outputs(root: Path) -> None:
    assert work_copies.renew_all(with_project(root)) == []
    work = root / "notebooks" / "work"
    names = [path.relative_to(work).as_posix() for path in sorted(work.rglob("*.ipynb"))]
    assert names == ["02_b.ipynb", "03_a.ipynb", "student/03_a.ipynb"]
    assert chapter_files.read(work / "03_a.ipynb").cells[1].outputs == []


def with_project(root: Path) -> Path:
    (root / "pyproject.toml").write_text('[project]\nname = "x"\n')
    return root


def edit(path: Path, **changes: object) -> None:
    """Change the last cell of a notebook."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].update(changes)
    nbformat.write(notebook, path)


def test_a_copy_as_it_was_made_is_renewed(root: Path) -> None:
    work_copies.renew_all(with_project(root))
    edit(root / "notebooks" / "02_b.ipynb", source="# New")
    copy = root / "notebooks" / "work" / "02_b.ipynb"
    notebook = nbformat.read(copy, as_version=4)
    notebook.metadata.kernelspec = {"display_name": "P", "name": "python3"}  # as JupyterLab saves
    nbformat.write(notebook, copy)
    assert work_copies.renew_all(root) == []
    assert chapter_files.read(copy).cells[0].source == "# New"


@pytest.mark.parametrize(
    "change", [{"source": "mine"}, {"cell_type": "code", "outputs": [], "execution_count": None}]
)
def test_a_copy_that_was_changed_is_kept(root: Path, change: dict) -> None:
    work_copies.renew_all(with_project(root))
    copy = root / "notebooks" / "work" / "02_b.ipynb"
    edit(copy, **change)
    before = copy.read_bytes()
    assert work_copies.renew_all(root) == []  # the chapter is the same: nothing to tell
    edit(root / "notebooks" / "02_b.ipynb", source="# New")
    (told,) = work_copies.renew_all(root)
    assert told.startswith("kept notebooks/work/02_b.ipynb, which you have run or changed")
    assert copy.read_bytes() == before
    copy.rename(copy.with_name("mine.ipynb"))
    assert work_copies.renew_all(root) == []
    assert chapter_files.read(copy).cells[0].source == "# New"


def test_a_copy_that_was_run_is_kept(root: Path) -> None:
    work_copies.renew_all(with_project(root))
    copy = root / "notebooks" / "work" / "03_a.ipynb"
    notebook = nbformat.read(copy, as_version=4)
    notebook.cells[1].outputs = [new_output("stream", text="3")]
    nbformat.write(notebook, copy)
    edit(root / CHAPTER.notebook, source="## What then?\n\nMore")
    assert len(work_copies.renew_all(root)) == 1
    assert chapter_files.read(copy).cells[1].outputs


def test_a_file_that_cannot_be_read_is_kept(root: Path) -> None:
    copy = with_project(root) / "notebooks" / "work" / "02_b.ipynb"
    copy.parent.mkdir()
    copy.write_text("not a notebook")
    assert len(work_copies.renew_all(root)) == 1
    assert copy.read_text() == "not a notebook"


def test_git_does_not_see_working_copies() -> None:
    assert "notebooks/work/" in (ROOT / ".gitignore").read_text().splitlines()
