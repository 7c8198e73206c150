"""Curves by name, with a band where several runs were made."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array
from lessonlib.viz.chart import legend_below, log_axis, new_chart
from lessonlib.viz.style import styled

MARKED = 25  # points on a curve up to which every point gets its marker


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
) -> Figure:
    """Curves over one x, each with its colour, line style and marker.

    Args:
        x: (P,) places, with the unit in `xlabel`.
        curves: name -> (P,) values, or (R, P) of R runs: their mean is the curve, their least
            and largest a band.
        xlabel: what x is, with its unit.
        ylabel: what the values are, with their unit.
        title: what the figure finds.
        xlog: a logarithmic x axis.
        ylog: a logarithmic y axis.

    Raises:
        ValueError: no curve, other lengths, NaN or infinity, or values of 0 and less on a
            logarithmic axis.
    """
    places = as_array(x, "x (P,)", 1)
    if not curves:
        raise ValueError("expected at least one curve {name: values}, got none")
    _check_log("x", places, xlog)
    figure, panels = new_chart(3.9, title)
    axes = panels[0, 0]
    for name, values in curves.items():
        runs = _runs(name, values, len(places))
        _check_log(name, runs, ylog)
        _draw_curve(axes, places, runs, name)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    _set_log(axes, xlog, ylog)
    legend_below(figure)
    return figure


def _set_log(axes: Axes, xlog: bool, ylog: bool) -> None:
    if xlog:
        log_axis(axes.xaxis)
    if ylog:
        log_axis(axes.yaxis)


def _runs(name: str, values: ArrayLike, count: int) -> np.ndarray:
    """(R, count) values of R runs."""
    runs = np.atleast_2d(as_array(values, f"{name}: (P,) or (R, P)", (1, 2)))
    if runs.shape[1] != count:
        raise ValueError(f"expected {name} over {count} places, got shape {runs.shape}")
    return runs


def _draw_curve(axes: Axes, places: np.ndarray, runs: np.ndarray, name: str) -> None:
    (line,) = axes.plot(places, runs.mean(axis=0), label=name)
    line.set_markevery(max(1, len(places) // 8) if len(places) > MARKED else 1)
    if len(runs) > 1:
        band = axes.fill_between(places, runs.min(axis=0), runs.max(axis=0), alpha=0.2)
        band.set(color=line.get_color(), linewidth=0, label=f"_{name}, least to largest")


def _check_log(what: str, values: np.ndarray, log: bool) -> None:
    if log and values.min() <= 0:
        raise ValueError(f"expected {what} above 0 on a logarithmic axis, got {values.min()}")
