"""pandas tables as a page needs them: one header row, no empty headers, their own scroll box."""

import re

from bs4 import BeautifulSoup
from bs4.element import Tag
from docutils import nodes
from sphinx.application import Sphinx

NUMBER = re.compile(r"[-+−]?[\d,]*\.?\d+(e[-+]?\d+)?\s*%?")


def mend_tables(html: str) -> str:
    """HTML of a notebook's output with its pandas tables fixed; other HTML is unchanged."""
    if 'class="dataframe' not in html:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for style in soup.find_all("style", scoped=True):
        style.decompose()
    for table in soup.find_all("table", class_="dataframe"):
        del table["border"]
        merge_headers(table)
        mark_cells(table)
        table.wrap(soup.new_tag("div", attrs={"class": "scroll-box"}))
    return str(soup)


def merge_headers(table: Tag) -> None:
    """Put the name of the index, which pandas writes into a row of its own, into the first row."""
    rows = table.select("thead > tr")
    if len(rows) != 2:
        return
    first, second = (row.find_all(["th", "td"]) for row in rows)
    is_pair = len(first) == len(second)
    if is_pair and all(
        not (a.text.strip() and b.text.strip()) for a, b in zip(first, second, strict=True)
    ):
        for a, b in zip(first, second, strict=True):
            a.string = a.text.strip() or b.text.strip()
        rows[1].decompose()


def mark_cells(table: Tag) -> None:
    """Mark which cells are headers, and of what, and which columns hold only numbers."""
    rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    for row in table.find_all("tr"):
        del row["style"]
    for header in table.find_all("th"):
        if not header.text.strip():
            header.name = "td"
        else:
            header["scope"] = "col" if header.find_parent("thead") else "row"
    if len({len(row) for row in rows}) != 1:
        return  # headers that span columns or rows
    for column in zip(*rows, strict=True):
        body = [cell.text.strip() for cell in column if cell.find_parent("tbody")]
        if any(body) and all(NUMBER.fullmatch(text) or not text for text in body):
            for cell in column:
                cell["class"] = "number"


def mend_page(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fix the tables of one page."""
    for node in list(doctree.findall(nodes.raw)):
        if "html" in node.get("format", ""):
            mended = mend_tables(node.astext())
            if mended != node.astext():
                node.replace_self(nodes.raw("", mended, format="html"))


def setup(app: Sphinx) -> None:
    """Run on every page when its outputs have been chosen."""
    app.connect("doctree-resolved", mend_page)
