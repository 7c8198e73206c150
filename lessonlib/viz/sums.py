"""Where a network's weighted sums lie on the curve of its activation."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike
from torch import Tensor

from lessonlib.viz.arrays import as_array
from lessonlib.viz.canvas import FONT
from lessonlib.viz.chart import new_chart
from lessonlib.viz.style import LINE_COLORS, MUTED, styled, tint

BINS = 60


@styled
def plot_sums(
    activation: Callable[[Tensor], Tensor],
    sums: Mapping[str, ArrayLike],
    *,
    limits: tuple[float, float] = (-4, 4),
    marked: tuple[float, ...] = (),
    title: str | None = None,
) -> Figure:
    """The curve of an activation, and below it how many of each layer's sums lie where.

    Sums beyond the limits are counted in the outermost bars.

    Args:
        activation: what the sums go through, elementwise.
        sums: layer's name -> its weighted sums, of any shape.
        limits: least and largest sum that is drawn.
        marked: sums to mark by a line through curve and counts.
        title: what the figure finds.

    Raises:
        ValueError: no layer, limits in the wrong order, or NaN or infinity among the sums.
    """
    low, high = limits
    if not sums or not low < high:
        raise ValueError(f"expected at least one layer and low < high, got {list(sums)}, {limits}")
    heights = [1.5] + [0.5] * len(sums)
    options = {"sharex": True, "gridspec_kw": {"height_ratios": heights}}
    figure, panels = new_chart(0.55 + sum(heights), title, rows=1 + len(sums), **options)
    curve, *counts = panels[:, 0]
    places = torch.linspace(low, high, 401, dtype=torch.float64)
    curve.plot(places, as_array(activation(places), "states (401,)", 1), marker="")
    curve.set_ylabel("state")
    for axes, (name, values) in zip(counts, sums.items(), strict=True):
        _draw_counts(axes, name, np.ravel(as_array(values, f"sums of {name}", range(1, 6))), limits)
    for axes in (curve, *counts):
        for place in marked:
            axes.axvline(place, color=MUTED, linewidth=0.8, linestyle="--", marker="", zorder=1)
    counts[-1].set(xlabel="weighted sum", xlim=limits)
    counts[-1].xaxis.set_major_locator(MaxNLocator(8, integer=True))
    return figure


def _draw_counts(axes: Axes, name: str, values: np.ndarray, limits: tuple[float, float]) -> None:
    """The share of the sums in each of 60 bins, as one filled outline."""
    shares, edges = np.histogram(np.clip(values, *limits), BINS, limits)
    color = LINE_COLORS["orange"]
    axes.stairs(shares / shares.max(), edges, fill=True, color=tint(color, 0.5))
    axes.stairs(shares / shares.max(), edges, color=color, linewidth=1.2)
    axes.set(ylim=(0, 1.1), yticks=[])
    axes.set_ylabel(name, rotation=0, ha="right", va="center", size=FONT)
