"""Pictures of what six training loops do, for chapter 11."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.data.photos import CLASSES
from lessonlib.puzzles.drawing import GAP, ROOM, mixed
from lessonlib.puzzles.small_rectifiers import LAYERS
from lessonlib.viz.canvas import LINE, MARGIN, new_canvas, write
from lessonlib.viz.panels import plot_panels
from lessonlib.viz.style import styled
from lessonlib.viz.tiles import Grid, place

SHOWN = {
    "loss": "The loss of each step",
    "signal": "Signal: how far pictures differ behind a layer",
    "gradient": "Size of the gradient that the optimiser finds",
    "weights": "Size of the weights, without biases",
    "moved": "How far weights and biases are from where they began",
    "dead": "Units that are 0 for the whole batch, in percent",
    "batch": "The first six pictures of the batch and their labels",
}
"""What can be looked at, and its title."""
NAME = 52.0  # points: room for the name of a box


def draw_loops(out: Mapping[str, Tensor], options: Mapping[str, Any]) -> Figure:
    """The figure for what was asked, in another order of the boxes each time."""
    show = options.get("show", "loss")
    boxes = {f"box {name}": out[name] for name in mixed(list(out))}
    if show == "loss":
        return _draw_losses(boxes)
    return (_draw_batches if show == "batch" else _draw_rows)(boxes, SHOWN[show])


def _draw_losses(boxes: Mapping[str, Tensor]) -> Figure:
    places = range(len(next(iter(boxes.values()))))
    panels = {name: {"loss": losses.tolist()} for name, losses in boxes.items()}
    return plot_panels(places, panels, xlabel="step", ylabel="loss", title=SHOWN["loss"])


@styled
def _draw_rows(boxes: Mapping[str, Tensor], title: str) -> Figure:
    """One line per box, and in it one number per layer."""
    canvas = new_canvas(LINE * 1.5 * (len(boxes) + 1), title)
    width = (ROOM - NAME) / len(LAYERS)
    for column, layer in enumerate(LAYERS):
        right = MARGIN + NAME + width * (column + 1) - 4
        write(canvas, right, canvas.top + LINE / 2, layer, ha="right", weight="bold")
        for line, values in enumerate(boxes.values(), start=1):
            y = canvas.top + LINE * 1.5 * (line + 0.5)
            write(canvas, right, y, short(float(values[column])), ha="right", size=11)
    for line, name in enumerate(boxes, start=1):
        write(canvas, MARGIN, canvas.top + LINE * 1.5 * (line + 0.5), name, weight="bold")
    return canvas.figure


@styled
def _draw_batches(boxes: Mapping[str, Tensor], title: str) -> Figure:
    """One line per box: six pictures with their labels below."""
    side = (ROOM - NAME - 5 * GAP / 2) / 6
    grid = Grid(6, 6, side, side, GAP / 2, below=1, left=MARGIN + NAME)
    height = grid.total_height + GAP
    canvas = new_canvas(height * len(boxes), title)
    for line, (name, batch) in enumerate(boxes.items()):
        top = canvas.top + line * height
        write(canvas, MARGIN, top + side / 2, name, weight="bold")
        pictures = batch[:, :3].permute(0, 2, 3, 1) / 255
        place(canvas, grid, top, list(pictures.numpy()), interpolation="nearest")
        for i, label in enumerate(batch[:, 3, 0, 0].long().tolist()):
            middle = grid.corner(i)[0] + side / 2
            write(canvas, middle, top + side + LINE / 2, CLASSES[label], ha="center", size=10)
    return canvas.figure


def short(value: float) -> str:
    """Two digits: 0, 0.42, 13, or 3.1e-09."""
    text = f"{value:.0f}" if value >= 10 else f"{value:.2g}"
    return text.replace("-", "\u2212")
