"""An activation as a still picture: value, slope and curvature, and their heights at one sum."""

from typing import Protocol

import torch
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from torch import Tensor

from lessonlib.viz.chart import legend_below, new_chart
from lessonlib.viz.style import GROUND, LINE_COLORS, MUTED, styled
from lessonlib.widgets.still import exact

LOOKS = {"value": ("blue", "-"), "slope": ("vermillion", "--"), "curvature": ("green", ":")}
HEIGHT = (-1.9, 2.6)  # as on the screen


class Explored(Protocol):
    """What the picture is drawn from; see `lessonlib.widgets.ActivationExplorer`."""

    activation: str
    at: float

    def curves(self, sums: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Value, slope and curvature at each of the sums."""


@styled
def activation_figure(explored: Explored) -> Figure:
    """Three curves over the weighted sum, each with a dot and a number where it is asked.

    Args:
        explored: the activation, and the sum.
    """
    at = torch.tensor([explored.at], dtype=torch.float64)
    heights = [curve.item() for curve in explored.curves(at)]
    places = torch.linspace(-5, 5, 401, dtype=torch.float64)
    name = explored.activation[0].upper() + explored.activation[1:]
    figure, panels = new_chart(2.9, f"{name} at a sum of {exact(explored.at)}")
    axes = panels[0, 0]
    axes.axvline(explored.at, color=MUTED, linewidth=0.8, linestyle="-", marker="")
    curves = explored.curves(places)
    for (what, (color, style)), curve, height in zip(LOOKS.items(), curves, heights, strict=True):
        look = {"color": LINE_COLORS[color], "linestyle": style, "marker": ""}
        axes.plot(places, curve, label=f"{what} {exact(height)}", **look)
        dot = {"markeredgecolor": GROUND, "markeredgewidth": 1.5, "markersize": 8}
        axes.plot([explored.at], [height], **{**look, "marker": "o", **dot}, label="_dot")
    axes.set(xlim=(-5, 5), ylim=HEIGHT, xlabel="weighted sum")
    axes.xaxis.set_major_locator(MultipleLocator(1))
    axes.yaxis.set_major_locator(MultipleLocator(1))
    legend_below(figure, grow=True)
    return figure
