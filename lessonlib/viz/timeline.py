"""Events along a line of years."""

from collections.abc import Collection, Sequence

from matplotlib.figure import Figure

from lessonlib.viz.canvas import FONT, LINE, MARGIN, WIDTH, Canvas, new_canvas, wrap, write
from lessonlib.viz.style import GROUND, LINE_COLORS, MUTED, styled

AXIS = MARGIN + 42  # x of the line of years, in points
WORDS = AXIS + 44  # x of the words
INDENT = 40.0  # from an event's year to its words
GAP = 7.0  # between the words of two events
STEP = 10  # years from one tick to the next
DOT = 4.5  # radius, in points


@styled
def plot_timeline(
    years: Sequence[int],
    words: Sequence[str],
    *,
    marked: Collection[int] = (),
    title: str | None = None,
) -> Figure:
    """Events from top to bottom: a dot at its year, to scale, and a line from there to its words.

        plot_timeline([1958, 1986, 1989], ["Perceptron", "Backpropagation", "Zip codes are read"])

    Where events are close in time, their words are moved apart and the lines lead to them.

    Args:
        years: N whole numbers, in order.
        words: N short texts; a long one continues on the next line.
        marked: places of events, from 0, that are filled and written in bold.
        title: what the figure finds.

    Raises:
        ValueError: fewer than two events, not as many words as years, years not in order or all
            the same, or a place that there is not.
    """
    years = [int(year) for year in years]
    if len(years) < 2 or len(words) != len(years):
        raise ValueError(
            f"expected at least two years with their words, got {len(years)} and {len(words)}"
        )
    if years != sorted(years) or years[0] == years[-1]:
        raise ValueError(f"expected years in order, and not all the same, got {years}")
    if not set(marked) <= set(range(len(years))):
        raise ValueError(f"expected places 0 to {len(years) - 1} in marked, got {sorted(marked)}")
    room = WIDTH - MARGIN - WORDS - INDENT
    lines = [
        wrap(text, room, FONT, "bold" if i in marked else "normal") for i, text in enumerate(words)
    ]
    heights = [LINE * len(one) + GAP for one in lines]
    canvas = new_canvas(sum(heights), title)
    first, last = years[0] // STEP * STEP, -(-years[-1] // STEP) * STEP
    down = _Scale(canvas.top + LINE / 2, sum(heights) - LINE, first, last)
    _axis(canvas, down, first, last)
    tops = _apart([down(year) - LINE / 2 for year in years], heights, canvas.top)
    for i, (year, top) in enumerate(zip(years, tops, strict=True)):
        _event(canvas, down(year), top, year, lines[i], is_marked=i in marked)
    return canvas.figure


class _Scale:
    """Years as heights in the figure, in points."""

    def __init__(self, top: float, height: float, first: int, last: int) -> None:
        self.top, self.first, self.per_year = top, first, height / (last - first)

    def __call__(self, year: float) -> float:
        return self.top + (year - self.first) * self.per_year


def _apart(tops: Sequence[float], heights: Sequence[float], top: float) -> list[float]:
    """Tops of the words: near their wishes, in order, none above another, none past the end."""
    placed, end = [], top
    for wish, height in zip(tops, heights, strict=True):
        placed.append(max(wish, end))
        end = placed[-1] + height
    below = top + sum(heights)
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], below - heights[i])
        below = placed[i]
    return placed


def _axis(canvas: Canvas, down: _Scale, first: int, last: int) -> None:
    """The line of years, with a tick for each decade."""
    look = {"color": MUTED, "linewidth": 1.2, "linestyle": "-", "marker": "", "zorder": 1}
    canvas.axes.plot([AXIS, AXIS], [down(first), down(last)], label="_axis", **look)
    for year in range(first, last + 1, STEP):
        canvas.axes.plot([AXIS - 4, AXIS], [down(year)] * 2, label="_tick", **look)
        write(canvas, AXIS - 8, down(year), str(year), ha="right", color=MUTED)


def _event(
    canvas: Canvas, y: float, top: float, year: int, lines: list[str], *, is_marked: bool
) -> None:
    """A dot at its year, the line that leads to its words, and the words."""
    color = LINE_COLORS["vermillion" if is_marked else "blue"]
    weight = "bold" if is_marked else "normal"
    middle = top + LINE / 2
    (lead,) = canvas.axes.plot([AXIS, WORDS - 16, WORDS - 5], [y, middle, middle], marker="")
    lead.set(color=color, linewidth=0.9, linestyle="-", label="_lead", zorder=1.5)
    (dot,) = canvas.axes.plot([AXIS], [y], marker="o", markersize=2 * DOT, label=str(year))
    dot.set(markerfacecolor=color if is_marked else GROUND, markeredgecolor=color, zorder=2)
    dot.set(markeredgewidth=1.6, linestyle="none")
    write(canvas, WORDS, middle, str(year), weight=weight)
    for i, line in enumerate(lines):
        write(canvas, WORDS + INDENT, middle + i * LINE, line, weight=weight)
