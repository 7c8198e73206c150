"""Networks drawn to scale from their layer tables."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array
from lessonlib.viz.canvas import LINE, MARGIN, WIDTH, Canvas, new_canvas, note, text_width, write
from lessonlib.viz.carried import draw_carried
from lessonlib.viz.network_blocks import (
    Scale,
    draw_arrow,
    draw_label,
    draw_legend,
    draw_maps,
    draw_ruler,
    draw_units,
    legend_lines,
    shown_name,
)
from lessonlib.viz.network_cells import Cell, Table, cells_of
from lessonlib.viz.rows import break_rows
from lessonlib.viz.style import styled

ROOM = WIDTH - 2 * MARGIN
GAP = 14.0  # points: least space between layers
SHORT_GAP = 11.0  # the same between short labels
HEADING = 26.0  # points, for a network's name


class Band(NamedTuple):
    """One row of layers, each with the lines of its label; `heading` names a new network."""

    heading: str
    shown: list[tuple[Cell, list[str]]]
    height: float


@styled
def plot_network(
    table: Table,
    *,
    title: str | None = None,
    image: ArrayLike | None = None,
    maps: Mapping[str, ArrayLike] | None = None,
    wide: bool = False,
) -> Figure:
    """A network's layers, to scale: sides by pixels, depth of a stack by maps.

    Single units, and maps of one pixel, are columns of squares of one pixel. In stacks too dense
    to show every map, only some are drawn. Below each layer: its name, its size and its parameters.

    With `maps`, the network carries a picture: each stack shows the maps that were computed from
    it, units are squares coloured by their state (84 of them in 12 rows of 7, as the codes of
    LeNet-5 are read), and the winner among up to ten outputs is filled. Maps keep one scale::

        network = runs.network("lenet5-unembedded")
        states = viz.trace(network, test.images[3])
        viz.plot_network(layer_table(network), maps=states, title="...")

    Args:
        table: what `lessonlib.models.layer_table` gives.
        title: what the figure finds.
        image: (H, W) picture to show as the input, any range.
        maps: the states of `input` and of each layer, (C, H, W) or (C,), as `lessonlib.viz.trace`
            gives them.
        wide: one row in a figure 691 CSS px wide, for a page's whole column; only with `maps`.

    Raises:
        ValueError: an empty table, a shape that cannot be drawn, states that are missing or of
            another shape, or `wide` without `maps`.
    """
    if maps is not None:
        return draw_carried(cells_of(table), maps, title, wide)
    if wide:
        raise ValueError("wide=True needs maps; lessonlib.viz.trace(network, image) gives them")
    picture = None if image is None else as_array(image, "an image (H, W)", 2)
    return _draw({"": cells_of(table)}, title, picture)


@styled
def plot_networks(tables: Mapping[str, Table], *, title: str | None = None) -> Figure:
    """Several networks, one below the other, all on one scale.

    Args:
        tables: layer tables by the network's name, as it is to be written.
        title: what the figure finds.

    Raises:
        ValueError: no table, an empty one, or a shape that cannot be drawn.
    """
    if not tables:
        raise ValueError("expected at least one network {name: layer table}, got none")
    return _draw({name: cells_of(table) for name, table in tables.items()}, title, None)


def _draw(
    networks: Mapping[str, list[Cell]], title: str | None, picture: np.ndarray | None
) -> Figure:
    everything = [cell for cells in networks.values() for cell in cells]
    scale = _scale(everything, len(networks))
    bands = [band for name, cells in networks.items() for band in _bands(name, cells, scale)]
    legend = legend_lines(everything)
    below = 4 + len(legend) * (LINE + 2) + LINE * (1 if len(networks) == 1 else 2)
    canvas = new_canvas(sum(band.height for band in bands) + below, title)
    y = canvas.top
    for band in bands:
        _draw_band(canvas, band, y, scale, picture)
        y += band.height
    draw_legend(canvas, y, legend)
    y += 4 + len(legend) * (LINE + 2) + LINE / 2
    draw_ruler(canvas, y, scale)
    if len(networks) > 1:
        note(canvas, y + LINE, "6@28 is 6 maps of 28 by 28 pixels; 84 alone is 84 units")
    return canvas.figure


def _scale(cells: list[Cell], networks: int) -> Scale:
    """The largest side is a quarter of the figure's width, less for more than two networks."""
    room = max(0.4, min(1.0, 2 / networks))
    side = max(max(cell.height, cell.width) for cell in cells)
    deepest = max((cell.maps for cell in cells if not cell.column), default=1)
    return Scale(pixel=min(6.0, 104 * room / side), depth=min(2.4, 38 * room / deepest))


def _bands(name: str, cells: list[Cell], scale: Scale) -> list[Band]:
    labels = [_label(cell, short=bool(name)) for cell in cells]
    widths = [_width(cell, label, scale) for cell, label in zip(cells, labels, strict=True)]
    bands = []
    for row in break_rows(widths, ROOM, SHORT_GAP if name else GAP):
        shown = [(cells[i], labels[i]) for i in row]
        tallest = max(scale.block(cell)[1] for cell, _ in shown)
        bands.append(Band("", shown, tallest + 8 + len(shown[0][1]) * LINE + 14))
    if name:
        total = sum(cell.parameters or 0 for cell in cells)
        heading = f"{name}: {total:,} parameters"
        bands[0] = bands[0]._replace(heading=heading, height=bands[0].height + HEADING)
    else:
        _name_the_numbers(bands[0])
    return bands


def _label(cell: Cell, short: bool) -> list[str]:
    parameters = "" if cell.parameters is None else f"{cell.parameters:,}"
    return [shown_name(cell.name), cell.size(short), *([] if short else [parameters])]


def _name_the_numbers(band: Band) -> None:
    """Add the word to the first number of parameters; the others need none."""
    for cell, label in band.shown:
        if cell.parameters is not None:
            label[2] += " parameters"
            return


def _width(cell: Cell, label: list[str], scale: Scale) -> float:
    words = [text_width(label[0], weight="bold"), *map(text_width, label[1:])]
    return max(scale.block(cell)[0], *words)


def _draw_band(
    canvas: Canvas, band: Band, y: float, scale: Scale, picture: np.ndarray | None
) -> None:
    if band.heading:
        write(canvas, MARGIN, y + LINE / 2, band.heading, weight="bold")
        y += HEADING
    tallest = max(scale.block(cell)[1] for cell, _ in band.shown)
    middle = y + tallest / 2
    widths = [_width(cell, label, scale) for cell, label in band.shown]
    gap = min(90.0, (ROOM - sum(widths)) / max(1, len(widths) - 1))
    x, end = MARGIN, None
    for (cell, label), room in zip(band.shown, widths, strict=True):
        width, height = scale.block(cell)
        left, top = x + (room - width) / 2, middle - height / 2
        if cell.column:
            draw_units(canvas, cell, left, top, scale)
        else:
            draw_maps(canvas, cell, left, top, scale, picture)
        draw_label(canvas, x + room / 2, y + tallest + 8, label)
        if end is not None:
            draw_arrow(canvas, end + 4, left - 4, middle)
        x, end = x + room + gap, left + width
