"""The rules for every chapter as it is stored: order, sizes, alt text, no warnings."""

import re
from collections.abc import Iterator

import chapter_files
import conventions
import nbformat
import notebook_cells
import pytest
from chapter_files import ROOT, code_cells

CHAPTERS = sorted(ROOT.glob("notebooks/*.ipynb"))
MOST_CELLS, MOST_WORDS, MOST_LINES, LONGEST_LINE = 60, 3_000, 15, 76
MORE_CELLS = {"03_lenet5": 70}
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
VARIES = "nbval-ignore-output"


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def outputs(chapter: nbformat.NotebookNode) -> Iterator[tuple[int, nbformat.NotebookNode]]:
    """Every stored output with the number of its code cell, as nbval counts."""
    for number, cell in enumerate(code_cells(chapter)):
        for output in cell.outputs:
            yield number, output


def test_there_are_chapters():
    assert CHAPTERS, "notebooks/ has no chapter; nothing else here was tested"


def test_file_is_as_notebooks_run_writes_it(chapter, request):
    path = request.node.callspec.params["chapter"]
    again = chapter_files.read(path)
    chapter_files.normalize(again)
    assert path.read_text(encoding="utf-8") == chapter_files.dumps(again), "make notebooks-run"


def test_first_code_cell_is_the_fixed_one(chapter):
    assert code_cells(chapter)[0].source == chapter_files.setup_source()


def test_every_code_cell_was_run_in_order(chapter):
    counts = [cell.execution_count for cell in code_cells(chapter)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_code_cell_is_empty(chapter):
    assert all(cell.source.strip() for cell in code_cells(chapter))


def test_no_output_is_an_error_or_a_warning(chapter):
    bad = [n for n, out in outputs(chapter) if out.output_type == "error"]
    bad += [n for n, out in outputs(chapter) if out.get("name") == "stderr"]
    assert not bad, f"code cells {bad} store an error or something written to stderr"


def test_nothing_evades_the_comparison(chapter):
    """One tag may leave an output uncompared; nbval knows more ways."""
    for number, cell in enumerate(code_cells(chapter)):
        tags = {tag.lower() for tag in cell.metadata.get("tags", [])}
        other = {tag for tag in tags if tag.startswith("nbval")} | tags & {"raises-exception"}
        assert other <= {VARIES}, f"code cell {number} is tagged {other}"
        assert not re.search(r"#\s*(NBVAL|PYTEST_VALIDATE)", cell.source), f"code cell {number}"


def test_what_is_not_compared_has_an_assert(chapter):
    for number, cell in enumerate(code_cells(chapter)):
        if VARIES in cell.metadata.get("tags", []):
            assert re.search(r"^\s*assert\b", cell.source, re.MULTILINE), f"code cell {number}"


def test_code_cells_are_short(chapter):
    lengths = {n: len(cell.source.splitlines()) for n, cell in enumerate(code_cells(chapter))}
    assert not {n: lines for n, lines in lengths.items() if lines > MOST_LINES}


def test_lines_of_code_fit_their_box(chapter):
    """The longest that a page shows whole; the first cell is the same in all chapters."""
    long = [
        (number, line)
        for number, cell in enumerate(code_cells(chapter)[1:], start=1)
        for line in cell.source.splitlines()
        if len(line) > LONGEST_LINE
    ]
    assert not long


def test_set_up_is_the_first_code_and_no_other(chapter):
    tagged = ["setup" in cell.metadata.get("tags", []) for cell in code_cells(chapter)]
    assert tagged[0], "the first code cell is tagged `setup`"
    assert tagged == sorted(tagged, reverse=True), "a cell of set-up comes after other code"


def test_chapter_is_short(chapter, request):
    """Worked answers, which the page folds below their exercises, are not counted."""
    found = notebook_cells.pieces(notebook_cells.cells(chapter))
    counted = {piece.cell.id for piece in found if piece.part != notebook_cells.ANSWERS}
    stem = request.node.callspec.params["chapter"].stem
    assert len(counted) <= MORE_CELLS.get(stem, MOST_CELLS)
    assert conventions.reading(chapter).whole.words <= MOST_WORDS


def test_every_picture_has_alt_text(chapter):
    for number, cell in enumerate(code_cells(chapter)):
        if any(kind in out.get("data", {}) for out in cell.outputs for kind in PICTURES):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt.split()) >= 3, (
                f"code cell {number}: metadata mystnb.image.alt is {alt!r}"
            )


def test_no_picture_is_heavy(chapter):
    sizes = [(number, chapter_files.picture_bytes(output)) for number, output in outputs(chapter)]
    assert not [(n, size) for n, size in sizes if size > chapter_files.PICTURE_LIMIT]
