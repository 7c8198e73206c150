"""The search: chapters before the library's pages, and numbers found as they are printed.

Among chapters, the one that uses a word most often is first. Sphinx's index knows only whether a
page has a word, so a count of the chapters' words is added for the page that searches.

Sphinx's search knows words. Its own splitter makes two words of 340,908 and of 1.7159, and drops
a question that holds digits alone; here each number is one word. Python does this when the index is
made, and `splitQuery` in search_words.js does the same with what a reader asks for.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search.en import SearchEnglish

from course.numbering import chapter_of

FOLDER = Path(__file__).parent
COUNTS = "search_counts.js"
WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\w+")
LONG = re.compile(r"(?<![\w.,])\d[\d_]{4,}(?![\w.,]*\d)")  # 340908 or, in code, 340_908

ACRONYM = re.compile(r"\b[A-Z]{2,}(?=[A-Z][a-z])")  # RBF in RBFOutput


def grouped(match: re.Match[str]) -> str:
    """A whole number with commas between its thousands."""
    return f"{int(match[0].replace('_', '')):,}"


def split(text: str) -> list[str]:
    """The words of a text; 340,908 and 340_908 and 340{,}908 are the same single word.

    A name that begins with an acronym, such as RBFOutput, also gives the acronym.
    """
    return WORD.findall(LONG.sub(grouped, text.replace("{,}", ","))) + ACRONYM.findall(text)


class Search(SearchEnglish):
    """English, with numbers as words."""

    js_splitter_code = (FOLDER / "search_words.js").read_text(encoding="utf-8")

    def split(self, input: str) -> list[str]:
        """The words of a text, for the index."""
        return split(input)


def counts(app: Sphinx) -> dict[str, dict[str, int]]:
    """How often each chapter uses a word, by the word's stem, from twice on."""
    language = Search({})
    found = {}
    for docname in app.env.found_docs:
        if chapter_of(docname) is not None:
            words = Counter(
                language.stem(word.lower()) for word in split(app.env.get_doctree(docname).astext())
            )
            found[docname] = {word: count for word, count in sorted(words.items()) if count > 1}
    return dict(sorted(found.items()))


def write_counts(app: Sphinx, exception: Exception | None) -> None:
    """Write the counts as a script, which is quicker to load than it is to read."""
    if exception is None and app.builder.format == "html":
        text = f"var ChapterWords = {json.dumps(counts(app), separators=(',', ':'))};\n"
        (Path(app.outdir) / "_static" / COUNTS).write_text(text, encoding="utf-8")


def load_counts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the counts on the page that searches."""
    if pagename == "search":
        app.add_js_file(COUNTS)


def set_scorer(app: Sphinx, config: Config) -> None:
    """Set the path of the file with the scores, wherever the build was started."""
    config.html_search_scorer = str(FOLDER / "search_scores.js")


def setup(app: Sphinx) -> None:
    """Replace Sphinx's own splitter and scores."""
    app.add_search_language(Search)
    app.connect("config-inited", set_scorer)
    app.connect("html-page-context", load_counts)
    app.connect("build-finished", write_counts)
