"""Counts by name, as bars."""

import re
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array, compact, number
from lessonlib.viz.canvas import FONT, wrap
from lessonlib.viz.chart import legend_below, log_axis, log_label, new_chart
from lessonlib.viz.style import GROUND, LINE_COLORS, TEXT, styled

FILLS = tuple(LINE_COLORS[name] for name in ("blue", "orange", "green", "purple"))
HATCHES = ("", "///", "\\\\\\", "xxx")
NAMES = 104.0  # points: a longer name continues on the next line

Runs = dict[str, np.ndarray]  # name -> (R,) one value per run


@styled
def plot_bars(
    counts: Mapping[str, ArrayLike] | Mapping[str, Mapping[str, ArrayLike]],
    *,
    xlabel: str,
    title: str | None = None,
    log: bool = False,
) -> Figure:
    """Horizontal bars, one per name, each with its number at its end.

    Where a name has several runs, such as seeds, its bar is their mean and each run a dot:

        plot_bars({"LeNet": [7.4, 6.6, 7.3], "MLP": [9.6, 9.9, 10.3]}, xlabel="test error (%)")

    Colour tells series apart, and a series is a network or a method, never a seed:

        plot_bars({"LeNet": {"in order": [7.4, 6.6], "shuffled": [21.2, 27.5]},
                   "MLP": {"in order": [9.6, 10.3], "shuffled": [9.3, 10.5]}}, xlabel=...)

    Args:
        counts: name -> count, or one count per run; or series -> {name: count, or counts} to
            compare up to four series; counts are 0 or more.
        xlabel: what is counted, with its unit.
        title: what the figure finds.
        log: a logarithmic axis, from 1; a count below 1 then has no bar, only its number.

    Raises:
        ValueError: no counts, a negative or infinite one, more than four series, series with
            other names than the first, or series that are seeds.
    """
    series = _series(counts)
    names = list(next(iter(series.values())))
    labels = ["\n".join(wrap(name, NAMES, FONT, "normal")) for name in names]
    tall = max(0.12 + 0.24 * len(series), 0.1 + 0.22 * max(x.count("\n") + 1 for x in labels))
    figure, panels = new_chart(0.9 + len(names) * tall, title)
    axes = panels[0, 0]
    for i, (label, row) in enumerate(series.items()):
        _draw_series(axes, row, label, i, 0.8 / len(series), log)
    _finish(axes, labels, max(runs.max() for row in series.values() for runs in row.values()), log)
    axes.set_xlabel(log_label(xlabel) if log else xlabel)
    if len(series) > 1:
        legend_below(figure)
    return figure


def _series(counts: Mapping[str, ArrayLike] | Mapping[str, Mapping[str, ArrayLike]]) -> dict:
    """Series by name, checked; a series without a name is called ''."""
    if not counts:
        raise ValueError("expected at least one count {name: count}, got none")
    nested = isinstance(next(iter(counts.values())), Mapping)
    given = counts if nested else {"": counts}
    series = {label: _runs(label, row) for label, row in given.items()}
    names = list(next(iter(series.values())))
    if not 1 <= len(series) <= len(FILLS) or not names:
        raise ValueError(f"expected 1 to {len(FILLS)} series with counts, got {list(series)}")
    if len(series) > 1 and all(re.match(r"seed\b", label) for label in series):
        raise ValueError(
            f"expected series that are networks or methods, got {list(series)}; give the seeds as "
            "runs of each name, {name: [one count per seed]}: they become dots"
        )
    for label, row in series.items():
        if list(row) != names:
            raise ValueError(f"expected the names {names} in series {label!r}, got {list(row)}")
    return series


def _runs(label: str, row: Mapping[str, ArrayLike]) -> Runs:
    runs = {}
    for name, counts in row.items():
        array = np.atleast_1d(np.asarray(counts, dtype=float))
        if array.size == 0 or not np.isfinite(array).all() or array.min() < 0:
            wrong = {name: counts}
            raise ValueError(f"expected counts of 0 or more in series {label!r}, got {wrong}")
        runs[name] = as_array(array, f"{name}: a count, or counts (R,) of R runs", 1)
    return runs


def _draw_series(axes: Axes, row: Runs, label: str, i: int, thickness: float, log: bool) -> None:
    """Bars from 0, or from 1 on a logarithmic axis, with their runs and numbers."""
    start = 1 if log else 0
    places = np.arange(len(row)) - 0.4 + thickness * (i + 0.5)
    means = [float(runs.mean()) for runs in row.values()]
    lengths = [max(mean - start, 0) for mean in means]
    bars = axes.barh(places, lengths, thickness * 0.86, left=start, label=label)
    look = {"linestyle": "none", "marker": "o", "markersize": 4.5, "markeredgewidth": 1.0}
    for bar, place, mean, runs in zip(bars, places, means, row.values(), strict=True):
        bar.set(facecolor=FILLS[i], edgecolor=GROUND, hatch=HATCHES[i], linewidth=0)
        if len(runs) > 1:
            (dots,) = axes.plot(runs, np.full(len(runs), place), label="_runs", zorder=3)
            dots.set(markerfacecolor=GROUND, markeredgecolor=TEXT, **look)
        end = (max(start, mean, runs.max() if len(runs) > 1 else 0), place)
        away = 6 if len(runs) == 1 else 9  # points, so that no dot touches the number
        text = axes.annotate(number(mean), end, (away, 0), textcoords="offset points")
        text.set(va="center_baseline")


def _finish(axes: Axes, names: list[str], largest: float, log: bool) -> None:
    """The axis ends far enough right for the longest bar's number."""
    axes.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5))
    if log:
        log_axis(axes.xaxis)
        axes.set_xlim(1, max(largest, 2) ** 1.28)
    else:
        axes.set_xlim(0, (largest or 1) * 1.28)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
