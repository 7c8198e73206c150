"""Counts by name, as bars."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lessonlib.viz.arrays import compact, number
from lessonlib.viz.chart import legend_below, log_axis, new_chart
from lessonlib.viz.style import COLORS, TEXT, styled, tint

FILLS = tuple(COLORS[name] for name in ("blue", "orange", "green", "purple"))
HATCHES = ("", "//", "..", "xx")


@styled
def plot_bars(
    counts: Mapping[str, float] | Mapping[str, Mapping[str, float]],
    *,
    xlabel: str,
    title: str | None = None,
    log: bool = False,
) -> Figure:
    """Horizontal bars, one a name, each with its number at its end.

    Args:
        counts: name -> count, or series -> {name: count} to compare up to four series, such as
            parameters and connections by layer; counts are 0 or more.
        xlabel: what is counted, with its unit.
        title: what the figure finds.
        log: a logarithmic axis, from 1; a count below 1 has no bar then, only its number.

    Raises:
        ValueError: no counts, a negative or infinite one, more than four series, or series with
            other names than the first.
    """
    series = _series(counts)
    names = list(next(iter(series.values())))
    figure, panels = new_chart(0.9 + len(names) * (0.12 + 0.24 * len(series)), title)
    axes = panels[0, 0]
    for i, (label, row) in enumerate(series.items()):
        _draw_series(axes, row, label, i, 0.8 / len(series), log)
    _finish(axes, names, max(max(row.values()) for row in series.values()), log)
    axes.set_xlabel(xlabel)
    if len(series) > 1:
        legend_below(figure)
    return figure


def _series(counts: Mapping[str, float] | Mapping[str, Mapping[str, float]]) -> dict[str, dict]:
    """Series by name, checked; one that has no name of its own is called ''."""
    if not counts:
        raise ValueError("expected at least one count {name: count}, got none")
    nested = isinstance(next(iter(counts.values())), Mapping)
    series = {k: dict(v) for k, v in counts.items()} if nested else {"": dict(counts)}
    names = list(next(iter(series.values())))
    if not 1 <= len(series) <= len(FILLS) or not names:
        raise ValueError(f"expected 1 to {len(FILLS)} series with counts, got {list(series)}")
    for label, row in series.items():
        if list(row) != names:
            raise ValueError(f"expected the names {names} in series {label!r}, got {list(row)}")
        wrong = {name: count for name, count in row.items() if not 0 <= count < float("inf")}
        if wrong:
            raise ValueError(f"expected counts of 0 or more in series {label!r}, got {wrong}")
    return series


def _draw_series(
    axes: Axes, row: Mapping[str, float], label: str, i: int, thickness: float, log: bool
) -> None:
    """Bars from 0, or from 1 on a logarithmic axis, with their numbers."""
    start = 1 if log else 0
    places = np.arange(len(row)) - 0.4 + thickness * (i + 0.5)
    lengths = [max(count - start, 0) for count in row.values()]
    bars = axes.barh(places, lengths, thickness * 0.92, left=start, label=label)
    for bar, place, length, count in zip(bars, places, lengths, row.values(), strict=True):
        bar.set(facecolor=tint(FILLS[i], 0.7), edgecolor=TEXT, hatch=HATCHES[i])
        end = (start + length, place)
        text = axes.annotate(number(count), end, (5, 0), textcoords="offset points")
        text.set(va="center_baseline")


def _finish(axes: Axes, names: list[str], largest: float, log: bool) -> None:
    """The axis ends far enough right for the longest bar's number."""
    axes.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5))
    if log:
        log_axis(axes.xaxis)
        axes.set_xlim(1, max(largest, 2) ** 1.22)
    else:
        axes.set_xlim(0, (largest or 1) * 1.25)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
