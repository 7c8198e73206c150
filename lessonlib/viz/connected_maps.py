"""The maps of two layers, and the lines of those that are connected."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array
from lessonlib.viz.canvas import LINE, MARGIN, WIDTH, Canvas, new_canvas, write
from lessonlib.viz.connections import read_table
from lessonlib.viz.style import DIVERGING, GROUND, LINE_COLORS, MUTED, styled

NAMES = 26.0  # points at the left, for the layers' names
GAP = 42.0  # points between two rows, for the lines
MARK = LINE_COLORS["green"]  # in no map of red and blue


class Square(NamedTuple):
    """A map's place: its upper left corner and its side, in points."""

    x: float
    y: float
    side: float


class Layout(NamedTuple):
    """Where the maps of two layers are drawn.

    Attributes:
        width: of the drawing, in points.
        height: of the drawing, in points.
        inputs: one square per input map, in a row in the middle.
        outputs: one square per output map, the first half above the inputs, the others below.
    """

    width: float
    height: float
    inputs: list[Square]
    outputs: list[Square]


def layout(table: Sequence[str]) -> Layout:
    """Where the maps of a connection table go.

    Args:
        table: one string per input map, with `X` or `.` per output map.

    Raises:
        ValueError: as for `plot_connected_maps`.
    """
    count = len(read_table(table))
    room, above = WIDTH - 2 * MARGIN - NAMES, (count + 1) // 2
    step = room / above
    side = min(34.0, step - 4)
    first, middle = LINE, LINE + side + GAP
    wide = room / len(table)
    large = min(40.0, wide - LINE - 4)  # a map's number is to its left
    last = middle + large + GAP
    halves = [(i % above, first if i < above else last) for i in range(count)]
    return Layout(
        WIDTH - 2 * MARGIN,
        last + side + LINE,
        [Square(NAMES + (i + 0.5) * wide + (LINE - large) / 2, middle, large)
         for i in range(len(table))],
        [Square(NAMES + (i + 0.5) * step - side / 2, y, side) for i, y in halves],
    )  # fmt: skip


@styled
def plot_connected_maps(
    table: Sequence[str],
    inputs: ArrayLike | None = None,
    outputs: ArrayLike | None = None,
    *,
    reader: int | None = None,
    read: int | None = None,
    names: tuple[str, str] = ("S2", "C3"),
    limit: float | None = None,
    notes: Sequence[str] = (),
    title: str | None = None,
) -> Figure:
    """The maps of two layers as pictures, and the connections of one of them as lines.

    The input maps are in the middle, and the output maps above and below, so that no line
    crosses a picture.

    Args:
        table: as for `plot_connections`.
        inputs: (rows of the table, H, W) states of the input maps; None draws empty squares.
        outputs: (columns of the table, H, W) states of the output maps.
        reader: an output map, whose lines are drawn.
        read: an input map, whose lines are drawn.
        names: of the two layers, inputs first.
        limit: value at the ends of the colours, blue below 0 and red above; None takes the
            largest of all states.
        notes: lines of text below.
        title: what the figure finds.

    Raises:
        ValueError: as for `plot_connections`, a map that the table does not have, or another
            number of maps than the table has.
    """
    reads = read_table(table)
    _check_chosen(reader, len(reads), "reader")
    _check_chosen(read, len(table), "read")
    places = layout(table)
    canvas = new_canvas(places.height + (len(notes) * LINE + 8 if notes else 0), title)
    edges = [(i, j) for j, maps in enumerate(reads) for i in maps if j == reader or i == read]
    _lines(canvas, places, edges)
    marked_in = {i for i, _ in edges} | {read}
    marked_out = {j for _, j in edges} | {reader}
    shown = [maps_of(inputs, len(table), "inputs"), maps_of(outputs, len(reads), "outputs")]
    most = limit or max((abs(m).max() for m in shown if m is not None), default=1.0) or 1.0
    _maps(canvas, places.inputs, shown[0], marked_in, most, beside=True)
    _maps(canvas, places.outputs, shown[1], marked_out, most, beside=False)
    for name, y in _name_places(places, names):
        write(canvas, MARGIN, canvas.top + y, name, weight="bold")
    for i, line in enumerate(notes):
        write(canvas, MARGIN, canvas.top + places.height + 8 + (i + 0.5) * LINE, line)
    return canvas.figure


def maps_of(values: ArrayLike | None, count: int, what: str) -> np.ndarray | None:
    """(count, H, W) states of maps, or None.

    Raises:
        ValueError: another shape.
    """
    if values is None:
        return None
    maps = as_array(values, f"{what}: {count} maps ({count}, H, W)", 3)
    if len(maps) != count:
        raise ValueError(f"expected {what}: {count} maps, as the table has, got {len(maps)}")
    return maps


def _check_chosen(number: int | None, count: int, what: str) -> None:
    if number is not None and number not in range(count):
        raise ValueError(f"expected {what} to be a map 0 to {count - 1}, got {number}")


def _lines(canvas: Canvas, places: Layout, edges: list[tuple[int, int]]) -> None:
    """One line per connection, from the edge of one square to that of the other."""
    for i, j in edges:
        one, other = places.inputs[i], places.outputs[j]
        is_above = other.y < one.y
        x = [one.x + one.side / 2, other.x + other.side / 2]
        y = [one.y, other.y + other.side] if is_above else [one.y + one.side, other.y]
        (line,) = canvas.axes.plot([MARGIN + v for v in x], [canvas.top + v for v in y], marker="")
        line.set(label=f"{i} to {j}", color=MARK, linestyle="-", linewidth=2, zorder=0.5)


def _maps(
    canvas: Canvas,
    squares: list[Square],
    maps: np.ndarray | None,
    marked: set[int | None],
    most: float,
    *,
    beside: bool,
) -> None:
    """Numbered pictures; the number is beside its picture, or above or below it."""
    middle = sum(square.y for square in squares) / len(squares)
    for i, (x, y, side) in enumerate(squares):
        left, top = MARGIN + x, canvas.top + y
        if maps is not None:
            extent = (left, left + side, top + side, top)
            look = {"cmap": DIVERGING, "norm": Normalize(-most, most)}
            canvas.axes.imshow(maps[i], extent=extent, aspect="auto", **look)
        frame = Rectangle((left, top), side, side, facecolor="none" if maps is not None else GROUND)
        frame.set(edgecolor=MARK if i in marked else MUTED, linewidth=2.4 if i in marked else 0.8)
        canvas.axes.add_patch(frame)
        weight = "bold" if i in marked else "normal"
        if beside:
            write(canvas, left - 4, top + side / 2, str(i), ha="right", weight=weight)
        else:
            at = top - LINE / 2 if y <= middle else top + side + LINE / 2
            write(canvas, left + side / 2, at, str(i), ha="center", weight=weight)


def _name_places(places: Layout, names: tuple[str, str]) -> Iterator[tuple[str, float]]:
    """Each row's layer and the height of its middle."""
    for name, squares in zip(names, (places.inputs, places.outputs), strict=True):
        for y, side in sorted({(square.y, square.side) for square in squares}):
            yield name, y + side / 2
