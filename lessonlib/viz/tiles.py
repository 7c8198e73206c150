"""Small pictures side by side, with words above and below."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage

from lessonlib.viz.arrays import number
from lessonlib.viz.canvas import LINE, MARGIN, WIDTH, Canvas, text_width, write
from lessonlib.viz.style import MUTED

ROOM = WIDTH - 2 * MARGIN
BAR = 12.0 + 8 + LINE  # points: a colour bar, a space, its numbers
BAR_WIDTH = 136.0


@dataclass(frozen=True)
class Grid:
    """Where equal panes go.

    Attributes:
        count: number of panes.
        columns: panes per row.
        width: width of a pane, in points.
        height: height of a pane, in points.
        gap: space between panes, in points.
        above: lines of text above each pane.
        below: lines of text below each pane.
        left: x of the grid's left edge, in points.
        room: width for a pane and its words, in points; the pane is in the middle. 0 is its width.
    """

    count: int
    columns: int
    width: float
    height: float
    gap: float
    above: int = 0
    below: int = 0
    left: float = MARGIN
    room: float = 0.0

    @property
    def row_height(self) -> float:
        """Distance from the top of one row to the top of the next, in points."""
        return self.height + (self.above + self.below) * LINE + self.gap

    @property
    def total_height(self) -> float:
        """Height of all rows, in points."""
        return ceil(self.count / self.columns) * self.row_height - self.gap

    def corner(self, i: int) -> tuple[float, float]:
        """Upper left corner of pane i: x, and how far below the grid's top, in points."""
        row, column = divmod(i, self.columns)
        room = max(self.room, self.width)
        x = self.left + column * (room + self.gap) + (room - self.width) / 2
        return x, row * self.row_height + self.above * LINE


def plan(
    count: int,
    shape: tuple[int, int],
    *,
    columns: int | None = None,
    least: float = 36.0,
    largest: float = 96.0,
    gap: float = 6.0,
    above: int = 0,
    below: int = 0,
) -> Grid:
    """A grid of panes that fits the figure's width.

    Args:
        count: number of panes.
        shape: height and width of a pane, in pixels; a pane keeps their ratio.
        columns: panes per row; None is as many as fit at `least`, in even rows.
        least: least room for a pane and its words, in points, if `columns` is None.
        largest: largest width of a pane, in points.
        gap: space between panes, in points.
        above: lines of text above each pane.
        below: lines of text below each pane.

    Raises:
        ValueError: `columns` is below 1.
    """
    if columns is None:
        most = max(1, int((ROOM + gap) // (least + gap)))
        columns = ceil(count / ceil(count / most))
    if columns < 1:
        raise ValueError(f"expected columns >= 1, got {columns}")
    room = min(max(largest, least), (ROOM - gap * (columns - 1)) / columns)
    width = min(largest, room)
    height = width * shape[0] / shape[1]
    return Grid(count, columns, width, height, gap, above, below, room=room)


def place(
    canvas: Canvas, grid: Grid, y: float, panes: Sequence[np.ndarray], **options: object
) -> list[AxesImage]:
    """Draw panes (H, W) or (H, W, 3) from y down; `options` (cmap, norm) go to imshow."""
    drawn = []
    for i, pane in enumerate(panes):
        left, down = grid.corner(i)
        top = y + down
        extent = (left, left + grid.width, top + grid.height, top)
        drawn.append(canvas.axes.imshow(pane, extent=extent, aspect="auto", **options))
    return drawn


def caption(canvas: Canvas, grid: Grid, y: float, texts: Sequence[str], *, above: bool) -> None:
    """Write a text above or below each pane, centred, cut where it is wider than its pane."""
    for i, text in enumerate(texts):
        left, down = grid.corner(i)
        middle = y + down + (-LINE / 2 if above else grid.height + LINE / 2)
        shown = shorten(text, max(grid.room, grid.width) + grid.gap - 2)
        write(canvas, left + grid.width / 2, middle, shown, ha="center")


def shorten(text: str, width: float) -> str:
    """Text cut to `width` points, with an ellipsis in place of what was cut."""
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text + "…"


def color_bar(canvas: Canvas, y: float, norm: Normalize, cmap: str, label: str) -> None:
    """A colour bar from y down with its least and largest value and 0; takes `BAR` points."""
    low, high = float(norm.vmin), float(norm.vmax)
    right = WIDTH - MARGIN - text_width(number(high)) / 2
    left = right - BAR_WIDTH
    shades = np.linspace(low, high, 64)[None]
    extent = (left, right, y + 12, y)
    canvas.axes.imshow(shades, extent=extent, aspect="auto", cmap=cmap, norm=norm, label="key")
    zero = -low / (high - low)
    for share in (0, zero, 1) if 0.3 < zero < 0.7 else (0, 1):
        x, value = left + share * BAR_WIDTH, low + share * (high - low)
        canvas.axes.plot([x, x], [y + 12, y + 15], color=MUTED, linewidth=0.8, marker="")
        write(canvas, x, y + 16 + LINE / 2, number(value), ha="center")
    write(canvas, MARGIN, y + 6, shorten(label, left - MARGIN - 10))
