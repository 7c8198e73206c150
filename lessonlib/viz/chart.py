"""A figure with axes, for charts: title, size and legend as everywhere in the course."""

from itertools import chain

import numpy as np
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from lessonlib.viz.arrays import compact
from lessonlib.viz.canvas import MARGIN, TITLE, WIDTH, whole_tenths, wrap


def new_chart(
    height: float, title: str | None = None, rows: int = 1, columns: int = 1, **options: object
) -> tuple[Figure, np.ndarray]:
    """A figure 6 in wide and its axes, an array (rows, columns).

    Args:
        height: of the axes with their labels, in inches; the title's lines are added.
        title: what the figure finds; wrapped, in bold, at the upper left.
        rows: of axes.
        columns: of axes.
        options: to `Figure.subplots`, such as sharex=True.
    """
    lines = wrap(title, WIDTH - 2 * MARGIN) if title else []
    band = MARGIN + 17 * len(lines) if lines else 0  # points
    total = whole_tenths(72 * height + band)
    figure = Figure(figsize=(WIDTH / 72, total / 72), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.09, h_pad=0.09, rect=(0, 0, 1, 1 - band / total))
    if lines:
        text = figure.text(MARGIN / WIDTH, 1 - MARGIN / total, "\n".join(lines), va="top")
        text.set(size=TITLE, weight="bold", in_layout=False)
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def legend_below(figure: Figure) -> None:
    """One legend, below all axes, of all their labels, each once; none without labels."""
    pairs = [zip(*axes.get_legend_handles_labels(), strict=True) for axes in figure.axes]
    handles = {label: handle for handle, label in chain(*pairs)}
    if handles:
        longest = max(map(len, handles))
        columns = 1 if longest > 24 else 2 if longest > 10 or len(handles) == 4 else 3
        figure.legend(
            handles.values(), handles, loc="outside lower center", ncols=columns, handlelength=3
        )


def log_axis(axis: Axis) -> None:
    """A logarithmic axis with ticks at 1, 2, 5, 10, ... or at powers of 10, in plain numbers."""
    low, high = sorted(axis.get_data_interval())
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    decades = np.log10(high / low) if low > 0 else 0
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if decades < 2.5 else (1,), numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axis.set_minor_locator(NullLocator())
