"""Curves by name, with a dot for each run where several were made."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array, compact
from lessonlib.viz.chart import legend_below, log_axis, log_label, new_chart, whole_ticks
from lessonlib.viz.names import ends_of, name_ends
from lessonlib.viz.style import styled

MARKED = 25  # up to so many points on a curve every point gets its marker
FEW = 7  # up to so many places each gets its tick on a logarithmic axis


@styled
def plot_curves(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    xlabel: str,
    ylabel: str,
    title: str | None = None,
    xlog: bool = False,
    ylog: bool = False,
    legend: bool = False,
) -> Figure:
    """Curves over one x, each with its colour, line style and marker, and its name at its end.

    If a curve has several runs, such as seeds, it is their mean, and each run is a dot at each
    place, or a thin line if there are more than 25 places.

    Args:
        x: (P,) places, with the unit in `xlabel`.
        curves: name -> (P,) values, or (R, P) of R runs.
        xlabel: what x is, with its unit.
        ylabel: what the values are, with their unit.
        title: what the figure finds.
        xlog: a logarithmic x axis.
        ylog: a logarithmic y axis.
        legend: name the curves below the axes, for curves that end in the same place.

    Raises:
        ValueError: no curve, lengths that differ, NaN or infinity, or values of 0 and less on a
            logarithmic axis.
    """
    places = as_array(x, "x (P,)", 1)
    if not curves:
        raise ValueError("expected at least one curve {name: values}, got none")
    runs = {name: _runs(name, values, len(places)) for name, values in curves.items()}
    for name, values in {xlabel: places, **runs}.items():
        _check_log(name, values, xlog if name == xlabel else ylog)
    figure, panels = new_chart(2.9, title)
    axes = panels[0, 0]
    lines = [(_draw_curve(axes, places, values, name), name) for name, values in runs.items()]
    if len(lines) == 1 and len(places) > MARKED:
        lines[0][0].set_marker("")
    axes.set_xlabel(log_label(xlabel) if xlog else xlabel)
    axes.set_ylabel(log_label(ylabel) if ylog else ylabel)
    _set_ticks(axes.xaxis, places, xlog)
    _set_ticks(axes.yaxis, np.concatenate([v.ravel() for v in runs.values()]), ylog)
    if len(lines) > 1 and (legend or not name_ends(figure, ends_of(axes, lines))):
        legend_below(figure, grow=True)
    return figure


def _runs(name: str, values: ArrayLike, count: int) -> np.ndarray:
    """(R, P) values of R runs."""
    if isinstance(values, list | tuple):  # of tensors, perhaps
        values = [as_array(v, f"{name}: values (P,) or (R, P)", (0, 1)) for v in values]
    runs = np.atleast_2d(as_array(values, f"{name}: values (P,) or (R, P)", (1, 2)))
    if runs.shape[1] != count:
        raise ValueError(f"expected {name} over {count} places, got shape {runs.shape}")
    return runs


def _draw_curve(axes: Axes, places: np.ndarray, runs: np.ndarray, name: str) -> Line2D:
    (line,) = axes.plot(places, runs.mean(axis=0), label=name)
    line.set_markevery(max(1, len(places) // 8) if len(places) > MARKED else 1)
    if len(runs) == 1:
        return line  # its markers tell it from others
    look = {"color": line.get_color(), "zorder": 1.9, "label": f"_{name}, a run"}
    if len(places) > MARKED:
        line.set_marker("")
        for run in runs:
            axes.plot(places, run, linestyle="-", marker="", linewidth=0.8, alpha=0.5, **look)
    else:
        line.set_marker("")
        for run in runs:
            axes.plot(places, run, linestyle="none", marker="o", markersize=4, **look)
    return line


def _set_ticks(axis: Axis, values: np.ndarray, log: bool) -> None:
    """Whole numbers for whole things; on a logarithmic axis the places themselves, if few."""
    whole = np.equal(np.mod(values, 1), 0).all()
    if log:
        log_axis(axis)
        if axis.axis_name == "x" and len(values) <= FEW:
            axis.set_major_locator(FixedLocator(values))
    elif whole:
        whole_ticks(axis)
    if not log and np.abs(values).max() >= 1e4:
        axis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))


def _check_log(what: str, values: np.ndarray, log: bool) -> None:
    if log and values.min() <= 0:
        raise ValueError(f"expected {what} above 0 on a logarithmic axis, got {values.min()}")
