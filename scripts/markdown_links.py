"""Links in a notebook's Markdown, found and replaced; code in it is left alone."""

import re
from collections.abc import Callable

from mdit_py_plugins.anchors.index import slugify

# A fenced block, a span of code, or a link [text](target); of these only the link is replaced.
PIECE = re.compile(
    r"(?P<fence>^(?P<ticks>```+|~~~+).*?^(?P=ticks))"
    r"|(?P<span>(?P<tick>`+)(?!`).*?(?<!`)(?P=tick)(?!`))"
    r"|(?<!!)\[(?P<text>(?:[^\[\]`]|`[^`]*`)*)\]\((?P<target>[^()\s]+)\)",
    re.DOTALL | re.MULTILINE,
)


def replace_links(text: str, change: Callable[[str], str | None]) -> str:
    """The Markdown with each link's target replaced by what `change` returns for it.

    If that is None, only the link's text is left.
    """

    def changed(piece: re.Match[str]) -> str:
        if piece["target"] is None:
            return piece[0]
        target = change(piece["target"])
        return piece["text"] if target is None else f"[{piece['text']}]({target})"

    return PIECE.sub(changed, text)


def targets(text: str) -> list[str]:
    """Targets of the links in the Markdown, in order."""
    found = [piece["target"] for piece in PIECE.finditer(text)]
    return [target for target in found if target is not None]


def plain(heading: str) -> str:
    """A heading's text without its Markdown."""
    return re.sub(r"[*`]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)).strip()


def anchor(heading: str) -> str:
    """The anchor by which the book's pages and GitHub know a heading, from its Markdown."""
    return slugify(plain(heading))


def headings(text: str) -> list[str]:
    """The headings of a Markdown cell, without their number signs."""
    without_code = re.sub(r"(?ms)^```.*?^```", "", text)
    return re.findall(r"^#{1,6} +(.+?)\s*#*$", without_code, re.MULTILINE)
