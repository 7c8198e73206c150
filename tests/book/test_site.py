"""The extension `course`: search, cards, lines, the page's head, the page that is not there."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from course.cards import carded
from course.heads import LIMIT, sentence, shortened
from course.lines import LineFormatter, indent
from course.missing import from_top
from course.previews import fitted, wrapped
from course.search import split
from pygments import highlight
from pygments.lexers import PythonLexer

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("all 340,908 connections", ["all", "340,908", "connections"]),
        ("340908 and 340_908", ["340,908", "and", "340,908"]),
        ("$60{,}000$", ["60,000"]),
        ("A = 1.7159, S = 2/3.", ["A", "1.7159", "S", "2", "3"]),
        ("[1,2,3] in 1998, 28x28", ["1", "2", "3", "in", "1998", "28x28"]),
        ("1,024.5 px", ["1,024.5", "px"]),
        ("RBFOutput", ["RBFOutput", "RBF"]),
        ("LeNet5.forward", ["LeNet5", "forward"]),
    ],
)
def test_a_number_is_one_word(text: str, words: list[str]) -> None:
    assert split(text) == words


def table(header: list[str], *rows: list[str]) -> str:
    def row(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(row(cells, "td") for cells in rows)
    return f"<table><thead>{row(header, 'th')}</thead><tbody>{body}</tbody></table>"


WIDE = table(
    ["network", "parameters", "connections", "multiply_adds", "shape"],
    ["LeNet5", "60,000", "340,908", "328,096", "10"],
)


def test_wide_table_becomes_cards_whose_values_are_named() -> None:
    soup = BeautifulSoup(carded(WIDE), "html.parser")
    assert soup.table["class"] == ["cards"]
    labels = [cell.get("data-label") for cell in soup.select("tbody td")]
    assert labels == [None, "parameters", "connections", "multiply_adds", "shape"]
    assert soup.select_one("thead th")["role"] == "columnheader"
    assert soup.select_one("tbody tr")["role"] == "row"


def test_a_card_that_begins_with_a_number_says_of_what() -> None:
    html = carded(WIDE.replace("network", "Chapter").replace("LeNet5", "3"))
    assert BeautifulSoup(html, "html.parser").select_one("tbody td")["data-label"] == "Chapter"


@pytest.mark.parametrize(
    "html",
    [
        table(["layer", "shape", "parameters"], ["c1", "6×28×28", "156"]),
        table(["a"] * 10, ["1"] * 10),
        "<table><tr><td>no header</td></tr></table>",
        WIDE.replace("<td>10</td>", ""),
    ],
    ids=["narrow", "short cells", "no header", "uneven rows"],
)
def test_other_tables_stay_as_they_are(html: str) -> None:
    assert carded(html) == html


def test_each_line_says_how_far_in_it_begins() -> None:
    code = "def f():\n\n    return 1 < 2\n"
    html = highlight(code, PythonLexer(stripnl=False), LineFormatter())
    soup = BeautifulSoup(html, "html.parser")
    assert [line["style"] for line in soup.select(".line")] == [
        "--indent: 0",
        "--indent: 0",
        "--indent: 4",
    ]
    assert soup.pre.get_text() == code


def test_indent_counts_spaces_outside_tags() -> None:
    assert indent('<span class="w">    </span><span class="k">if</span> a') == 4
    assert indent("\n") == 0


def test_links_of_the_missing_page_begin_at_the_top() -> None:
    html = '<html data-content_root="./"><a href="#x"></a><a href="book/a.html"></a></html>'
    soup = BeautifulSoup(from_top(html, "/course/"), "html.parser")
    assert [link["href"] for link in soup.find_all("a")] == ["#x", "/course/book/a.html"]
    assert soup.html["data-content_root"] == "/course/"


def test_a_long_description_ends_with_a_sentence_or_a_word() -> None:
    assert shortened("Short.") == "Short."
    assert shortened("One sentence. " + "word " * 60) == "One sentence."
    cut = shortened("word " * 60)
    assert cut.endswith("word …")
    assert len(cut) <= LIMIT + 2


def test_a_chapters_goal_is_a_sentence() -> None:
    assert sentence("Why?", "shapes by hand") == "Why? Shapes by hand."


def test_picture_for_links_sets_a_long_title_smaller() -> None:
    fonts = ROOT / "book" / "_static" / "fonts"
    short, lines = fitted("Why look?", fonts)
    assert lines == ["Why look?"]
    title = "What do other networks that are called LeNet-5 in many places compute?"
    long, lines = fitted(title, fonts)
    assert long.size < short.size
    assert " ".join(lines) == title


def test_words_are_put_into_lines() -> None:
    class Face:
        def getlength(self, text: str) -> float:
            return 10 * len(text)

    assert wrapped("one two three", Face(), 70) == ["one two", "three"]
