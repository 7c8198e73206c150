"""The sources of the book and the built book, for tests that need no browser."""

import sys
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # the extension `course`


@cache
def parse(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="session")
def pages() -> dict[str, BeautifulSoup]:
    """Every page of the built book by its path below the top."""
    if not (HTML / "index.html").is_file():
        pytest.fail("there is no built book in _build/html: run `make book` first")
    paths = [path.relative_to(HTML) for path in HTML.rglob("*.html")]
    names = sorted(path.as_posix() for path in paths if path.parts[0] != "_static")
    return {name: parse(HTML / name) for name in names}
