"""The buttons above a page: a notebook is downloaded as it is, and no other source is offered."""

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

FOLDER = "_downloads"


def mend_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Point the download button to a copy of the notebook.

    The theme's own link leads to _sources/, which is not published.
    """
    source = Path(app.env.doc2path(pagename)) if doctree is not None else None
    for group in context.get("header_buttons", []):
        kept = []
        for button in group.get("buttons", []):
            if button.get("label") == "download-source-button":
                if source is None or source.suffix != ".ipynb":
                    continue
                button["url"] = context["pathto"](f"{FOLDER}/{pagename}.ipynb", 1)
                button["tooltip"] = "Download the notebook"
            kept.append(button)
        if "buttons" in group:
            group["buttons"] = kept


def copy_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Copy every chapter's notebook, byte for byte, to where its button points."""
    if exception is not None or app.builder.format != "html":
        return
    for docname in app.env.found_docs:
        source = Path(app.env.doc2path(docname))
        if source.suffix == ".ipynb":
            target = Path(app.outdir) / FOLDER / f"{docname}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def setup(app: Sphinx) -> None:
    """Mend the buttons after the theme has made them (its priority is 501)."""
    app.connect("html-page-context", mend_buttons, priority=600)
    app.connect("build-finished", copy_notebooks)
