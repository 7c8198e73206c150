"""Several small charts of the same kind side by side, with one scale."""

from collections.abc import Mapping
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array, number
from lessonlib.viz.canvas import FONT
from lessonlib.viz.chart import legend_below, log_axis, log_label, new_chart, whole_ticks
from lessonlib.viz.style import styled

TALL = 1.45  # inches: one row of panels
MANY = 6  # powers of ten; an axis that spans as many has few ticks


@styled
def plot_panels(
    x: ArrayLike,
    panels: Mapping[str, Mapping[str, ArrayLike]],
    *,
    xlabel: str,
    ylabel: str,
    title: str | None = None,
    ylog: bool = False,
    columns: int = 2,
) -> Figure:
    """The same curves in several panels, all over one x and with the same limits.

    Args:
        x: (P,) places, with the unit in `xlabel`.
        panels: panel's name -> {curve's name: (P,) values}; the same curves in each.
        xlabel: what x is, with its unit.
        ylabel: what the values are, with their unit.
        title: what the figure finds.
        ylog: a logarithmic y axis.
        columns: panels per row.

    Raises:
        ValueError: no panel, other curves than in the first one, lengths that differ, NaN or
            infinity, or values of 0 and less on a logarithmic axis.
    """
    places = as_array(x, "x (P,)", 1)
    checked = {name: _curves(name, curves, len(places), ylog) for name, curves in panels.items()}
    if not checked:
        raise ValueError("expected at least one panel {name: {curve: values}}, got none")
    _check_names(checked)
    rows = ceil(len(checked) / columns)
    figure, axes = new_chart(0.55 + TALL * rows, title, rows, columns, sharex=True, sharey=True)
    for panel, (name, curves) in zip(axes.flat, checked.items(), strict=False):
        for label, values in curves.items():
            panel.plot(places, values, label=label, markersize=3.5, linewidth=1.5)
        panel.set_title(name, loc="left", size=FONT)
    for panel in axes.flat[len(checked) :]:
        panel.remove()
    first = axes[0, 0]
    first.set_ylim(*_limits(checked, ylog))
    if ylog:
        _log_axis(first)
    whole_ticks(first.xaxis)
    for panel in axes.flat[: len(checked)][-columns:]:  # the lowest of each column
        panel.set_xlabel(xlabel)
        panel.tick_params(labelbottom=True)
    figure.supylabel(log_label(ylabel) if ylog else ylabel, size=FONT)
    if len(next(iter(checked.values()))) > 1:
        legend_below(figure, grow=True)
    return figure


def _curves(
    panel: str, curves: Mapping[str, ArrayLike], count: int, log: bool
) -> dict[str, np.ndarray]:
    found = {}
    for name, values in curves.items():
        array = as_array(values, f"{panel}, {name}: values (P,)", 1)
        if len(array) != count:
            raise ValueError(
                f"expected {panel}, {name} over {count} places, got shape {array.shape}"
            )
        if log and array.min() <= 0:
            raise ValueError(
                f"expected {panel}, {name} above 0 on a logarithmic axis, got {array.min()}"
            )
        found[name] = array
    return found


def _check_names(panels: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    wanted, *others = ((panel, list(curves)) for panel, curves in panels.items())
    for panel, names in others:
        if names != wanted[1]:
            raise ValueError(f"expected the curves {wanted[1]} in panel {panel!r}, got {names}")


def _limits(panels: Mapping[str, Mapping[str, np.ndarray]], log: bool) -> tuple[float, float]:
    every = np.concatenate([values for curves in panels.values() for values in curves.values()])
    low, high = every.min(), every.max()
    if log:
        return low / 3, high * 3
    room = 0.05 * (high - low or 1)
    return low - room, high + room


def _log_axis(axes: Axes) -> None:
    """A logarithmic y axis; over many powers of ten it has few ticks, such as 1e-5."""
    low, high = np.log10(axes.get_ylim())
    if high - low < MANY:
        log_axis(axes.yaxis)
        return
    axes.set_yscale("log")
    step = ceil((high - low) / 4)
    powers = range(0, int(low) - 1, -step) if high > 0 else range(int(high), int(low) - 1, -step)
    axes.yaxis.set_major_locator(FixedLocator([10.0**p for p in powers if low <= p <= high]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))
    axes.yaxis.set_minor_locator(NullLocator())


def _power(value: float) -> str:
    power = round(np.log10(value))
    return number(value) if -3 < power < 4 else f"1e{power}".replace("-", "\u2212")
