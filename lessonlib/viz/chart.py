"""A figure with axes, for charts, with the course's title, size and legend."""

from itertools import chain
from math import ceil

import numpy as np
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from lessonlib.viz.arrays import compact
from lessonlib.viz.canvas import LINE, MARGIN, TITLE, WIDTH, whole_tenths, wrap


def new_chart(
    height: float, title: str | None = None, rows: int = 1, columns: int = 1, **options: object
) -> tuple[Figure, np.ndarray]:
    """A figure of the course's width, and its axes as an array (rows, columns).

    Args:
        height: height of the axes with their labels, in inches; the title's lines are added.
        title: what the figure finds; wrapped, in bold, at the upper left.
        rows: number of rows of axes.
        columns: number of columns of axes.
        options: passed to `Figure.subplots`, such as sharex=True.
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


def legend_below(figure: Figure, grow: bool = False) -> None:
    """One legend below all axes, with each of their labels once; none if there are no labels.

    Args:
        figure: a figure from `new_chart`.
        grow: make the figure taller by the legend's height, so that the axes keep their height.
    """
    pairs = [zip(*axes.get_legend_handles_labels(), strict=True) for axes in figure.axes]
    handles = {label: handle for handle, label in chain(*pairs)}
    if not handles:
        return
    longest = max(map(len, handles))
    columns = 1 if longest > 24 else 2 if longest > 10 or len(handles) == 4 else 3
    if grow:
        _grow(figure, LINE * 1.3 * ceil(len(handles) / columns) + 8)
    figure.legend(
        handles.values(), handles, loc="outside lower center", ncols=columns, handlelength=3
    )


def _grow(figure: Figure, points: float) -> None:
    """Make a figure taller below; what is measured from the top, such as the title, stays there."""
    before = figure.get_figheight() * 72
    after = whole_tenths(before + points)
    figure.set_size_inches(figure.get_figwidth(), after / 72)
    for text in figure.texts:
        text.set_y(1 - (1 - text.get_position()[1]) * before / after)
    left, bottom, width, height = figure.get_layout_engine().get()["rect"]
    band = (1 - height) * before
    figure.get_layout_engine().set(rect=(left, bottom, width, 1 - band / after))


def whole_ticks(axis: Axis) -> None:
    """Ticks at whole numbers only, for what is counted."""
    axis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1, steps=(1, 2, 5, 10)))


def log_label(label: str) -> str:
    """The label of a logarithmic axis, which says that it is one."""
    return f"{label}, log scale"


def log_axis(axis: Axis) -> None:
    """A logarithmic axis with ticks at 1, 2, 5, 10, ... or at powers of 10, in plain numbers."""
    low, high = sorted(axis.get_data_interval())
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    decades = np.log10(high / low) if low > 0 else 0
    most = 12 if decades < 4 else 5  # more would run together
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if decades < 2.5 else (1,), numticks=most))
    axis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axis.set_minor_locator(NullLocator())
