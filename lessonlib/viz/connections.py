"""Which maps a partly connected convolution reads."""

from collections.abc import Sequence
from itertools import cycle

from matplotlib.figure import Figure

from lessonlib.viz.chart import new_chart
from lessonlib.viz.style import LINE_COLORS, LINE_STYLES, MARKERS, styled


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
