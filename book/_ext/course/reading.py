"""The way from page to page: chapters lead to chapters, and the line of facts under a title."""

from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

CHAPTERS = "notebooks/"


def is_chapter(pagename: str) -> bool:
    """True for the page of a chapter."""
    return PurePosixPath(pagename).is_relative_to(CHAPTERS)


def end_the_path(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Let the last chapter end the reading, and no page of reference follow on a chapter."""
    order = [name for name in app.env.found_docs if is_chapter(name)]
    if not order:
        return
    if pagename == max(order):
        context["next"] = None
    before = context.get("prev")
    if before and not is_chapter(pagename) and CHAPTERS in before["link"]:
        context["prev"] = None


def mark_facts(app: Sphinx, doctree: nodes.document) -> None:
    """Give the first paragraph under a chapter's title, its line of facts, a class."""
    if not is_chapter(app.env.docname):
        return
    title = next(doctree.findall(nodes.title), None)
    if title is not None:
        following = title.next_node(siblings=True, descend=False)
        if isinstance(following, nodes.paragraph):
            following["classes"].append("facts")


def setup(app: Sphinx) -> None:
    """Mark what is read, and mend the links when Sphinx has made them."""
    app.connect("doctree-read", mark_facts)
    app.connect("html-page-context", end_the_path)
