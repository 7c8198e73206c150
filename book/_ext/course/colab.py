"""The launch button: Colab opens the copy of a chapter without outputs, not the chapter."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

CHAPTERS, COPIES = "/notebooks/", "/notebooks/colab/"
COLAB = "https://colab.research.google.com/"


def open_copies(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Lead each button for Colab to the copy; the theme's own link is the page's source.

    While the course has no address, there is no such button.
    """
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            url = button.get("url", "")
            if url.startswith(COLAB) and COPIES not in url:
                button["url"] = url.replace(CHAPTERS, COPIES, 1)


def setup(app: Sphinx) -> None:
    """Run after the theme has made its buttons (priority 501)."""
    app.connect("html-page-context", open_copies, priority=600)
