"""How training went: loss and error by epoch."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lessonlib.viz.chart import legend_below, log_axis, log_label, new_chart, whole_ticks
from lessonlib.viz.names import Named, ends_of, name_ends
from lessonlib.viz.style import LINE_COLORS, MARKERS, styled


class HasTable(Protocol):
    """What is read of a `lessonlib.training.History`: one row per epoch."""

    table: pd.DataFrame


@styled
def plot_history(
    history: HasTable | pd.DataFrame | Mapping[str, HasTable], *, title: str | None = None
) -> Figure:
    """Loss and error by epoch: training dashed with hollow markers, test solid with full ones.

    A panel's axis is logarithmic where its values span a factor of 5 or more and are above 0.

    Args:
        history: what `lessonlib.training.fit` returns, or its table, or several by name, each with
            its own colour and marker. Columns read: `epoch`, and what there is of `train_loss`,
            `test_loss`, `train_error` and `test_error` (fractions, shown in %).
        title: what the figure finds.

    Raises:
        ValueError: no epochs, no column `epoch`, or neither loss nor error.
    """
    runs = dict(history) if isinstance(history, Mapping) else {"": history}
    tables = {name: _table(name, run) for name, run in runs.items()}
    panels = [kind for kind in ("loss", "error") if any(_columns(t, kind) for t in tables.values())]
    if not tables or not panels:
        raise ValueError("expected a history with losses or errors, got none; see History.table")
    figure, axes = new_chart(0.9 + 1.7 * len(panels), title, rows=len(panels), sharex=True)
    named: list[Named] = []
    for panel, kind in zip(axes[:, 0], panels, strict=True):
        lines = [
            line
            for place, (name, table) in enumerate(tables.items())
            for line in _draw_run(panel, table, kind, name, place)
        ]
        _finish(panel, kind, lines)
        named += ends_of(panel, lines) if len(lines) > 1 else []
    axes[-1, 0].set_xlabel("epoch")
    whole_ticks(axes[-1, 0].xaxis)
    if named and not name_ends(figure, named):
        legend_below(figure, grow=True)
    return figure


def _table(name: str, run: HasTable | pd.DataFrame) -> pd.DataFrame:
    table = getattr(run, "table", run)
    if not isinstance(table, pd.DataFrame) or "epoch" not in table or len(table) == 0:
        raise ValueError(
            f"history {name!r}: expected a table with a column `epoch` and at least one row, "
            f"got {type(table).__name__}"
        )
    return table


def _columns(table: pd.DataFrame, kind: str) -> list[str]:
    """Those of the columns `train_...` and `test_...` that exist and hold values."""
    names = [f"{part}_{kind}" for part in ("train", "test")]
    return [name for name in names if name in table and table[name].notna().any()]


def _draw_run(
    axes: Axes, table: pd.DataFrame, kind: str, name: str, place: int
) -> list[tuple[Line2D, str]]:
    """The lines of one run with their names."""
    drawn = []
    for column in _columns(table, kind):
        part = column.split("_")[0]
        values = table[column].to_numpy(dtype=float) * (100 if kind == "error" else 1)
        label = f"{name}, {part}" if name else part
        (line,) = axes.plot(table["epoch"].to_numpy(), values, label=label)
        line.set(color=_color(place), marker=MARKERS[place % len(MARKERS)])
        line.set(linestyle="--" if part == "train" else "-", markeredgewidth=1.6)
        if part == "train":
            line.set_markerfacecolor(axes.get_facecolor())
        drawn.append((line, label))
    return drawn


def _color(place: int) -> str:
    return list(LINE_COLORS.values())[place % len(LINE_COLORS)]


def _finish(axes: Axes, kind: str, lines: list[tuple[Line2D, str]]) -> None:
    """Let the axis carry the name of a single line."""
    values = np.concatenate([line.get_ydata() for line, _ in lines])
    values = values[np.isfinite(values)]
    unit = "error (%)" if kind == "error" else "loss"
    label = f"{lines[0][1]} {unit}" if len(lines) == 1 else unit
    axes.set_ylabel(label)
    if values.min() > 0 and values.max() >= 5 * values.min():
        axes.set_ylabel(log_label(label))
        log_axis(axes.yaxis)
    elif values.min() >= 0:
        axes.set_ylim(0, 1.1 * values.max() or 1)
