"""Figures inside the page: SVG with the page's ground, text colour and typeface."""

import html
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from lessonlib.viz.notebook import HEAVIEST

logger = logging.getLogger(__name__)

# The colours of lessonlib.viz.style that the theme replaces by its own. All else stays as drawn.
THEMED = {
    "#fcfaf4": "--course-paper",
    "#1f2328": "--course-ink",
    "#5a6068": "--course-muted",
    "#ddd8cc": "--course-line",
}


def inline(svg: str, alt: str, prefix: str) -> str:
    """An SVG file's text as an element of a page.

    Args:
        svg: the file, with or without its prolog.
        alt: what the figure shows, for those who do not see it.
        prefix: put before each id, so that no two figures of a page share one.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(\sid="|url\(#|href="#)', lambda found: f"{found[0]}{prefix}", svg)
    svg = re.sub(r"<title>.*?</title>\s*", "", svg, flags=re.S)  # the label says more
    svg = re.sub(
        r"((?:fill|stroke|stop-color): ?)(#[0-9a-f]{6})\b",
        lambda found: found[1] + _themed(found[2]),
        svg,
    )
    label = html.escape(alt.strip())
    svg = svg.replace("<svg ", f'<svg class="course-figure" role="img" aria-label="{label}" ', 1)
    head, rest = svg.split(">", 1)
    fits = "max-width: 100%; height: auto"
    if ' style="' in head:
        return head.replace(' style="', f' style="{fits}; ') + ">" + rest
    return f'{head} style="{fits}">{rest}'


def _themed(color: str) -> str:
    return f"var({THEMED[color]})" if color in THEMED else color


class InlineFigures(SphinxTransform):
    """Put the figures of cells and the drawings of this book into their pages."""

    default_priority = 880

    def apply(self, **_: object) -> None:
        """Replace image nodes; one without alternative text or too heavy is a warning."""
        pictures = [(node, self._file(node)) for node in self.document.findall(nodes.image)]
        drawn = [(node, file) for node, file in pictures if file is not None]
        for number, (node, file) in enumerate(drawn):
            svg, alt = file.read_text(encoding="utf-8"), node.get("alt", "")
            if not alt.strip():
                self._complain(
                    node,
                    "has no alternative text: say in the cell's metadata, "
                    "mystnb.image.alt, what it shows",
                )
            if len(svg.encode()) > HEAVIEST:
                self._complain(node, f"has {len(svg.encode()):,} bytes, more than {HEAVIEST:,}")
            raw = nodes.raw("", inline(svg, alt, f"fig{number}-"), format="html")
            raw.source, raw.line = node.source, node.line
            node.replace_self(raw)

    def _file(self, node: nodes.image) -> Path | None:
        """The SVG that a build has made for this node, if it is one."""
        source, uri = Path(self.env.srcdir), node["uri"]
        if not uri.endswith(".svg") or "://" in uri:
            return None
        folder = source if uri.startswith("/") else Path(self.env.doc2path(self.env.docname)).parent
        file = Path(uri) if Path(uri).is_file() else folder / uri.lstrip("/")
        made = Path(self.env.app.outdir).parent.resolve()
        return file if file.is_file() and made in file.resolve().parents else None

    def _complain(self, node: nodes.image, what: str) -> None:
        cell = next((up for up in _above(node) if up.get("nb_element") == "cell_code"), None)
        which = "" if cell is None else f" of cell {self._cell_id(cell['cell_index'])}"
        logger.warning("the figure%s %s", which, what, location=self.env.docname, type="course")

    def _cell_id(self, index: int) -> str:
        notebook = json.loads(Path(self.env.doc2path(self.env.docname)).read_text("utf-8"))
        return notebook["cells"][index].get("id", f"number {index}")


def _above(node: nodes.Node) -> list[nodes.Element]:
    found = []
    while (node := node.parent) is not None:
        found.append(node)
    return found


def setup(app: Sphinx) -> None:
    """Inline figures while pages are read."""
    app.add_transform(InlineFigures)
