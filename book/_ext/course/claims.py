"""The claims of book/claims.yml, the cells that show what is right, and any inconsistencies.

No Sphinx in here: `fact_check` makes the page from it, and tests import it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

VERDICTS = ("right", "imprecise", "wrong", "contested", "contradicts itself")
ID = re.compile(r"([A-Z])(\d+)")
LINK = re.compile(r"fact-check\.(?:md|html)#([\w-]+)")
HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$", re.MULTILINE)
FILE = "book/claims.yml"

Places = dict[str, str | None]
"""Places by article or work; None if we do not know the place."""


class ClaimsError(ValueError):
    """A row of book/claims.yml cannot be read."""


@dataclass(frozen=True)
class Article:
    """An article: its title, what kind it is, and when it was published, if that is known."""

    title: str
    kind: str
    year: str | None = None


@dataclass(frozen=True)
class Row:
    """A claim, where it is made, our verdict, what is right, and the source of that."""

    id: str
    claim: str
    where: Places
    verdict: str
    right: str
    source: Places

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return self.id.lower()

    @property
    def order(self) -> tuple[str, int]:
        """Letter, then number: L2 comes before L14."""
        letter, number = ID.fullmatch(self.id).groups()  # type: ignore[union-attr]
        return letter, int(number)


@dataclass(frozen=True)
class Cell:
    """A cell of a chapter: the claims that it names and those that it links to.

    Attributes:
        notebook: path below the top, such as notebooks/03_lenet5.ipynb.
        id: the cell's id, which is the id of its box on the page.
        is_code: whether it is a code cell; no other has a box.
        section: the last heading above it, without its signs.
        claims: ids that its metadata name.
        links: anchors of the fact-check page that it links to.
    """

    notebook: str
    id: str
    is_code: bool
    section: str
    claims: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"cell {self.id} of {self.notebook}"


def read(root: Path) -> tuple[dict[str, Article], list[Row]]:
    """The articles by letter and the rows in their order, from book/claims.yml.

    Raises:
        ClaimsError: something in the file is not as its opening comment says.
    """
    return parse(yaml.safe_load((root / FILE).read_text(encoding="utf-8")))


def parse(content: dict[str, Any]) -> tuple[dict[str, Article], list[Row]]:
    """The articles and the rows from the contents of book/claims.yml.

    Raises:
        ClaimsError: something in it is not as the file's opening comment says.
    """
    articles = {letter: Article(**article) for letter, article in content["articles"].items()}
    rows = [parse_row(row, set(articles)) for row in content["rows"]]
    twice = {row.id for row in rows if sum(other.id == row.id for other in rows) > 1}
    if twice:
        raise ClaimsError(f"{FILE}: more than one row for {', '.join(sorted(twice))}")
    return articles, sorted(rows, key=lambda row: row.order)


def parse_row(content: dict[str, Any], letters: set[str]) -> Row:
    """One row.

    Raises:
        ClaimsError: a field is missing, empty or unknown, or has a value that is not allowed.
    """
    name = f"{FILE}, claim {content.get('id', '(without id)')}"
    wanted = [field.name for field in fields(Row)]
    if set(content) != set(wanted):
        raise ClaimsError(f"{name}: expected the fields {wanted}, got {list(content)}")
    empty = [field for field in wanted if not content[field]]
    if empty:
        raise ClaimsError(f"{name}: write something for {', '.join(empty)}")
    if not ID.fullmatch(content["id"]):
        raise ClaimsError(f"{name}: an id is a letter and a number, such as L8")
    if content["verdict"] not in VERDICTS:
        raise ClaimsError(
            f"{name}: verdict {content['verdict']!r} is not one of {', '.join(VERDICTS)}"
        )
    unknown = sorted({place for place in content["where"] if len(place) == 1} - letters)
    if unknown:
        raise ClaimsError(f"{name}: no article has the letter {', '.join(unknown)}")
    return Row(**content)


def read_cells(root: Path) -> list[Cell]:
    """The cells of all chapters, in order."""
    paths = sorted((root / "notebooks").glob("*.ipynb"))
    return [
        cell
        for path in paths
        for cell in cells_of(
            path.relative_to(root).as_posix(), json.loads(path.read_text(encoding="utf-8"))
        )
    ]


def cells_of(notebook: str, content: dict[str, Any]) -> Iterator[Cell]:
    """The cells of one notebook."""
    section = ""
    for index, cell in enumerate(content["cells"]):
        source, is_code = "".join(cell["source"]), cell["cell_type"] == "code"
        headings = [] if is_code else HEADING.findall(source)
        section = headings[-1][1] if headings else section
        yield Cell(
            notebook,
            cell.get("id", f"number {index}"),
            is_code,
            section,
            tuple(cell["metadata"].get("lessonlib", {}).get("claims", [])),
            tuple(LINK.findall(source)),
        )


def problems(rows: list[Row], cells: list[Cell]) -> list[str]:
    """The inconsistencies, in sentences that name claim, cell and file."""
    known, anchors = {row.id for row in rows}, {row.anchor for row in rows}
    found = []
    for row in rows:
        if not showing(row, cells):
            found.append(f"{FILE}: no code cell of a chapter names {row.id} in its claims")
    for cell in cells:
        found += [f"{cell} names {claim}: {FILE} has no such row" for claim in cell.claims
                  if claim not in known]  # fmt: skip
        found += [f"{cell} links to #{link}: {FILE} has no such row" for link in cell.links
                  if link not in anchors]  # fmt: skip
        if cell.claims and not cell.is_code:
            named = ", ".join(cell.claims)
            found.append(f"{cell} names {named}, but it is not code: only code can be linked to")
    return found


def showing(row: Row, cells: list[Cell]) -> list[Cell]:
    """The code cells that show what is right, the first of each section."""
    first: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        if cell.is_code and row.id in cell.claims:
            first.setdefault((cell.notebook, cell.section), cell)
    return list(first.values())
