"""Which maps a partly connected convolution reads."""

from collections.abc import Sequence
from itertools import cycle

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lessonlib.viz.canvas import MARGIN, WIDTH, Canvas, new_canvas, write
from lessonlib.viz.chart import new_chart
from lessonlib.viz.style import (
    GROUND,
    LINE_COLORS,
    LINE_STYLES,
    MARKERS,
    MUTED,
    TEXT,
    styled,
    tint,
)

FAINT = {"color": tint(MUTED, 0.25), "linewidth": 0.8}


@styled
def plot_connections(
    table: Sequence[str],
    *,
    inputs: str = "S2 map",
    outputs: str = "C3 map",
    title: str | None = None,
) -> Figure:
    """A connection table as a matrix of dots; colour and marker tell how many maps are read.

    Args:
        table: one string per row (input map), with `X` where the column (output map) reads it and
            `.` where it does not, as `lessonlib.layers.C3_TABLE`.
        inputs: what the rows are.
        outputs: what the columns are.
        title: what the figure finds.

    Raises:
        ValueError: no rows, rows of unequal length, or other letters.
    """
    reads = read_table(table)
    figure, panels = new_chart(1.7 + min(0.28 * len(table), 1.2 + 0.1 * len(table)), title)
    axes = panels[0, 0]
    for size, (color, _, marker) in _groups(reads).items():
        points = [(j, i) for j, maps in enumerate(reads) if len(maps) == size for i in maps]
        x, y = zip(*points, strict=True) if points else ((), ())
        (dots,) = axes.plot(x, y, linestyle="none", label=f"reads {size}")
        dots.set(color=color, marker=marker, markersize=9)
    step = max(1, len(reads) // 16)
    axes.set(xlabel=outputs, ylabel=inputs, xticks=range(0, len(reads), step))
    axes.set(yticks=range(len(table)), xlim=(-0.6, len(reads) - 0.4), ylim=(len(table) - 0.4, -0.6))
    axes.tick_params(length=0)
    figure.legend(loc="outside lower center", ncols=4, handletextpad=0.2, columnspacing=1.6)
    return figure


@styled
def plot_connection_graph(
    table: Sequence[str],
    *,
    inputs: str = "S2",
    outputs: str = "C3",
    title: str | None = None,
    only: Sequence[int] | None = None,
) -> Figure:
    """A connection table as a graph: input maps above, output maps below, one line per connection.

    Args:
        table: as for `plot_connections`.
        inputs: the layer above.
        outputs: the layer below.
        title: what the figure finds.
        only: output maps whose lines are drawn in full; the others' lines are faint. None is all.

    Raises:
        ValueError: as for `plot_connections`, or an output map that the table does not have.
    """
    reads = read_table(table)
    chosen = set(range(len(reads)) if only is None else only)
    if not chosen <= set(range(len(reads))):
        raise ValueError(f"expected output maps 0 to {len(reads) - 1} in only, got {only}")
    canvas = new_canvas(236, title)
    top, bottom = canvas.top + 30, canvas.top + 200
    above, below = _spread(len(table)), _spread(len(reads))
    for j, (color, line, _) in enumerate(_looks(reads)):
        look = {"color": color, "linewidth": 1.6} if j in chosen else FAINT
        for i in reads[j]:
            (edge,) = canvas.axes.plot([above[i], below[j]], [top, bottom], linestyle=line)
            edge.set(label=f"{i} to {j}", marker="", zorder=0.6 if j in chosen else 0.5, **look)
    _nodes(canvas, above, top, f"{inputs} maps", -22)
    _nodes(canvas, below, bottom, f"{outputs} maps", 22)
    _key(canvas, bottom + 22, reads)
    return canvas.figure


def read_table(table: Sequence[str]) -> list[list[int]]:
    """The input maps that each output map reads, from rows of `X` and `.`.

    Raises:
        ValueError: no rows, rows of unequal length, or other letters.
    """
    rows = [str(row) for row in table]
    lengths = sorted({len(row) for row in rows})
    if len(lengths) != 1 or lengths == [0]:
        raise ValueError(f"expected rows of one length, at least 1, got lengths {lengths}")
    strange = sorted(set("".join(rows)) - {"X", "."})
    if strange:
        raise ValueError(f"expected only 'X' and '.' in the table, got {strange}")
    return [[i for i, row in enumerate(rows) if row[j] == "X"] for j in range(lengths[0])]


def _groups(reads: list[list[int]]) -> dict[int, tuple[str, str, str]]:
    """Number of maps read -> the group's colour, line style and marker; fewest first."""
    looks = cycle(zip(LINE_COLORS.values(), LINE_STYLES, MARKERS, strict=True))
    return dict(zip(sorted({len(maps) for maps in reads}), looks, strict=False))


def _looks(reads: list[list[int]]) -> list[tuple[str, str, str]]:
    """Colour, line style and marker of each output map."""
    groups = _groups(reads)
    return [groups[len(maps)] for maps in reads]


def _spread(count: int) -> list[float]:
    """Positions of `count` nodes across the figure's width, in points."""
    step = (WIDTH - 2 * MARGIN) / count
    return [MARGIN + step * (i + 0.5) for i in range(count)]


def _nodes(canvas: Canvas, places: list[float], y: float, heading: str, offset: float) -> None:
    """Maps as numbered squares, their heading `offset` points below."""
    write(canvas, MARGIN, y + offset, heading, weight="bold")
    side = min(22.0, (places[1] - places[0] if len(places) > 1 else 99.0) - 3)
    for i, x in enumerate(places):
        square = Rectangle((x - side / 2, y - 10), side, 20, facecolor=GROUND, edgecolor=TEXT)
        canvas.axes.add_patch(square)
        write(canvas, x, y, str(i), ha="center")


def _key(canvas: Canvas, y: float, reads: list[list[int]]) -> None:
    """One line per group in its colour and style, with the number of maps read, at height y."""
    groups = _groups(reads)
    x = WIDTH - MARGIN - 82.0 * len(groups)
    for size, (color, line, _) in groups.items():
        (key,) = canvas.axes.plot([x, x + 26], [y, y], marker="", label=f"key {size}")
        key.set(color=color, linestyle=line, linewidth=2)
        write(canvas, x + 31, y, f"reads {size}")
        x += 82
