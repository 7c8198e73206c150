"""The fact-check page: every claim has its row, and every row a cell that shows what is right."""

import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from course import claims
from course.fact_check import chapter_titles, places

ROOT = Path(__file__).resolve().parents[2]
ARTICLES, ROWS = claims.read(ROOT)
CELLS = claims.read_cells(ROOT)
KEYS = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text("utf-8"), re.M))
NOTEBOOK = "notebooks/99_example.ipynb"


def content(**changes: Any) -> dict[str, Any]:
    row = {
        "id": "L2",
        "claim": "The sky is green.",
        "where": {"A": "its first line"},
        "verdict": "wrong",
        "right": "It is blue.",
        "source": {"lecun1998": None},
    }
    return row | changes


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"articles": {"A": {"title": "Skies", "kind": "a post"}}, "rows": list(rows)}


def cell(source: str = "", kind: str = "code", **more: Any) -> dict[str, Any]:
    metadata = {"lessonlib": {"claims": more["claims"]}} if "claims" in more else {}
    return {"id": more.get("id", "c1"), "cell_type": kind, "metadata": metadata, "source": source}


def found(*cells: dict[str, Any], rows: tuple[dict[str, Any], ...] = (content(),)) -> list[str]:
    _, parsed = claims.parse(page(*rows))
    return claims.problems(parsed, list(claims.cells_of(NOTEBOOK, {"cells": list(cells)})))


def test_rows_cells_and_links_of_the_course_fit_together() -> None:
    assert claims.problems(ROWS, CELLS) == []
    assert len(ROWS) >= 19


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_of_the_course_is_whole(row: claims.Row) -> None:
    assert row.verdict in claims.VERDICTS
    assert set(row.where) <= set(ARTICLES) | KEYS
    assert set(row.source) <= KEYS | set(ARTICLES)
    assert row.claim.endswith(".")
    assert row.right.endswith(".")
    assert claims.showing(row, CELLS)


def test_articles_have_what_we_know_of_them() -> None:
    assert list(ARTICLES) == ["A", "B", "C", "D"]
    assert ARTICLES["B"].year == "December 2024"
    assert all(article.title and article.kind for article in ARTICLES.values())


def test_a_row_and_its_cell_are_enough() -> None:
    assert found(cell(claims=["L2"])) == []


def test_a_row_without_a_cell_is_told() -> None:
    (problem,) = found(cell())
    assert problem == "book/claims.yml: no code cell of a chapter names L2 in its claims"


def test_a_claim_without_a_row_is_told_with_cell_and_file() -> None:
    (problem,) = found(cell(claims=["L2", "L3"]))
    assert problem == f"cell c1 of {NOTEBOOK} names L3: book/claims.yml has no such row"


def test_a_link_without_a_row_is_told_with_cell_and_file() -> None:
    link = cell("[Fact check L3](../book/fact-check.md#l3)", "markdown", id="m1")
    (problem,) = found(cell(claims=["L2"]), link)
    assert problem == f"cell m1 of {NOTEBOOK} links to #l3: book/claims.yml has no such row"


def test_a_markdown_cell_cannot_show_a_claim() -> None:
    problems = found(cell(claims=["L2"], kind="markdown"))
    assert len(problems) == 2
    assert "only code can be linked to" in problems[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": "nonsense"}, "verdict 'nonsense' is not one of right, imprecise"),
        ({"where": {"Z": None}}, "no article has the letter Z"),
        ({"right": ""}, "write something for right"),
        ({"id": "8L"}, "an id is a letter and a number"),
        ({"remark": "x"}, "expected the fields"),
    ],
)
def test_a_row_that_is_not_as_it_should_be_is_told(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(claims.ClaimsError, match=re.escape(words)):
        claims.parse(page(content(**changes)))


def test_a_row_without_a_field_and_a_row_twice_are_told() -> None:
    row = content()
    del row["source"]
    with pytest.raises(claims.ClaimsError, match="claim L2: expected the fields"):
        claims.parse(page(row))
    with pytest.raises(claims.ClaimsError, match="more than one row for L2"):
        claims.parse(page(content(), content()))


def test_rows_are_sorted_by_letter_and_number() -> None:
    _, rows = claims.parse(page(*(content(id=name) for name in ("L14", "T1", "L2"))))
    assert [row.id for row in rows] == ["L2", "L14", "T1"]


def test_one_link_for_the_cells_of_a_section() -> None:
    two = cell("# Title\n\n## Why?", "markdown"), cell("## How?", "markdown")
    names = [cell(claims=["L2"], id=name) for name in ("c1", "c2", "c3")]
    cells = list(
        claims.cells_of(NOTEBOOK, {"cells": [two[0], names[0], names[1], two[1], names[2]]})
    )
    _, (row,) = claims.parse(page(content()))
    assert [(one.id, one.section) for one in claims.showing(row, cells)] == [
        ("c1", "Why?"),
        ("c3", "How?"),
    ]


def test_places_name_articles_and_cite_works() -> None:
    assert places({"A": None, "C": "its text"}) == "Article A; article C, its text"
    assert places({"lecun1998": "section II.B"}) == "{cite:t}`lecun1998`, section II.B"


def test_the_page_has_a_card_per_claim_that_leads_to_its_cell(
    pages: dict[str, BeautifulSoup],
) -> None:
    built = pages["book/fact-check.html"]
    cards = built.select(".claim")
    assert [card["id"] for card in cards] == [row.anchor for row in ROWS]
    for row, card in zip(ROWS, cards, strict=True):
        assert row.verdict.capitalize() in card.get_text()
        links = {link["href"] for link in card.select("a[href*=notebooks]")}
        assert links == {
            f"../{shown.notebook.removesuffix('.ipynb')}.html#{shown.id}"
            for shown in claims.showing(row, CELLS)
        }


def test_links_name_chapters_as_the_table_of_contents_does() -> None:
    assert chapter_titles(ROOT)["03_lenet5"] == "3. LeNet-5"
