"""Interactives on pages without a kernel: the still picture, and the module that replaces it.

A notebook's output of `lessonlib.widgets` holds the state that its ES module draws from, and a
picture with the same content. The page gets the picture, and where scripts run, the module puts
the live widget in its place.

Plain controls of ipywidgets need a kernel, which a page does not have. `lessonlib.widgets.Controls`
leaves a picture of them, which the page shows as it shows any figure; controls without a picture
would be dead text, so the build refuses them.
"""

import json
import shutil
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

STATE_MIME = "application/vnd.lessonlib.widget+json"
VIEW_MIME = "application/vnd.jupyter.widget-view+json"
MARK = 'class="lesson-widget"'
FOLDER = "widgets"  # below _static
NOTE = "Where scripts run, this picture can be changed by mouse, touch and keyboard."


def widget_html(output: dict[str, Any]) -> str:
    """The still picture in a box that says what to replace it with.

    Args:
        output: the data of a stored output, by MIME type.

    Raises:
        ExtensionError: it has no still picture.
    """
    if "image/png" not in output:
        raise ExtensionError("an interactive has no still picture; run `make notebooks-run ALL=1`")
    widget = output[STATE_MIME]
    state = json.dumps(widget["state"], separators=(",", ":"))
    picture = "".join("".join(output["image/png"]).split())
    return (
        f'<div {MARK} data-module="{escape(widget["module"])}" data-state="{escape(state)}">'
        f'<img src="data:image/png;base64,{picture}" alt="{escape(widget["alt"])}">'
        f"<noscript><p>{NOTE}</p></noscript></div>"
    )


def put_widgets(app: Sphinx, docname: str, source: list[str]) -> None:
    """Write an interactive's output as HTML, before the notebook is read.

    Raises:
        ExtensionError: an interactive or a control has no still picture.
    """
    if Path(app.env.doc2path(docname)).suffix != ".ipynb":
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "data" in output:
                output["data"] = without_kernel(output["data"], f"{docname}, cell {cell['id']}")
    source[0] = json.dumps(notebook)


def without_kernel(output: dict[str, Any], place: str) -> dict[str, Any]:
    """What a page shows of an output: interactives as HTML, controls as their picture.

    Args:
        output: the data of a stored output, by MIME type.
        place: which cell it is, for the message.

    Raises:
        ExtensionError: a control has no still picture.
    """
    if STATE_MIME in output:
        return {"text/html": widget_html(output)}
    shown = {kind: data for kind, data in output.items() if kind != VIEW_MIME}
    if set(shown) <= {"text/plain"} and (VIEW_MIME in output or is_widget(shown)):
        raise ExtensionError(
            f"{place}: a control of ipywidgets is dead on a page, which has no kernel; show it "
            f"with lessonlib.widgets.Controls, which adds a still picture"
        )
    return shown


def is_widget(shown: dict[str, Any]) -> bool:
    """Whether all that is left of an output is the name of a widget and its arguments."""
    name = "".join(shown.get("text/plain", "")).partition("(")[0]
    found = getattr(ipywidgets, name, None) if name.isidentifier() else None
    return isinstance(found, type) and issubclass(found, ipywidgets.Widget)


def load_modules(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the modules on pages that hold an interactive, and on no other."""
    if MARK in context.get("body", ""):
        app.add_js_file(f"{FOLDER}/page.js", type="module")


def copy_modules(app: Sphinx, exception: Exception | None) -> None:
    """Copy the modules from the library; below book/_static they would be loaded by every page."""
    if exception is not None or app.builder.format != "html":
        return
    import lessonlib.widgets

    target = Path(app.outdir) / "_static" / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for module in sorted(Path(lessonlib.widgets.__file__).parent.glob("*.js")):
        shutil.copyfile(module, target / module.name)


def setup(app: Sphinx) -> None:
    """Change outputs as they are read, pages as they are written, and copy at the end."""
    app.connect("source-read", put_widgets)
    app.connect("html-page-context", load_modules)
    app.connect("build-finished", copy_modules)
