"""The page on AlexNet's released source: 21 differences, and the cells that show some of them."""

import json
from pathlib import Path

import page_texts
import paper_tables as paper
import pytest
import source_table
from bs4 import BeautifulSoup

from lessonlib.models.alexnet_logs import LOGS_2010, LOGS_2012

ROOT = Path(__file__).resolve().parents[2]
GROUPS = source_table.read_differences(ROOT)
DIFFERENCES = [row for group in GROUPS for row in group["differences"]]
PAGE = "book/alexnet-source.md"


def test_there_are_21_differences_with_names_of_their_own() -> None:
    names = [row["what"] for row in DIFFERENCES]
    assert len(names) == len(set(names)) == paper.ALEXNET_SOURCE_DIFFERENCES
    assert all(row["source"] != row["paper"] for row in DIFFERENCES)


def test_the_page_is_made_from_them() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page_texts.write_alexnet_source(text, ROOT) == text
    for number, row in enumerate(DIFFERENCES, start=1):
        assert f"| {number}. {row['what']} |" in text
    said = f"in {paper.ALEXNET_SOURCE_DIFFERENCES} points"
    assert said in text


def test_cells_that_show_a_difference_are_cells_of_the_chapter() -> None:
    chapter = json.loads((ROOT / "notebooks/10_alexnet.ipynb").read_text(encoding="utf-8"))
    cells = {cell["id"] for cell in chapter["cells"] if cell["cell_type"] == "code"}
    shown = {row["cell"] for row in DIFFERENCES if "cell" in row}
    assert len(shown) == 4
    assert shown <= cells


def test_the_logs_round_to_what_the_paper_prints() -> None:
    logs = LOGS_2012 | LOGS_2010
    for name, printed in paper.ALEXNET_ERRORS.items():
        errors = tuple(round(100 * error, 1) for error in logs[name][:2])
        assert errors == printed, name
    for name, printed in paper.ALEXNET_ABLATIONS.items():
        pairs = zip(logs[name][:2], logs["145"][:2], strict=True)
        points = tuple(round(100 * (a - b), 1) for a, b in pairs)
        assert points == printed, name


def test_errors_are_put_in_place_of_experiments() -> None:
    assert source_table.with_errors("had {145}.") == "had 40.664 and 18.210 %."
    assert source_table.with_errors("is {150 minus 145} worse") == "is 1.16 and 1.12 points worse"
    with pytest.raises(ValueError, match="no experiment '999'"):
        source_table.with_errors("{999}")


def test_a_difference_that_is_not_whole_is_told(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    text = "groups: [{title: One, differences: [{what: Alpha, paper: '1'}]}]"
    (tmp_path / source_table.DIFFERENCES).write_text(text)
    with pytest.raises(ValueError, match="Alpha: expected the fields"):
        source_table.read_differences(tmp_path)


def test_links_lead_to_cells_of_the_built_chapter(pages: dict[str, BeautifulSoup]) -> None:
    links = pages["book/alexnet-source.html"].select('a[href*="10_alexnet.html#"]')
    anchors = {link["href"].split("#")[1] for link in links}
    assert anchors == {row["cell"] for row in DIFFERENCES if "cell" in row}
    chapter = pages["notebooks/10_alexnet.html"]
    assert all(chapter.find(id=anchor) for anchor in anchors)
