"""What the extension makes of a chapter's conventions, in a small book of one chapter."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import notebook_cells
import pytest
import small_chapter as small
from bs4 import BeautifulSoup
from bs4.element import Tag
from course import buttons, chapters
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

CONF = """
import course

extensions = ["myst_nb", "sphinxcontrib.bibtex"]
html_theme = "basic"
root_doc = "notebooks/03_lenet5"
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
bibtex_bibfiles = ["book/references.bib"]
bibtex_cite_id = "{key}"


def setup(app):
    for part in course.CHAPTER_PARTS:
        part.setup(app)
"""
BIBLIOGRAPHY = "# Bibliography\n\n```{bibliography}\n:all:\n```\n"
ENTRY = "@article{lecun1998, author = {LeCun, Yann}, title = {T}, journal = {J}, year = {1998}}\n"
FACTS = "# Fact check\n\n(l8)=\n## L8\n\nText.\n"
PROJECT = '[project]\nname = "a"\n[project.urls]\n'


def write_book(folder: Path, notebook: dict[str, Any], address: str = "") -> Path:
    """A book of one chapter, a bibliography and a fact-check page."""
    repository = f'Repository = "https://github.com/{address}"' if address else ""
    files = {
        "conf.py": CONF,
        "pyproject.toml": PROJECT + repository,
        "book/bibliography.md": BIBLIOGRAPHY,
        "book/fact-check.md": FACTS,
        "book/references.bib": ENTRY,
        "notebooks/03_lenet5.ipynb": json.dumps(notebook),
        "notebooks/student/03_lenet5.ipynb": "{}",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def build(folder: Path) -> Path:
    """Build it; the folder of its pages."""
    out = folder / "out"
    exclude = {"exclude_patterns": "out,notebooks/student"}
    app = Sphinx(folder, folder, out, folder / "trees", "html", exclude, status=None, freshenv=True)
    app.build()
    return out


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(write_book(tmp_path_factory.mktemp("book"), small.chapter()))


@pytest.fixture(scope="module")
def page(book: Path) -> BeautifulSoup:
    text = (book / "notebooks" / "03_lenet5.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def words(tag: Tag) -> str:
    """Its text on one line."""
    return " ".join(tag.get_text(" ").split())


def test_a_choice_is_a_list_that_scripts_make_into_buttons(page: BeautifulSoup) -> None:
    box = page.find(id="predict-guess-choice")
    assert (box["data-kind"], box["data-answer"]) == ("choice", "2")
    assert [item["data-value"] for item in box.select("ul.choices > li")] == ["C1", "C3", "C5"]
    assert words(box.p) == "Predict. Which layer holds most of the numbers?"


def test_a_number_says_its_unit_and_answer(page: BeautifulSoup) -> None:
    box = page.find(id="predict-places")
    assert (box["data-kind"], box["data-unit"]) == ("number", "pixels")
    assert (box["data-answer"], box["data-within"]) == ("14", "0")
    assert words(box.select_one(".asked-for")) == "A number, in pixels."


def test_a_measured_answer_is_not_on_the_page(page: BeautifulSoup) -> None:
    box = page.find(id="predict-guess-order")
    assert box["data-kind"] == "order"
    assert "data-answer" not in box.attrs
    assert [words(item) for item in box.select("ol.choices > li")] == ["C1", "C3", "C5"]


def test_an_order_is_given_by_places() -> None:
    notebook = small.chapter()
    cell = small.code("ordered", 'assert order == ["C5", "C1", "C3"]', "answer")
    cell["metadata"]["lessonlib"] = {"answer": ["C5", "C1", "C3"], "within": 0}
    notebook["cells"][12] = cell
    run = notebook_cells.runs(notebook_cells.cells(notebook))[-1]
    assert chapters.prediction_facts(run)["answer"] == [2, 0, 1]


def test_what_answers_is_folded_and_nothing_else(page: BeautifulSoup) -> None:
    folds = page.select("details.fold.answer")
    assert [[cell["id"] for cell in fold.select(".cell")] for fold in folds] == [
        ["shares", "saw"],
        ["sees"],
        [],
    ]
    assert all("open" not in fold.attrs for fold in folds)
    assert [fold.find_previous_sibling()["id"] for fold in folds] == [
        "predict-guess-choice",
        "predict-places",
        "predict-guess-order",
    ]
    assert "C5, then C3, then C1." in words(folds[2])
    assert page.find(string=re.compile("counted by")).find_parent("details") is None


def test_set_up_is_one_line_below_the_first_answer(page: BeautifulSoup) -> None:
    (fold,) = page.select("details.fold.setup")
    assert [cell["id"] for cell in fold.select(".cell")] == ["setup-1", "setup-2"]
    assert fold.find_next_sibling()["class"] == ["predict-controls"]
    assert "answer" in fold.parent.find_previous_sibling()["class"]  # the page opens without it


def test_folded_code_says_what_it_is_for(page: BeautifulSoup) -> None:
    assert words(page.find(id="figure").summary) == "Code of this figure"
    assert page.find(id="figure").select_one(".cell_output").find_parent("details") is None
    assert words(page.find(id="shares").summary) == "A check of the above"
    assert page.find(id="saw").summary is None


@pytest.mark.parametrize(
    ("outputs", "line"),
    [
        ([("text/markdown", "Text.")], "Code of this sentence"),
        ([("text/html", "<table></table>")], "Code of this table"),
        ([("text/plain", "1")], "Code of this output"),
        (
            [("image/svg+xml", "<svg/>"), ("text/markdown", "T")],
            "Code of this figure and this sentence",
        ),
        ([], "Code"),
    ],
)
def test_line_of_folded_code(outputs: list[tuple[str, str]], line: str) -> None:
    cell = small.code("a", "draw()", outputs=[small.shown(*output) for output in outputs])
    (read,) = notebook_cells.cells(small.notebook(cell))
    assert chapters.folded_line(read) == line


def test_an_author_may_say_what_is_folded() -> None:
    cell = small.code("a", "draw()", "hide-input", fold="Draws the maps")
    (read,) = notebook_cells.cells(small.notebook(cell))
    chapters.mark(read, cell)
    assert cell["metadata"] == {"tags": [], "lessonlib": {"fold": "Draws the maps", "cell": "a"}}


def test_exercises_have_an_address_and_their_answer(page: BeautifulSoup, book: Path) -> None:
    checked, thought = page.find(id="exercise-3-1"), page.find(id="exercise-3-2")
    assert words(checked.p) == "Exercise 3.1. Count"
    assert checked.details is None
    (link,) = checked.select("a")
    assert (book / "notebooks" / link["href"]).read_text(encoding="utf-8") == "{}"
    assert words(thought.select_one("details.worked .fold-body > p")) == "Nobody says."
    assert thought.details.find(id="answer-2-code")
    assert "open" not in thought.details.attrs


def test_answers_are_no_section_of_the_page(page: BeautifulSoup) -> None:
    assert "Answers" not in [words(title) for title in page.select("h2")]
    assert page.find(string=re.compile("Answer 3.2")) is None


def test_go_deeper_folds_the_rest_of_its_section(page: BeautifulSoup) -> None:
    (fold,) = page.select("details.fold.deeper")
    assert words(fold.summary) == "Go deeper. What S2 computes, by hand."
    assert fold.find(id="by-hand")
    assert words(fold.h3).startswith("A heading below it")
    assert page.find(id="exercises").find_parent("details") is None
    assert page.select(".sphinxsidebar a[href='#a-heading-below-it']")


def test_a_claim_is_a_box_that_leads_to_its_row(page: BeautifulSoup) -> None:
    (box,) = page.select(".box.may-have-read")
    assert words(box).startswith("You may have read. There are five layers.")
    assert box.a["href"] == "../book/fact-check.html#l8"


def test_a_citation_leads_to_its_entry(page: BeautifulSoup, book: Path) -> None:
    link = page.select_one("a.citation")
    assert (words(link), link["href"]) == (
        "LeCun et al., 1998",
        "../book/bibliography.html#lecun1998",
    )
    text = (book / "book" / "bibliography.html").read_text(encoding="utf-8")
    assert BeautifulSoup(text, "html.parser").find(id="lecun1998").name == "li"


def test_every_code_cell_has_its_address(page: BeautifulSoup) -> None:
    names = [cell["id"] for cell in small.chapter()["cells"] if cell["cell_type"] == "code"]
    assert all("cell" in page.find(id=name)["class"] for name in names)


def test_nothing_of_the_notation_is_left(page: BeautifulSoup) -> None:
    assert page.find("blockquote") is None
    assert "answer cell" not in str(page)


def test_colab_is_offered_where_there_is_an_address(tmp_path: Path) -> None:
    out = build(write_book(tmp_path, small.chapter(), "someone/course"))
    page = BeautifulSoup((out / "notebooks" / "03_lenet5.html").read_text("utf-8"), "html.parser")
    links = page.find(id="exercise-3-1").select("a")
    address = "https://colab.research.google.com/github/someone/course/blob/main/"
    assert [link["href"] for link in links][1:] == [f"{address}notebooks/student/03_lenet5.ipynb"]


def read(folder: Path, notebook: dict[str, Any]) -> None:
    """Read a chapter as Sphinx does, before anything is made of it."""
    path = folder / "notebooks" / "03_lenet5.ipynb"
    domain = SimpleNamespace(bibdata=SimpleNamespace(data=SimpleNamespace(entries=["lecun1998"])))
    env = SimpleNamespace(
        doc2path=lambda name: str(path), temp_data={}, get_domain=lambda name: domain
    )
    app = SimpleNamespace(env=env, srcdir=str(folder))
    chapters.read_chapter(app, "notebooks/03_lenet5", [json.dumps(notebook)])


BAD = {
    "a prediction without a kind": ("guess-choice", "> **Predict.** Which?", "no kind of answer"),
    "an unknown box": ("read", "> **Prediction.** No.", "unknown box"),
    "an unknown entry": ("sizes", "[A, 1](../book/bibliography.md#nobody)", "cites 'nobody'"),
    "a directive": ("sizes", ":::{note}\n:::", "a directive"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_names_file_and_cell(name: str, tmp_path: Path) -> None:
    cell, source, expected = BAD[name]
    notebook = small.chapter()
    next(one for one in notebook["cells"] if one["id"] == cell)["source"] = source
    with pytest.raises(ExtensionError) as caught:
        read(tmp_path, notebook)
    assert re.search(rf"notebooks/03_lenet5\.ipynb: cell {cell}: .*{expected}", str(caught.value))


def test_a_picture_without_alt_text_names_file_and_cell(tmp_path: Path) -> None:
    notebook = small.chapter()
    del notebook["cells"][4]["metadata"]["mystnb"]
    with pytest.raises(ExtensionError, match=r"03_lenet5\.ipynb: cell figure: .* no alt text"):
        read(tmp_path, notebook)


def test_bad_input_fails_the_build(tmp_path: Path) -> None:
    notebook = small.chapter()
    notebook["cells"][12]["metadata"] = {}
    with pytest.raises(ExtensionError, match="guess-order: no cell tagged `answer` follows"):
        build(write_book(tmp_path, notebook))


def test_an_id_that_a_heading_has_fails_the_build(tmp_path: Path) -> None:
    notebook = small.chapter()
    notebook["cells"][9]["id"] = "exercises"
    with pytest.raises(ExtensionError, match="cell exercises: its id is also that of a heading"):
        build(write_book(tmp_path, notebook))


def test_set_up_stays_in_its_place_where_nothing_is_asked(tmp_path: Path) -> None:
    notebook = small.notebook(
        small.text("head", "# A question?\n\nFacts"), small.code("set", "1", "setup")
    )
    out = build(write_book(tmp_path, notebook))
    page = BeautifulSoup((out / "notebooks" / "03_lenet5.html").read_text("utf-8"), "html.parser")
    assert words(page.select_one(".head-line").find_previous_sibling()) == "Facts"


@pytest.mark.parametrize("has_copy", [True, False])
def test_buttons_give_the_copy_without_outputs(has_copy: bool, tmp_path: Path) -> None:
    source = tmp_path / "03_lenet5.ipynb"
    copy = tmp_path / "colab" / source.name
    if has_copy:
        copy.parent.mkdir()
        copy.write_text("{}")
    assert buttons.given(source) == (copy if has_copy else source)
    address = "https://colab.research.google.com/github/a/b/blob/main/notebooks/03_lenet5.ipynb"
    download = {"label": "download-source-button", "url": "x"}
    group = {"buttons": [{"label": "launch", "url": address}, download]}
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda name: str(source)))
    context = {"header_buttons": [group], "pathto": lambda name, kind: name}
    buttons.mend_buttons(app, "notebooks/03_lenet5", "page.html", context, object())
    place = "colab/03_lenet5" if has_copy else "03_lenet5"
    assert group["buttons"][0]["url"] == address.replace("03_lenet5", place)
    assert download["url"] == "_downloads/notebooks/03_lenet5.ipynb"
