"""Names at the ends of lines, in place of a legend."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lessonlib.viz.canvas import FONT, LINE, MARGIN, text_width, wrap
from lessonlib.viz.style import TEXT

WIDEST = 92.0  # points: a longer name continues on the next line
BETWEEN = 3.0  # points between two names
AWAY = 14.0  # points from the axes to the names


class Named(NamedTuple):
    """A name and the point that it belongs to.

    Attributes:
        axes: where the point is.
        x: the point's place, in data.
        y: the point's place, in data.
        name: the text.
        color: colour of the line from the point to the name.
    """

    axes: Axes
    x: float
    y: float
    name: str
    color: str


def name_ends(figure: Figure, named: Sequence[Named]) -> bool:
    """Write names to the right of the axes, each joined to its point; False where they do not fit.

    The figure's constrained layout gives them room, so it must not be laid out yet.
    """
    texts = [wrap(one.name, WIDEST, FONT, "normal") for one in named]
    height = {axes: 0.0 for axes in figure.axes}
    for one, lines in zip(named, texts, strict=True):
        height[one.axes] += len(lines) * LINE + BETWEEN
    _make_room(figure, AWAY + 4 + max(text_width(line) for lines in texts for line in lines))
    figure.draw_without_rendering()
    for axes in figure.axes:
        if height[axes] > _box(axes)[3] - _box(axes)[2] + LINE:
            _make_room(figure, 0)
            return False
    for axes in dict.fromkeys(one.axes for one in named):
        pairs = zip(named, texts, strict=True)
        _write_names(figure, axes, [(one, lines) for one, lines in pairs if one.axes is axes])
    return True


def ends_of(axes: Axes, lines: Sequence[tuple[Line2D, str]]) -> list[Named]:
    """The right ends of lines with their names."""
    return [
        Named(axes, line.get_xdata()[-1], line.get_ydata()[-1], name, line.get_color())
        for line, name in lines
    ]


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list:
    """Middles of things of these heights, near where they are wanted and without overlap.

    Args:
        wanted: middles, ascending.
        heights: heights of the things, in the same unit.
        low: where the first may begin.
        high: where the last should end, if there is room.
    """
    middles: list[float] = []
    for want, height in zip(wanted, heights, strict=True):
        middles.append(max(want, low + height / 2))
        low = middles[-1] + height / 2
    for i in reversed(range(len(middles))):
        middles[i] = min(middles[i], high - heights[i] / 2)
        high = middles[i] - heights[i] / 2
    return middles


def _make_room(figure: Figure, room: float) -> None:
    """Leave points free at the right edge."""
    engine, width = figure.get_layout_engine(), figure.get_figwidth() * 72
    left, bottom, _, top = engine.get()["rect"]
    engine.set(rect=(left, bottom, 1 - max(0, room - MARGIN / 2) / width, top))


def _box(axes: Axes) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of axes in the figure, in points."""
    place, (width, height) = axes.get_position(), axes.figure.get_size_inches() * 72
    return place.x0 * width, place.x1 * width, place.y0 * height, place.y1 * height


def _write_names(figure: Figure, axes: Axes, pairs: Sequence[tuple[Named, list[str]]]) -> None:
    points = 72 / figure.dpi
    ends = [axes.transData.transform((one.x, one.y)) * points for one, _ in pairs]
    order = sorted(range(len(pairs)), key=lambda i: ends[i][1])
    heights = [len(pairs[i][1]) * LINE + BETWEEN for i in order]
    _, right, bottom, top = _box(axes)
    middles = spread([ends[i][1] for i in order], heights, bottom - LINE / 2, top + LINE / 2)
    width, height = figure.get_size_inches() * 72
    for i, middle in zip(order, middles, strict=True):
        one, lines = pairs[i]
        (x, y), stop = ends[i], right + AWAY
        path = [x, max(x, right), stop - 4], [y, y, middle]
        joint = Line2D([v / width for v in path[0]], [v / height for v in path[1]])
        joint.set(color=one.color, linestyle="-", linewidth=1.0, marker="", zorder=1)
        joint.set(transform=figure.transFigure, in_layout=False, solid_joinstyle="round")
        figure.add_artist(joint)
        text = figure.text(stop / width, middle / height, "\n".join(lines), va="center")
        text.set(color=TEXT, size=FONT, in_layout=False, linespacing=1.1)
