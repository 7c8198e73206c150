"""The drawn parts of a network: stacks of maps, columns of units, labels, legend and ruler."""

import re
from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from lessonlib.viz.canvas import LINE, MARGIN, WIDTH, Canvas, text_width, write
from lessonlib.viz.network_cells import Cell
from lessonlib.viz.rows import break_rows
from lessonlib.viz.style import GROUND, INK, MUTED, TEXT

SHEET = 2.0  # points: least space between two sheets of a stack that are both drawn
KEY = 15.0  # points: a legend's square and the space before its name


class Scale(NamedTuple):
    """One scale for a whole figure.

    Attributes:
        pixel: points per pixel; a unit is a square of one pixel.
        depth: points to the right, and half as many up, from one map of a stack to the next.
    """

    pixel: float
    depth: float

    def block(self, cell: Cell) -> tuple[float, float]:
        """Width and height of a drawn layer, in points."""
        if cell.column:
            return cell.columns * self.pixel, cell.column * self.pixel
        depth = (cell.maps - 1) * self.depth
        return cell.width * self.pixel + depth, cell.height * self.pixel + depth / 2


def draw_maps(
    canvas: Canvas, cell: Cell, x: float, y: float, scale: Scale, picture: np.ndarray | None
) -> None:
    """Maps as sheets, first in front, inside the block whose upper left corner is (x, y)."""
    width, height = cell.width * scale.pixel, cell.height * scale.pixel
    front = y + scale.block(cell)[1] - height
    step = max(1, ceil(SHEET / scale.depth)) if scale.depth else 1
    shown = sorted({*range(0, cell.maps, step), cell.maps - 1}, reverse=True)
    for i in shown:
        left, top = x + i * scale.depth, front - i * scale.depth / 2
        sheet = Rectangle((left, top), width, height, facecolor=cell.color, edgecolor=GROUND)
        sheet.set(linewidth=0.7, label=f"{cell.name} map {i}")
        canvas.axes.add_patch(sheet)
    if picture is not None and cell.family == "input":
        extent = (x, x + width, front + height, front)
        canvas.axes.imshow(picture, cmap=INK, extent=extent, aspect="auto", zorder=2)


def draw_units(canvas: Canvas, cell: Cell, x: float, y: float, scale: Scale) -> None:
    """Units as squares of one pixel in columns, from the upper left corner (x, y) down."""
    side = scale.pixel
    counts = [min(cell.column, cell.maps - i * cell.column) for i in range(cell.columns)]
    right, last = x + cell.columns * side, x + (cell.columns - 1) * side
    low, lower = y + counts[-1] * side, y + cell.column * side
    corners = [(x, y), (right, y), (right, low), (last, low), (last, lower), (x, lower)]
    if cell.columns == 1:
        corners = [(x, y), (right, y), (right, lower), (x, lower)]
    block = Polygon(corners, facecolor=cell.color, edgecolor=cell.color, zorder=2)
    block.set(linewidth=0.5, label=f"{cell.name} units")
    canvas.axes.add_patch(block)
    if side > 2:  # otherwise lines would hide the squares
        lines = [[(x + i * side, y), (x + i * side, y + n * side)] for i, n in enumerate(counts)]
        for i, count in enumerate(counts):
            heights = [y + j * side for j in range(1, count)]
            lines += [[(x + i * side, h), (x + (i + 1) * side, h)] for h in heights]
        grid = LineCollection(lines[1:], colors=[GROUND], linewidths=0.6, zorder=2.1)
        canvas.axes.add_collection(grid, autolim=False)


def draw_label(canvas: Canvas, x: float, y: float, lines: list[str]) -> None:
    """Lines of text centred on x, from y down: the first bold, the third muted."""
    styles = ({"weight": "bold"}, {}, {"color": MUTED})
    for i, (line, style) in enumerate(zip(lines, styles, strict=False)):
        write(canvas, x, y + (i + 0.5) * LINE, line, ha="center", **style)


def draw_arrow(canvas: Canvas, start: float, stop: float, y: float) -> None:
    """An arrow from one layer to the next; none if there is no room."""
    if stop - start < 9:
        return
    arrow = FancyArrowPatch((start, y), (stop, y), arrowstyle="-|>", shrinkA=0, shrinkB=0)
    arrow.set(color=MUTED, linewidth=1.0, mutation_scale=9)
    canvas.axes.add_patch(arrow)


def legend_lines(cells: Iterable[Cell]) -> list[list[tuple[str, Cell]]]:
    """The families' names with one of their cells, in lines that fit the figure's width."""
    families: dict[str, dict[str, Cell]] = {}  # color -> family -> cell
    for cell in cells:
        if cell.family != "input":
            families.setdefault(cell.color, {})[cell.family] = cell
    keys = [(" or ".join(group), *group.values())[:2] for group in families.values()]
    widths = [KEY + text_width(name) for name, _ in keys]
    return [[keys[i] for i in row] for row in break_rows(widths, WIDTH - 2 * MARGIN, 16)]


def draw_legend(canvas: Canvas, y: float, lines: list[list[tuple[str, Cell]]]) -> None:
    """Squares in the families' colours with their names, from y down."""
    for i, line in enumerate(lines):
        x, middle = MARGIN, y + (i + 0.5) * (LINE + 2)
        for name, cell in line:
            key = Rectangle((x, middle - 5), 10, 10, facecolor=cell.color)
            key.set(linewidth=0, label=f"key {name}")
            canvas.axes.add_patch(key)
            write(canvas, x + KEY, middle, name)
            x += KEY + text_width(name) + 16


def draw_ruler(canvas: Canvas, y: float, scale: Scale) -> None:
    """A bar of a round number of pixels, and what is to scale, in one line at height y."""
    pixels = max(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500) if n * scale.pixel <= 66 or n == 1)
    length = pixels * scale.pixel
    ends = [MARGIN, MARGIN + length]
    (ruler,) = canvas.axes.plot(ends, [y, y], color=TEXT, linestyle="-", label=f"ruler {pixels} px")
    ruler.set(linewidth=1.6, marker="|", markersize=8, markeredgewidth=1.6)
    words = f"{pixels} px, the same for all; a unit is 1 px, in columns"
    write(canvas, MARGIN + length + 10, y, words)


def shown_name(name: str) -> str:
    """The paper's capitals for `c1`, `s2`, `f6`; other names as they are."""
    return name.upper() if re.fullmatch(r"[csfh]\d+", name) else name
