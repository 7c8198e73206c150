"""The table of contents at the left: each button that unfolds a part says what it does."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

LABEL = "Show or hide the pages below"


def name_toggles(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Name the theme's buttons, because they hold only an icon, which axe reports."""
    make_toc = context["generate_toctree_html"]

    def with_names(*args: Any, **options: Any) -> str:
        return str(make_toc(*args, **options)).replace(
            "<summary>", f'<summary aria-label="{LABEL}">'
        )

    context["generate_toctree_html"] = with_names


def setup(app: Sphinx) -> None:
    """Run after the theme has put its functions in place (priority 500)."""
    app.connect("html-page-context", name_toggles, priority=600)
