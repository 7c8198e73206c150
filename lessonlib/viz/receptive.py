"""Receptive fields drawn on the input."""

from collections.abc import Mapping
from math import ceil

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from lessonlib.geometry import ReceptiveField
from lessonlib.viz.arrays import as_array, number
from lessonlib.viz.canvas import FONT
from lessonlib.viz.chart import legend_below, new_chart
from lessonlib.viz.names import Named, name_ends
from lessonlib.viz.network_blocks import shown_name
from lessonlib.viz.style import GROUND, INK, LINE_COLORS, LINE_STYLES, MARKERS, TEXT, styled


@styled
def plot_receptive_fields(
    image: ArrayLike,
    fields: Mapping[str, ReceptiveField],
    *,
    units: Mapping[str, tuple[int, int]] | None = None,
    title: str | None = None,
    cmap: str = INK,
) -> Figure:
    """What one unit of each layer sees, as a square on the picture.

    Args:
        image: (H, W) or (1, H, W), the network's input; any range.
        fields: layer's name -> its receptive field, in input pixels.
        units: layer's name -> (row, column) of the unit; a layer that is not named shows the unit
            whose field is nearest to the middle of the picture.
        title: what the figure finds.
        cmap: colours of the picture; the default shows large values dark, as ink is.

    Raises:
        ValueError: another shape, no field, or a unit of a layer that is not in `fields`.
    """
    picture, units = _picture(image), dict(units or {})
    _check_fields(fields, units)
    figure, panels = new_chart(3.4, title)
    axes, named = panels[0, 0], []
    _show(axes, picture, cmap)
    for i, (name, field) in enumerate(fields.items()):
        square = _square(name, field, units.get(name) or _middle_unit(field, picture.shape))
        square.set(edgecolor=_color(i))
        square.set(linestyle=LINE_STYLES[i % len(LINE_STYLES)], linewidth=2.6, clip_on=False)
        square.set_path_effects([patheffects.withStroke(linewidth=4.6, foreground=GROUND)])
        axes.add_patch(square)
        corner = square.get_x() + field.size, square.get_y()
        named.append(Named(axes, *corner, square.get_label(), _color(i)))
    if not name_ends(figure, named):
        legend_below(figure, grow=True)
    return figure


@styled
def plot_field_centres(
    image: ArrayLike,
    fields: Mapping[str, tuple[ReceptiveField, int]],
    *,
    box: int | None = 20,
    title: str | None = None,
    cmap: str = INK,
) -> Figure:
    """Where the receptive fields of a layer's units have their centres, on the picture.

    Args:
        image: (H, W) or (1, H, W), the network's input; any range.
        fields: layer's name -> (its receptive field, units per row of a map).
        box: side, in pixels, of a square drawn in the middle: the box that digits fit in; None
            draws none.
        title: what the figure finds.
        cmap: colours of the picture; the default shows large values dark, as ink is.

    Raises:
        ValueError: another shape, no field, or a count below 1.
    """
    picture = _picture(image)
    _check_fields(fields, {})
    columns = min(2, len(fields))
    rows = -(-len(fields) // columns)
    figure, grid = new_chart(rows * (2.65 if columns == 2 else 3.6), title, rows, columns)
    panels = iter(grid.flat)
    for i, (name, (field, count)) in enumerate(fields.items()):
        axes = next(panels)
        _show(axes, picture, cmap, faint=True)
        if box is not None:
            _draw_box(axes, picture.shape, box)
        (dots,) = _draw_centres(axes, name, field, count, "\n" if columns == 2 else " ")
        axes.set_ylabel("row (px)" if i % columns == 0 else "")
        dots.set(color=_color(i), marker=MARKERS[i % len(MARKERS)])
    for axes in panels:
        axes.set_visible(False)
    return figure


def _color(i: int) -> str:
    return list(LINE_COLORS.values())[i % len(LINE_COLORS)]


def _square(name: str, field: ReceptiveField, unit: tuple[int, int]) -> Rectangle:
    """The field of a unit at (row, column); pixel centres are whole numbers."""
    left, top = (field.start + field.jump * index - field.size / 2 for index in reversed(unit))
    label = f"{shown_name(name)}: {field.size}×{field.size} px"
    return Rectangle((left, top), field.size, field.size, fill=False, label=label)


def _draw_centres(
    axes: Axes, name: str, field: ReceptiveField, count: int, space: str
) -> list[Line2D]:
    if count < 1:
        raise ValueError(f"layer {name!r}: expected at least 1 unit in a row, got {count}")
    centres = field.centres(count)
    text = f"{shown_name(name)}: centres{space}{number(centres[0])} to {number(centres[-1])} px"
    axes.set_title(text, size=FONT, weight="normal")
    x, y = np.meshgrid(centres, centres)
    return axes.plot(x.ravel(), y.ravel(), linestyle="none", label=name, markersize=4.5)


def _picture(image: ArrayLike) -> np.ndarray:
    array = as_array(image, "an image (H, W) or (1, H, W)", (2, 3))
    if array.ndim == 3 and len(array) != 1:
        raise ValueError(f"expected an image (H, W) or (1, H, W), got shape {array.shape}")
    return array.reshape(array.shape[-2:])


def _check_fields(fields: Mapping[str, object], units: Mapping[str, object]) -> None:
    if not fields:
        raise ValueError("expected at least one field {layer: field}, got none")
    strangers = sorted(set(units) - set(fields))
    if strangers:
        raise ValueError(f"units of {strangers} have no field; there are fields of {list(fields)}")


def _middle_unit(field: ReceptiveField, shape: tuple[int, ...]) -> tuple[int, int]:
    """(row, column) of the unit whose field is nearest to the middle of the picture."""
    row, column = (max(0, ceil(((n - 1) / 2 - field.start) / field.jump - 0.5)) for n in shape)
    return row, column


def _show(axes: Axes, picture: np.ndarray, cmap: str, faint: bool = False) -> None:
    low, high = float(picture.min()), float(picture.max())
    pale = Normalize(low, low + ((high - low) or 1) / (0.35 if faint else 0.5))
    axes.imshow(picture, cmap=cmap, norm=pale)
    axes.set(xlabel="column (px)", ylabel="row (px)")
    axes.grid(False)


def _draw_box(axes: Axes, shape: tuple[int, ...], box: int) -> None:
    corner = [(n - 1) / 2 - box / 2 for n in reversed(shape)]  # pixel centres are whole numbers
    square = Rectangle(corner, box, box, fill=False, label="box")
    square.set(edgecolor=TEXT, linestyle="--", linewidth=1.6)
    axes.add_patch(square)
