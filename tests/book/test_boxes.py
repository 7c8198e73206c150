"""What the extension makes of a chapter's conventions, in a small book of one chapter."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import small_chapter as small
from bs4 import BeautifulSoup
from bs4.element import Tag
from course import chapters
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

CONF = """
import course

extensions = ["myst_nb", "sphinxcontrib.bibtex"]
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
PROJECT = '[project]\nname = "a"\n[project.urls]\nRepository = "https://github.com/OWNER/REPO"\n'


def write_book(folder: Path, notebook: dict[str, Any], address: str = "OWNER/REPO") -> Path:
    """A book of one chapter, a bibliography and a fact-check page."""
    files = {
        "conf.py": CONF,
        "pyproject.toml": PROJECT.replace("OWNER/REPO", address),
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


def after(box: Tag) -> Tag:
    """What follows a box."""
    return box.find_next_sibling()


def test_choice(page: BeautifulSoup) -> None:
    box = page.find(id="predict-guess-choice")
    print(box)
    assert 0
