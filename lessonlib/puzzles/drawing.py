"""Pictures of what boxes and networks show, made for eyes.

What belongs to which name is written in words, in another order each time, so that a program
which takes a picture apart does not know what it has found.
"""

import random
from collections.abc import Mapping, Sequence

from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.viz.canvas import LINE, MARGIN, MUTED, WIDTH, new_canvas, write
from lessonlib.viz.chart import new_chart
from lessonlib.viz.style import DIVERGING, styled
from lessonlib.viz.tiles import Grid, place

CELL = (27.0, 18.0)  # points: width and height of a cell with its number
GAP = 10.0
ROOM = WIDTH - 2 * MARGIN
DOTS_TOP = 4.0  # of a loss: all runs share the axis, and few dots lie above
_ORDER = random.Random(0)  # of what is shown; the same in each run of a notebook


def mixed(names: Sequence) -> list:
    """The names in another order each time."""
    return _ORDER.sample(list(names), len(names))


@styled
def draw_tables(tables: Mapping[str, Tensor], *, title: str, columns: int = 2) -> Figure:
    """Small maps (rows, columns), each number written into its cell, under each map's name.

    All share one scale of colours, centred on 0: red above, blue below. The lines come in another
    order each time; what is in one line, such as the maps of one box, stays together.
    """
    names, maps = list(tables), [table.double().numpy() for table in tables.values()]
    most = max(max(float(abs(one).max()) for one in maps), 1e-9)
    lines = mixed([range(i, min(i + columns, len(maps))) for i in range(0, len(maps), columns)])
    heights = [max(len(maps[i]) for i in line) * CELL[1] + LINE + GAP for line in lines]
    canvas, top = new_canvas(sum(heights), title), 0.0
    for line, height in zip(lines, heights, strict=True):
        for place_in_line, i in enumerate(line):
            left, upper = MARGIN + place_in_line * ROOM / columns, canvas.top + top
            write(canvas, left, upper + LINE / 2, names[i], weight="bold")
            _table(canvas, left, upper + LINE, maps[i], most)
        top += height
    return canvas.figure


def _table(canvas, left: float, top: float, values, most: float) -> None:
    """One map: its cells as colours with the numbers on them."""
    rows, columns = values.shape
    width = min(CELL[0], ROOM / columns)
    grid = Grid(1, 1, width * columns, CELL[1] * rows, 0, left=left)
    place(canvas, grid, top, [values], cmap=DIVERGING, norm=Normalize(-2 * most, 2 * most))
    for row in range(rows):
        for column in range(columns):
            middle = left + width * (column + 0.5), top + CELL[1] * (row + 0.5)
            write(canvas, *middle, _short(values[row, column]), ha="center", size=8)


def _short(value: float) -> str:
    """At most five characters: -12, 0.33 or -123."""
    text = f"{value:.0f}" if abs(value - round(value)) < 1e-6 else f"{value:.2f}"
    if len(text.lstrip("-")) > 5:
        text = f"{value:.0f}"
    return text.replace("-", "\u2212")


@styled
def draw_maps(
    groups: Mapping[str, Tensor], *, title: str, columns: int = 8, names: list[str] | None = None
) -> Figure:
    """Groups of maps as colours, each group under its name and the range of its values.

    The maps come in another order each time, which is the same in all groups.

    Args:
        groups: name -> (maps, rows, columns); every group has its own scale, centred on 0.
        title: what the figure shows.
        columns: maps in a row.
        names: what each map is called; None is its number from 0.
    """
    arrays = {name: maps.double().numpy() for name, maps in groups.items()}
    count, rows, wide = next(iter(arrays.values())).shape
    order = mixed(range(count))
    columns = min(columns, count)
    side = min((ROOM - 6 * (columns - 1)) / columns, 96.0)
    grid = Grid(count, columns, side, side * rows / wide, 6, above=1)
    height = LINE + grid.total_height + GAP
    canvas = new_canvas(height * len(arrays), title)
    for i, (name, maps) in enumerate(arrays.items()):
        top = canvas.top + i * height
        span = f"{maps.min():.2f} to {maps.max():.2f}".replace("-", "\u2212")
        write(canvas, MARGIN, top + LINE / 2, f"{name}: {span}".lstrip(": "), weight="bold")
        most = max(float(abs(maps).max()), 1e-9)
        place(canvas, grid, top + LINE, maps[order], cmap=DIVERGING, norm=Normalize(-most, most))
        for j, index in enumerate(order):
            left, down = grid.corner(j)
            text = names[index] if names else str(index)
            y = top + LINE + down - LINE / 2
            write(canvas, left + grid.width / 2, y, text, ha="center", size=9)
    return canvas.figure


@styled
def draw_shares(percent: Mapping[str, float], *, title: str) -> Figure:
    """Names with their percentages, in words alone, in two columns."""
    canvas = new_canvas(LINE * 1.5 * -(-len(percent) // 2), title)
    for place_in_list, name in enumerate(mixed(list(percent))):
        line, column = divmod(place_in_list, 2)
        y = canvas.top + LINE * 1.5 * (line + 0.5)
        left = MARGIN + column * ROOM / 2
        write(canvas, left, y, name, weight="bold")
        write(canvas, left + 100, y, f"{percent[name]:.1f} %", ha="right")
    return canvas.figure


@styled
def draw_dots(values: Tensor, last: float, *, title: str, xlabel: str, ylabel: str) -> Figure:
    """One dot per value, evenly spaced up to the last place.

    Args:
        values: (N,), the first of them at last / N.
        last: where the last value is.
        title: what the figure shows.
        xlabel: what is counted.
        ylabel: what the values are.
    """
    figure, panels = new_chart(2.6, title)
    axes = panels[0, 0]
    places = [last * (i + 1) / len(values) for i in range(len(values))]
    axes.plot(places, values.tolist(), linestyle="none", marker="o", markersize=3)
    axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 1.02 * last), ylim=(0, DOTS_TOP))
    return figure


@styled
def draw_confusions(counts: Tensor, title: str) -> Figure:
    """A table (10, 10) of counts with its headings: rows are digits, columns are answers.

    Right answers are on the diagonal, in a lighter ink.
    """
    size = len(counts)
    canvas = new_canvas(LINE + CELL[1] * (size + 1), title)
    left, top = MARGIN + 72, canvas.top + LINE
    width = (WIDTH - MARGIN - left) / size
    write(canvas, left, canvas.top + LINE / 2 - 4, "the network's answer")
    write(canvas, MARGIN, top + CELL[1] * 1.5, "digit")
    for i, row in enumerate(counts.tolist()):
        middle = left + width * (i + 0.5)
        write(canvas, middle, top + CELL[1] / 2, str(i), ha="center", weight="bold")
        y = top + CELL[1] * (i + 1.5)
        write(canvas, left - 14, y, str(i), ha="center", weight="bold")
        for j, count in enumerate(row):
            ink = {"color": MUTED} if i == j else {}
            write(canvas, left + width * (j + 0.5), y, f"{count:.0f}", ha="center", size=10, **ink)
    return canvas.figure
