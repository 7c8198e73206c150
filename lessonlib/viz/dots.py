"""Runs by name, as dots."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array, compact
from lessonlib.viz.canvas import FONT, wrap
from lessonlib.viz.chart import new_chart
from lessonlib.viz.style import GROUND, LINE_COLORS, TEXT, styled

NAMES = 104.0  # points: a longer name continues on the next line
ROW = 0.32  # inches
ROOM = 0.08  # of the range of the runs, left and right of them
NEAR = 0.03  # of that range: closer dots are drawn one above the other
LANES = (0.0, -0.22, 0.22)  # of a row, from its middle


@styled
def plot_dots(
    runs: Mapping[str, ArrayLike], *, xlabel: str, title: str | None = None, decimals: int = 2
) -> Figure:
    """One row per name: a dot for each of its runs, a line at their mean, and the mean in numbers.

        plot_dots({"as printed": [1.02, 0.95, 1.1], "full": [1.0, 1.1, 1.05]}, xlabel="error (%)")

    The axis covers the runs and need not begin at 0, since no length stands for a value, as that
    of a bar does. So close runs can be told apart.

    Args:
        runs: name -> (R,) one value per run.
        xlabel: what was measured, with its unit.
        title: what the figure finds.
        decimals: of the means, the same for all, so that they can be compared.

    Raises:
        ValueError: no names, or a name without runs or with a run that is no finite number.
    """
    if not runs:
        raise ValueError("expected at least one name with its runs, got none")
    rows = {name: as_array(np.atleast_1d(row), f"{name}: (R,) runs", 1)
            for name, row in runs.items()}  # fmt: skip
    labels = ["\n".join(wrap(name, NAMES, FONT, "normal")) for name in rows]
    tall = max(ROW, 0.1 + 0.22 * max(label.count("\n") + 1 for label in labels))
    figure, panels = new_chart(1.05 + tall * len(rows), title)
    axes = panels[0, 0]
    every = np.concatenate(list(rows.values()))
    for place, row in enumerate(rows.values()):
        _draw_row(axes, np.sort(row), place, NEAR * np.ptp(every), decimals)
    _finish(axes, labels, every)
    axes.set_xlabel(xlabel)
    return figure


def _draw_row(axes: Axes, row: np.ndarray, place: int, near: float, decimals: int) -> None:
    """The mean as a short upright line with its number at the right, and sorted runs over it."""
    mean = float(row.mean())
    (line,) = axes.plot([mean, mean], [place - 0.36, place + 0.36], label="_mean", marker="")
    line.set(color=LINE_COLORS["blue"], linewidth=3, linestyle="-", solid_capstyle="butt")
    (dots,) = axes.plot(row, place + _lanes(row, near), label="_runs", zorder=3)
    dots.set(linestyle="none", marker="o", markersize=5.5, markeredgewidth=1.0)
    dots.set(markerfacecolor=GROUND, markeredgecolor=TEXT)
    at = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    said = f"{round(mean, decimals) + 0.0:.{decimals}f}"  # no -0.0
    axes.annotate(said, (1, place), (6, 0), va="center_baseline", **at)


def _lanes(row: np.ndarray, near: float) -> np.ndarray:
    """How far each of the sorted runs is moved up or down, so that no dot hides another."""
    last = dict.fromkeys(LANES, -np.inf)
    moved = np.zeros(len(row))
    for i, value in enumerate(row):
        free = [lane for lane in LANES if value - last[lane] > near]
        moved[i] = free[0] if free else min(LANES, key=last.get)
        last[moved[i]] = value
    return moved


def _finish(axes: Axes, names: list[str], values: np.ndarray) -> None:
    """Names at the left, and an axis that is a little longer than the range of the runs."""
    low, high = float(values.min()), float(values.max())
    room = ROOM * (high - low) or abs(high) / 2 or 1.0
    axes.set(xlim=(low - room, high + room), ylim=(len(names) - 0.5, -0.5))
    axes.set(yticks=range(len(names)), yticklabels=names)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axes.annotate("mean", (1, 1), (6, 2), xycoords="axes fraction", textcoords="offset points")
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
