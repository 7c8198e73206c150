"""A small table of numbers as shaded squares."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array, number
from lessonlib.viz.canvas import (
    FONT,
    LINE,
    MARGIN,
    WIDTH,
    Canvas,
    new_canvas,
    note,
    text_width,
    write,
)
from lessonlib.viz.style import LINE_COLORS, MUTED, styled, tint

STRONGEST = 0.45  # share of the colour in the darkest square, on which text is still read
TALLEST = 28.0  # points


@styled
def plot_matrix(
    values: ArrayLike,
    *,
    rows: Sequence[object],
    columns: Sequence[object],
    note_above: str | None = None,
    title: str | None = None,
    small_is_dark: bool = False,
) -> Figure:
    """A table of numbers, each on a square that is the darker the larger the number is.

    Args:
        values: (R, C), 0 or more.
        rows: R names.
        columns: C names.
        note_above: what the numbers are, above the table.
        title: what the figure finds.
        small_is_dark: shade small numbers instead, as for distances.

    Raises:
        ValueError: another shape, negative numbers, names that do not fit, or columns that are too
            many for their numbers to be read.
    """
    array = as_array(values, "values (R, C)", 2)
    if array.shape != (len(rows), len(columns)) or array.min() < 0:
        raise ValueError(
            f"expected numbers from 0 in {len(rows)} rows and {len(columns)} columns, as named, "
            f"got shape {array.shape} and a smallest number of {array.min():g}"
        )
    left = MARGIN + max(text_width(str(name)) for name in rows) + 8
    cell = (WIDTH - MARGIN - left) / len(columns)
    widest = max(text_width(number(value)) for value in array.ravel())
    if widest + 3 > cell:
        raise ValueError(
            f"expected columns wide enough for their numbers, got {len(columns)} of "
            f"{cell:.0f} points for {widest:.0f}; give fewer columns or shorter numbers"
        )
    height = min(TALLEST, cell)
    band = LINE + 4 if note_above else 0
    canvas = new_canvas(band + LINE + 2 + height * len(rows), title)
    if note_above:
        note(canvas, canvas.top + LINE / 2, note_above)
    top = canvas.top + band + LINE + 2
    _write_names(canvas, (left, top), (cell, height), rows, columns)
    _draw_squares(canvas, (left, top), (cell, height), array, small_is_dark)
    return canvas.figure


def _write_names(
    canvas: Canvas,
    corner: tuple[float, float],
    size: tuple[float, float],
    rows: Sequence[object],
    columns: Sequence[object],
) -> None:
    (left, top), (width, height) = corner, size
    for i, name in enumerate(rows):
        write(canvas, left - 8, top + (i + 0.5) * height, str(name), ha="right", color=MUTED)
    for j, name in enumerate(columns):
        write(canvas, left + (j + 0.5) * width, top - 9, str(name), ha="center", color=MUTED)


def _draw_squares(
    canvas: Canvas,
    corner: tuple[float, float],
    size: tuple[float, float],
    array: np.ndarray,
    small_is_dark: bool,
) -> None:
    (left, top), (width, height) = corner, size
    largest = array.max() or 1
    for (i, j), value in np.ndenumerate(array):
        share = 1 - value / largest if small_is_dark else value / largest
        x, y = left + j * width, top + i * height
        look = {"facecolor": tint(LINE_COLORS["blue"], STRONGEST * float(share)), "linewidth": 0}
        canvas.axes.add_patch(Rectangle((x + 0.5, y + 0.5), width - 1, height - 1, **look))
        write(canvas, x + width / 2, y + height / 2, number(float(value)), ha="center", size=FONT)
