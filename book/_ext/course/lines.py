"""Each line of code in a span of its own, so that a long line is indented where it continues.

The style sheet wraps a line at the available width; `--indent` is the number of spaces that the
line begins with. A line may break at spaces and after brackets, points and commas, and elsewhere
only where it must. The spans hold the lines' own newlines, so what is copied is what was written.
"""

import re
from collections.abc import Iterator
from html import unescape

from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

TAG = re.compile(r"<[^>]*>")
BREAK = re.compile(r"(?<=[(\[,/])|(?<==)(?!=)|(?<=[A-Za-z_)\]]\.)")  # after these signs


def indent(line: str) -> int:
    """Number of spaces before the first letter of a line, which is HTML."""
    text = unescape(TAG.sub("", line)).rstrip("\n")
    return len(text) - len(text.lstrip(" "))


def with_breaks(line: str) -> str:
    """The same line of HTML with `<wbr>` where its text may be broken."""
    tags = [*TAG.findall(line), ""]
    texts = [BREAK.sub("<wbr>", text) for text in TAG.split(line)]
    return "".join(text + tag for text, tag in zip(texts, tags, strict=True))


def in_spans(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Pygments' lines, with each line of code (its flag is 1) in a span."""
    for is_code, line in lines:
        begin = f'<span class="line" style="--indent: {indent(line)}">'
        span = f"{begin}{with_breaks(line)}</span>"
        yield is_code, span if is_code else line


class LineFormatter(HtmlFormatter):
    """Pygments' own formatter for HTML, with lines in spans."""

    def wrap(self, source: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Put what surrounds all lines around the spans."""
        return super().wrap(in_spans(source))


def setup(app: Sphinx) -> None:
    """Give Sphinx the formatter before it makes its own."""
    PygmentsBridge.html_formatter = LineFormatter
