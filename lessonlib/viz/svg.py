"""Figures as SVG with real text and with pictures in their own pixels."""

import base64
import re
from contextlib import nullcontext
from io import BytesIO
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from lessonlib.viz.style import course_style, is_styled

# Where Inter is missing, as in most notebooks, typefaces that are no wider.
FONT_FAMILY = "Inter, Arial, Liberation Sans, Helvetica, system-ui, sans-serif"
MATPLOTLIBS_RULE = "stroke-linejoin: round; stroke-linecap: butt"  # its only one, for all elements
PX = 96 / 72  # CSS pixels per point
WRITTEN = {"svg.fonttype": "none", "svg.hashsalt": "lessonlib"}  # in any style

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_PNG = "data:image/png;base64,"


def svg_text(figure: Figure, title: str | None = None) -> str:
    """A figure as one SVG element; the same figure gives the same text.

    Words are text in the page's typeface, and pictures are embedded in their own pixels, shown
    without smoothing. It does not say when or by which program it was drawn.

    Args:
        figure: any figure.
        title: kept in the file for those who do not see the picture.
    """
    drawn = BytesIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with course_style() if is_styled(figure) else nullcontext(), mpl.rc_context(WRITTEN):
        figure.savefig(drawn, format="svg", metadata=nothing)
    root = ElementTree.fromstring(drawn.getvalue())
    _tidy_the_root(root)
    _drop_what_nothing_refers_to(root)
    _drop_plain_groups(root)
    for element in root.iter():
        _mend(element)
    if title:
        heading = ElementTree.Element(f"{{{_SVG}}}title")
        heading.text = title
        root.insert(0, heading)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    return re.sub(r">\s*<", ">\n<", ElementTree.tostring(root, encoding="unicode")) + "\n"


def _tidy_the_root(root: ElementTree.Element) -> None:
    """Sizes in CSS pixels; no metadata, and no rule that would change other figures of a page."""
    for side in ("width", "height"):
        root.set(side, f"{float(root.get(side).removesuffix('pt')) * PX:g}")
    root.attrib.pop("version", None)
    for element in list(root):
        if element.tag == f"{{{_SVG}}}metadata" or element.find(f"{{{_SVG}}}style") is not None:
            root.remove(element)
    root.set("style", f"{MATPLOTLIBS_RULE}; font-family: {FONT_FAMILY}")


def _drop_what_nothing_refers_to(root: ElementTree.Element) -> None:
    """Remove ids that are only names, since a page shows many figures."""
    text = ElementTree.tostring(root, encoding="unicode")
    wanted = set(re.findall(r"""(?:url\(#|href=["']#)([^)"']+)""", text))
    for element in root.iter():
        if element.get("id") not in wanted:
            element.attrib.pop("id", None)


def _drop_plain_groups(parent: ElementTree.Element) -> None:
    """Replace groups without attributes by their contents."""
    for child in list(parent):
        _drop_plain_groups(child)
        if child.tag == f"{{{_SVG}}}g" and not child.attrib:
            place = list(parent).index(child)
            parent[place : place + 1] = list(child)


def _mend(element: ElementTree.Element) -> None:
    """One element: the page's typeface for text, few bytes and sharp pixels for pictures."""
    kind = element.tag.rpartition("}")[2]
    if kind == "text":
        style = element.get("style", "")
        style = re.sub(r"font-family: '[^;]*;? ?", "", style)  # the root says it
        style = re.sub(r"(\dpx) '[^;]*'", rf"\1 {FONT_FAMILY}", style)
        style = re.sub(r"(font:|font-weight:) 700", r"\1 600", style)  # as it was laid out
        element.set("style", style)
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]
    elif kind == "image" and element.get(_HREF, "").startswith(_PNG):
        element.set(_HREF, _PNG + _few_bytes(element.get(_HREF).removeprefix(_PNG)))
        element.set("style", "image-rendering: pixelated")


def _few_bytes(encoded: str) -> str:
    """The same pixels, with a palette where they have at most 256 colours."""
    with Image.open(BytesIO(base64.b64decode(encoded))) as opened:
        picture = opened.convert("RGBA")
    if picture.getextrema()[3][0] == 255:
        picture = picture.convert("RGB")
        if colors := picture.getcolors(256):
            picture = picture.quantize(len(colors), dither=Image.Dither.NONE)
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return base64.b64encode(written.getvalue()).decode()
