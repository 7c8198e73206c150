"""The search: chapters before the library's pages, and numbers found as they are printed.

Sphinx's search knows words. Its own splitter makes two words of 340,908 and of 1.7159, and drops
a question that holds digits alone; here each number is one word. What Python does when the index
is made, `splitQuery` in search_words.js does again to what a reader asks for.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search.en import SearchEnglish

FOLDER = Path(__file__).parent
WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\w+")
LONG = re.compile(r"(?<![\w.,])\d[\d_]{4,}(?![\w.,]*\d)")  # 340908 or, in code, 340_908

ACRONYM = re.compile(r"\b[A-Z]{2,}(?=[A-Z][a-z])")  # RBF in RBFOutput


def grouped(match: re.Match[str]) -> str:
    """A whole number with commas between its thousands."""
    return f"{int(match[0].replace('_', '')):,}"


def split(text: str) -> list[str]:
    """The words of a text; 340,908 and 340_908 and 340{,}908 are one word, and the same.

    A name that begins with an acronym, RBFOutput, gives that, too.
    """
    return WORD.findall(LONG.sub(grouped, text.replace("{,}", ","))) + ACRONYM.findall(text)


class Search(SearchEnglish):
    """English, with numbers as words."""

    js_splitter_code = (FOLDER / "search_words.js").read_text(encoding="utf-8")

    def split(self, input: str) -> list[str]:
        """The words of a text, for the index."""
        return split(input)


def set_scorer(app: Sphinx, config: Config) -> None:
    """Name the file with the scores, wherever the build was started."""
    config.html_search_scorer = str(FOLDER / "search_scores.js")


def setup(app: Sphinx) -> None:
    """Put both in place of Sphinx's own."""
    app.add_search_language(Search)
    app.connect("config-inited", set_scorer)
