"""What a page tells search engines, and people who are sent a link to it.

It is a description: for a chapter from the table of chapters, for other pages from their front
matter (`html_meta: description`) or else from their first paragraph. The same description and a
picture are given as Open Graph tags, which chats and social sites read.
"""

import re
from pathlib import Path
from typing import Any

from address import read_address
from chapter_table import read_table
from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx

LIMIT = 200  # at most so many letters of a description are shown
PICTURES = "_static/previews"
VIEWPORT = re.compile(r'\s*<meta[^>]*name="viewport"[^>]*>')  # docutils' own; Sphinx writes one


def first_paragraph(doctree: nodes.document) -> str:
    """Text of the page's first paragraph that is not in a box, a table or a list; "" if none."""
    for section in doctree.findall(nodes.section):
        for child in section.children:
            if isinstance(child, nodes.paragraph):
                return " ".join(child.astext().split())
    return ""


def shortened(text: str) -> str:
    """The whole sentences that fit into the limit, or else the words that do."""
    if len(text) <= LIMIT:
        return text
    head = text[:LIMIT]
    sentences, stop, _ = head.rpartition(". ")
    return sentences + "." if stop else head.rpartition(" ")[0] + " …"


def chapters(source: Path) -> dict[str, str]:
    """What each chapter of the table asks and what it is for, by the name of its page."""
    return {
        chapter.notebook.removesuffix(".ipynb"): sentence(chapter.question, chapter.goal)
        for chapter in read_table(source)
        if chapter.goal
    }


def sentence(question: str, goal: str) -> str:
    """A chapter's question, and what it is for as a sentence."""
    return f"{question} {goal[0].upper()}{goal[1:].rstrip('.')}."


def description(app: Sphinx, pagename: str, doctree: nodes.document | None) -> str:
    """The page's description; the course's own for a page that has no text."""
    if doctree is None:
        return app.config.html_context["tagline"]
    for meta in doctree.findall(nodes.meta):
        if meta.get("name") == "description":
            return str(meta["content"])
    known = chapters(Path(app.srcdir))
    return shortened(known.get(pagename) or first_paragraph(doctree))


def tags(app: Sphinx, pagename: str, title: str, text: str) -> dict[str, str]:
    """Content of the tags by name or property, in the order in which they are written."""
    address = read_address(Path(app.srcdir))
    found = {
        "description": text,
        "og:type": "article" if pagename.startswith("notebooks/") else "website",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": text,
    }
    if address:
        found["og:url"] = address.book + app.builder.get_target_uri(pagename)
        found["og:image"] = f"{address.book}{PICTURES}/{pagename}.png"
        found["og:image:alt"] = title
    found["twitter:card"] = "summary_large_image" if address else "summary"
    return found


def tell(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Write the tags where the template puts them."""
    title = Markup(context.get("title", "")).striptags() or app.config.html_title
    lines = []
    for name, content in tags(app, pagename, title, description(app, pagename, doctree)).items():
        if name == "description" and 'name="description"' in context.get("metatags", ""):
            continue  # the front matter's, which Sphinx has written
        key = "property" if name.startswith("og:") else "name"
        lines.append(Markup('<meta {}="{}" content="{}" />').format(key, name, content))
    context["course_tags"] = Markup("\n    ").join(lines)
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", ""))


def setup(app: Sphinx) -> None:
    """Write the tags of every page."""
    app.connect("html-page-context", tell)
