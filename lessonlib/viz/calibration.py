"""How sure networks are, against how often they are right."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from lessonlib.training import Reliability
from lessonlib.viz.chart import legend_below, new_chart
from lessonlib.viz.style import LINE_COLORS, LINE_STYLES, MARKERS, MUTED, styled


@styled
def plot_reliability(found: Mapping[str, Reliability], *, title: str | None = None) -> Figure:
    """A curve per network: share of right answers, by how sure it was; one line says "as sure".

    Bars at the points reach over every share that fits the answers (at 95 %), so they are long
    where few answers lie. A point below the line is overconfident.

    Args:
        found: name -> what `lessonlib.training.reliability` gives.
        title: what the figure finds.

    Raises:
        ValueError: no network, or more than there are colours.
    """
    if not 1 <= len(found) <= len(LINE_COLORS):
        raise ValueError(f"expected 1 to {len(LINE_COLORS)} networks, got {list(found)}")
    figure, panels = new_chart(3.3, title)
    axes = panels[0, 0]
    (line,) = axes.plot([0, 1], [0, 1], color=MUTED, linestyle="-", label="as right as sure")
    line.set(linewidth=1.0, marker="", zorder=1)
    for i, (name, one) in enumerate(found.items()):
        _draw(axes, i, name, one)
    axes.set(xlim=(0, 1.03), ylim=(-0.03, 1.06))
    axes.set(xlabel="how sure: mean probability of the answer", ylabel="right answers")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    legend_below(figure, grow=True)
    return figure


def _draw(axes: Axes, i: int, name: str, one: Reliability) -> None:
    color = list(LINE_COLORS.values())[i]
    low, high = one.interval
    axes.errorbar(
        one.confidence.numpy(),
        one.accuracy.numpy(),
        yerr=[(one.accuracy - low).numpy(), (high - one.accuracy).numpy()],
        color=color,
        linestyle=LINE_STYLES[i],
        marker=MARKERS[i],
        markersize=6,
        elinewidth=1.2,
        label=name,
        zorder=2 + i,
    )
