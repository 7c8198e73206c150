"""The buttons above a page: they offer a chapter's notebook without outputs, and no other source.

Stored outputs would answer each prediction before the learner has run anything.
"""

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

FOLDER = "_downloads"
COPIES = "colab"  # beside the chapters: the copies without outputs


def mend_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Point the download button to a copy of the notebook, and Colab to the repository's.

    The theme's own link leads to _sources/, which is not published.
    """
    source = Path(app.env.doc2path(pagename)) if doctree is not None else None
    copy = given(source) if source is not None else None
    for group in context.get("header_buttons", []):
        kept = []
        for button in group.get("buttons", []):
            if button.get("label") == "download-source-button":
                if copy is None:
                    continue
                button["url"] = context["pathto"](f"{FOLDER}/{pagename}.ipynb", 1)
                button["tooltip"] = "Download the notebook"
            elif copy not in (None, source) and "colab." in str(button.get("url")):
                button["url"] = button["url"].replace(f"/{source.name}", f"/{COPIES}/{source.name}")
            kept.append(button)
        if "buttons" in group:
            group["buttons"] = kept


def given(source: Path) -> Path | None:
    """The notebook that a page offers: the copy without outputs if there is one."""
    if source.suffix != ".ipynb":
        return None
    copy = source.parent / COPIES / source.name
    return copy if copy.is_file() else source


def copy_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Copy the notebook behind each chapter's button, byte for byte, under the chapter's name."""
    if exception is not None or app.builder.format != "html":
        return
    for docname in app.env.found_docs:
        source = given(Path(app.env.doc2path(docname)))
        if source is not None:
            target = Path(app.outdir) / FOLDER / f"{docname}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def setup(app: Sphinx) -> None:
    """Change the buttons after the theme has made them (its priority is 501)."""
    app.connect("html-page-context", mend_buttons, priority=600)
    app.connect("build-finished", copy_notebooks)
