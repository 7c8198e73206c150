"""A blank figure measured in points, for drawings that are not charts."""

from functools import lru_cache
from math import ceil
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from lessonlib.viz.style import FAMILIES, MUTED, TEXT

WIDTH = 360.0  # points: 5 in or 480 CSS px, shown 330 px wide on a phone
WIDE = 518.4  # points: 7.2 in or 691 CSS px, for a page's whole column
MARGIN = 12.0  # points
FONT = 12.0  # points: 11 px on that phone
TITLE = 13.0
LINE = 16.0  # points from one line of text to the next


class Canvas(NamedTuple):
    """A figure with one set of axes in points: x to the right, y down, from the upper left.

    Attributes:
        figure: the figure.
        axes: axes that fill it, without frame or ticks.
        top: y below the title, where drawing may start.
    """

    figure: Figure
    axes: Axes
    top: float


def new_canvas(height: float, title: str | None = None, width: float = WIDTH) -> Canvas:
    """A blank figure.

    Args:
        height: points below the title, margins not counted.
        title: what the figure finds; wrapped, in bold, at the upper left.
        width: width of the figure, in points.
    """
    lines = wrap(title, width - 2 * MARGIN) if title else []
    top = MARGIN + len(lines) * (LINE + 1) + (6 if lines else 0)
    total = whole_tenths(top + height + MARGIN)
    figure = Figure(figsize=(width / 72, total / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(total, 0), autoscale_on=False)
    axes.set_axis_off()
    if lines:
        axes.text(MARGIN, MARGIN, "\n".join(lines), size=TITLE, weight="bold", va="top")
    return Canvas(figure, axes, top)


def whole_tenths(points: float) -> float:
    """Points rounded up to whole tenths of an inch, so that the pixels are whole numbers too."""
    return ceil(round(points / 7.2, 6)) * 7.2


def write(canvas: Canvas, x: float, y: float, text: str, **options: object) -> None:
    """Put one line of text with its middle at height y; `options` go to Matplotlib's text."""
    canvas.axes.text(x, y, text, **{"size": FONT, "color": TEXT, "va": "center"} | options)


def note(canvas: Canvas, y: float, text: str) -> None:
    """Put a muted line of text at the left margin, with its middle at height y."""
    write(canvas, MARGIN, y, text, color=MUTED)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = FONT, weight: str = "normal") -> float:
    """Width of a line of text in points, in the course's font."""
    font = FontProperties(family=list(FAMILIES), weight=weight)
    return float(TextPath((0, 0), text, size=size, prop=font).get_extents().width) if text else 0.0


def wrap(text: str, width: float, size: float = TITLE, weight: str = "bold") -> list[str]:
    """Break text into lines of at most `width` points; a longer word gets a line of its own."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size, weight) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines
