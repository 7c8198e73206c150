"""A network drawn with what it computes from one picture."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import number
from lessonlib.viz.canvas import (
    FONT,
    LINE,
    MARGIN,
    WIDE,
    WIDTH,
    Canvas,
    new_canvas,
    text_width,
    write,
)
from lessonlib.viz.carried_layers import (
    PITCH,
    STACKED,
    Carried,
    Measures,
    arrangement,
    carried_layer,
)
from lessonlib.viz.network_blocks import draw_arrow
from lessonlib.viz.network_cells import Cell
from lessonlib.viz.rows import break_rows
from lessonlib.viz.style import GROUND, INK, LINE_COLORS, MUTED, SEQUENTIAL

GAP = 15.0  # points: least space between layers, with an arrow in it
KEY = 84.0  # points: width of the colour key
ROWS = 12.0  # points between two rows
WORDS = 5.0  # points between layers and the words below them
LARGEST = 2.5  # points per pixel
SMALLEST = 0.2


def draw_carried(
    cells: Sequence[Cell], maps: Mapping[str, ArrayLike], title: str | None, wide: bool
) -> Figure:
    """The network of these cells with the states of its layers; see `plot_network`.

    Raises:
        ValueError: states of a layer are missing or of another shape.
    """
    width = WIDE if wide else WIDTH
    layers = [carried_layer(cell, maps, cell is cells[-1], wide) for cell in cells]
    measures, rows = _fit(layers, width - 2 * MARGIN, 1 if wide else 2)
    heights = [max(measures.block(layers[i])[1] for i in row) for row in rows]
    label = WORDS + 2 * LINE
    total = sum(heights) + len(rows) * label + (len(rows) - 1) * ROWS + 10 + LINE
    canvas = new_canvas(total, title, width)
    norm = _norm(layers)
    y = canvas.top
    for row, height in zip(rows, heights, strict=True):
        _draw_row(canvas, [layers[i] for i in row], y, height, measures, norm)
        y += height + label + ROWS
    _draw_key(canvas, y - ROWS + 10 + LINE / 2, norm)
    return canvas.figure


def _fit(layers: Sequence[Carried], room: float, most: int) -> tuple[Measures, list[range]]:
    """The largest measures with which the layers fit into `most` rows, and these rows."""
    pixel = LARGEST
    while True:
        scale = pixel / LARGEST
        run, rise = (48.0, 30.0) if most > 1 else (36.0, 84.0)
        measures = Measures(pixel, 5.0 if most > 1 else 2 + 3 * scale, run * scale, rise)
        rows = break_rows([measures.room(layer) for layer in layers], room, GAP)
        if len(rows) <= most or pixel <= SMALLEST:
            return measures, rows
        pixel -= 0.05


def _norm(layers: Sequence[Carried]) -> Normalize:
    """One scale for all states between the input and the output."""
    inner = [layer.states for layer in layers[1:] if not layer.last] or [layers[-1].states]
    low, high = min(s.min() for s in inner), max(s.max() for s in inner)
    return Normalize(float(low), float(high if high > low else low + 1))


def _draw_row(
    canvas: Canvas,
    layers: Sequence[Carried],
    y: float,
    height: float,
    measures: Measures,
    norm: Normalize,
) -> None:
    """Layers side by side between y and y + height, their words below, arrows between."""
    rooms = [measures.room(layer) for layer in layers]
    free = canvas.axes.get_xlim()[1] - 2 * MARGIN - sum(rooms)
    gap = min(40.0, free / max(1, len(layers) - 1))
    x, end = MARGIN, None
    for layer, room in zip(layers, rooms, strict=True):
        block, tall = measures.block(layer)
        left, top = x + (room - block) / 2, y + (height - tall) / 2
        _draw_layer(canvas, layer, left, top, measures, norm)
        write(
            canvas,
            x + room / 2,
            y + height + WORDS + LINE / 2,
            layer.name,
            ha="center",
            weight="bold",
        )
        write(canvas, x + room / 2, y + height + WORDS + LINE * 1.5, layer.size, ha="center")
        if end is not None:
            draw_arrow(canvas, end + 3, left - 3, y + height / 2)
        x, end = x + room + gap, left + block


def _draw_layer(
    canvas: Canvas, layer: Carried, x: float, y: float, measures: Measures, norm: Normalize
) -> None:
    if layer.last:
        _draw_output(canvas, layer.states, x, y)
    elif layer.states.ndim == 1:
        _draw_units(canvas, layer, x, y, measures, norm)
    else:
        _draw_stack(canvas, layer, x, y, measures, norm)


def _draw_stack(
    canvas: Canvas, layer: Carried, x: float, y: float, measures: Measures, norm: Normalize
) -> None:
    """Maps as sheets, with the first in front."""
    places = measures.places(layer)
    count, rows, columns = layer.states.shape
    width, height = columns * measures.pixel, rows * measures.pixel
    bottom = y + measures.block(layer)[1]
    is_input = layer.name == "input"
    look = {"cmap": INK} if is_input else {"cmap": SEQUENTIAL, "norm": norm}
    for place, i in enumerate(reversed(range(count))):
        left, low = x + places[i, 0], bottom - places[i, 1]
        order = 2 + 0.001 * place
        extent = (left, left + width, low, low - height)
        canvas.axes.imshow(
            layer.states[i],
            extent=extent,
            aspect="auto",
            zorder=order,
            interpolation="none",
            **look,
        )
        frame = Rectangle((left, low - height), width, height, fill=False, zorder=order + 0.0005)
        frame.set(edgecolor=MUTED if is_input else GROUND, linewidth=0.8)
        frame.set_visible(is_input or 1 < count <= STACKED)
        frame.set_label(f"{layer.name} map {i}")
        canvas.axes.add_patch(frame)


def _draw_units(
    canvas: Canvas, layer: Carried, x: float, y: float, measures: Measures, norm: Normalize
) -> None:
    rows, columns = arrangement(len(layer.states))
    grid = np.full(rows * columns, np.nan)
    grid[: len(layer.states)] = layer.states
    extent = (x, x + columns * measures.unit, y + rows * measures.unit, y)
    look = {"cmap": SEQUENTIAL, "norm": norm, "aspect": "auto", "interpolation": "none"}
    canvas.axes.imshow(grid.reshape(rows, columns), extent=extent, zorder=2, **look)


def _draw_output(canvas: Canvas, scores: np.ndarray, x: float, y: float) -> None:
    """Units one below the other with their numbers; the one with the largest score is filled.

    Scores are of another kind than states, so they have no colour of the key.
    """
    winner = int(scores.argmax())
    side = PITCH - 4
    for i in range(len(scores)):
        square = Rectangle((x, y + i * PITCH + 2), side, side, zorder=2, linewidth=1.2)
        square.set(facecolor=LINE_COLORS["vermillion"] if i == winner else "none")
        square.set(edgecolor=LINE_COLORS["vermillion"] if i == winner else MUTED)
        square.set_label(f"winner {i}" if i == winner else f"unit {i}")
        canvas.axes.add_patch(square)
        style = {"weight": "bold"} if i == winner else {"color": MUTED}
        write(canvas, x + PITCH + 4, y + (i + 0.5) * PITCH, str(i), size=FONT, **style)


def _draw_key(canvas: Canvas, y: float, norm: Normalize) -> None:
    """The colours of the states, in one line at height y."""
    low, high = number(round(norm.vmin, 1)), number(round(norm.vmax, 1))
    x = MARGIN + text_width(low) + 8
    write(canvas, x - 6, y, low, ha="right")
    extent = (x, x + KEY, y + 5, y - 5)
    look = {"cmap": SEQUENTIAL, "aspect": "auto", "interpolation": "none"}
    canvas.axes.imshow(np.arange(64)[None], extent=extent, zorder=2, **look)
    write(canvas, x + KEY + 8, y, high)
    write(canvas, x + KEY + 22 + text_width(high), y, "state of a unit")
