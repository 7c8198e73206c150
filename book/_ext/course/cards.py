"""Tables too wide for a phone become cards there: a block per row, each value with its header.

Which tables these are is decided here, by their texts. The style sheet says how a card looks, and
up to which width. A row that is shown as a block loses its meaning as part of a table, so roles are
added to restore it.
"""

import re
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag
from docutils import nodes
from sphinx.application import Sphinx

TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
NUMBER = re.compile(r"\W*[\d.,]+\W*")
WIDTH = 300  # pixels for a table within a fold, on a phone of 360
LETTER, GAP = 7.4, 8  # pixels per letter, and between two columns
COMFORT = 16  # letters of a text in one line, at least
LONG = 20  # letters of a value that takes the card's whole width
SPARSE = 3  # values that explain themselves if a row has no others
ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}

Rows = list[list[Tag]]


def text_of(cell: Tag) -> str:
    """A cell's words, with single spaces."""
    return " ".join(cell.get_text(" ").split())


def column_width(texts: list[str]) -> float:
    """Pixels that a column needs: its longest word, and some of its longest text."""
    word = max((len(word) for text in texts for word in text.split()), default=0)
    longest = max(map(len, texts))
    needed = longest if all(map(NUMBER.fullmatch, texts[1:])) else min(longest, COMFORT)
    return LETTER * max(word, needed) + GAP


def is_wide(rows: Rows) -> bool:
    """True when a table with these rows, the header first, is too wide for a phone."""
    columns = zip(*rows, strict=True)
    widths = [column_width([text_of(cell) for cell in column]) for column in columns]
    return sum(widths) - GAP > WIDTH


def add_roles(table: Tag) -> None:
    """Give each part of the table its role."""
    for tag in [table, *table.find_all(ROLES)]:
        tag["role"] = ROLES[tag.name]
    for header in table.find_all("th"):
        header["role"] = "columnheader" if header.find_parent("thead") else "rowheader"


def label(row: list[Tag], headers: list[str]) -> None:
    """Write the headers into the cells of a row; the first cell, the card's head, is a name.

    Cells that are empty, long or the only ones of a row with content are marked.
    """
    for place, (cell, header) in enumerate(zip(row, headers, strict=True)):
        text = text_of(cell)
        if header and (place or NUMBER.fullmatch(text)):
            cell["data-label"] = header
        if len(text) > LONG:
            cell["class"] = [*cell.get("class", []), "long"]
        elif not text and not cell.find("img"):
            cell["class"] = [*cell.get("class", []), "blank"]
    if sum("blank" in cell.get("class", []) for cell in row) >= len(row) - SPARSE > 0:
        row[0].parent["class"] = [*row[0].parent.get("class", []), "sparse"]


def carded(html: str) -> str:
    """A table's HTML, with what cards need if it is wide; otherwise unchanged."""
    soup = BeautifulSoup(html, "html.parser")
    rows = [row.find_all(["th", "td"], recursive=False) for row in soup.find_all("tr")]
    has_header = len(soup.select("thead > tr")) == 1
    if not has_header or len({len(row) for row in rows}) != 1 or not is_wide(rows):
        return html
    soup.table["class"] = [*soup.table.get("class", []), "cards"]
    add_roles(soup.table)
    headers = [text_of(cell) for cell in rows[0]]
    for row in rows[1:]:
        label(row, headers)
    return str(soup)


def card_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Look at all tables of a page."""
    if "body" in context:
        context["body"] = TABLE.sub(lambda match: carded(match[0]), context["body"])


def setup(app: Sphinx) -> None:
    """Run on every page when it has been made."""
    app.connect("html-page-context", card_page)
