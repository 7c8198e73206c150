"""Kernels of a convolution."""

from dataclasses import replace

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array
from lessonlib.viz.canvas import LINE, MARGIN, Canvas, new_canvas, write
from lessonlib.viz.style import DIVERGING, styled
from lessonlib.viz.tiles import BAR, ROOM, Grid, caption, color_bar, place, plan

SIDE = 24.0  # points: left of a table of kernels, for the numbers of its rows
GAP = 3.0  # points: between kernels of a table


@styled
def plot_kernels(
    weight: ArrayLike,
    *,
    title: str | None = None,
    columns: int | None = None,
    limit: float | None = None,
    colors: bool = False,
) -> Figure:
    """Kernels with one colour scale, centred on 0: blue below, red above.

    Kernels with one input map are drawn in a grid, numbered by output map. Others are drawn in a
    table with one row per input map and one column per output map.

    Args:
        weight: (out, in, k, k), as `Conv2d.weight`; any range.
        title: what the figure finds.
        columns: kernels per row of the grid; None is as many as are readable.
        limit: the largest magnitude on the colour scale; None is the weights' own.
        colors: show kernels with three inputs as one colour picture each, 0 as mid grey.

    Raises:
        ValueError: another shape, NaN or infinity, a limit not above 0, or `colors` with a
            number of inputs other than three.
    """
    array = as_array(weight, "kernels (out, in, k, k)", 4).astype(np.float64)
    if colors and array.shape[1] != 3:
        raise ValueError(f"expected kernels (out, 3, k, k) for colors=True, got {array.shape}")
    if limit is not None and not limit > 0:
        raise ValueError(f"expected limit > 0, got {limit}")
    most = float(limit or np.abs(array).max() or 1.0)
    if colors:
        panes = np.clip(array.transpose(0, 2, 3, 1) / (2 * most) + 0.5, 0, 1)
        grid = plan(len(panes), array.shape[2:], columns=columns, gap=4)
        canvas = new_canvas(grid.total_height, title)
        place(canvas, grid, canvas.top, panes)
        return canvas.figure
    options = {"cmap": DIVERGING, "norm": Normalize(-most, most)}
    drawn = _grid if array.shape[1] == 1 else _table
    return drawn(array, columns, title, options).figure


def _grid(
    array: np.ndarray, columns: int | None, title: str | None, options: dict[str, object]
) -> Canvas:
    grid = plan(len(array), array.shape[2:], columns=columns, gap=10, above=1)
    canvas = new_canvas(grid.total_height + 14 + BAR, title)
    place(canvas, grid, canvas.top, array[:, 0], **options)
    caption(canvas, grid, canvas.top, [str(i) for i in range(len(array))], above=True)
    color_bar(canvas, canvas.top + grid.total_height + 14, label="weight", **options)
    return canvas


def _table(
    array: np.ndarray, columns: int | None, title: str | None, options: dict[str, object]
) -> Canvas:
    """Rows are inputs and columns outputs; a wide table continues below."""
    outputs, inputs, height, width = array.shape
    across = min(outputs, columns or 16)
    pane = min(48.0, (ROOM - SIDE - GAP * (across - 1)) / across)
    grid = Grid(across * inputs, across, pane, pane * height / width, GAP, left=MARGIN + SIDE)
    parts = [array[i : i + across] for i in range(0, outputs, across)]
    part_height = LINE + grid.total_height + 12
    bottom = LINE + len(parts) * part_height
    canvas = new_canvas(bottom + BAR, title)
    write(canvas, MARGIN, canvas.top + LINE / 2, "down: input map; across: output map")
    for i, part in enumerate(parts):
        _part(canvas, grid, canvas.top + LINE + i * part_height, part, i * across, options)
    color_bar(canvas, canvas.top + bottom, label="weight", **options)
    return canvas


def _part(
    canvas: Canvas,
    grid: Grid,
    y: float,
    part: np.ndarray,
    start: int,
    options: dict[str, object],
) -> None:
    """The kernels from output `start` on, numbered at the top and on the left."""
    outputs, inputs = part.shape[:2]
    grid = replace(grid, count=outputs * inputs, columns=outputs)
    place(canvas, grid, y + LINE, part.swapaxes(0, 1).reshape(-1, *part.shape[2:]), **options)
    for column in range(outputs):
        x = grid.corner(column)[0] + grid.width / 2
        write(canvas, x, y + LINE / 2, str(start + column), ha="center")
    for row in range(inputs):
        middle = y + LINE + grid.corner(row * outputs)[1] + grid.height / 2
        write(canvas, MARGIN + SIDE - 8, middle, str(row), ha="right")
