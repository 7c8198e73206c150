"""Feature maps: what layers compute from a picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array, limits_of
from lessonlib.viz.canvas import new_canvas
from lessonlib.viz.network_blocks import shown_name
from lessonlib.viz.style import SEQUENTIAL, styled
from lessonlib.viz.tiles import BAR, ROOM, Grid, caption, color_bar, place, plan

UNITS = 60  # at most, per row


@styled
def plot_maps(
    maps: ArrayLike,
    *,
    title: str | None = None,
    columns: int | None = None,
    limits: tuple[float, float] | None = None,
    cmap: str = SEQUENTIAL,
    label: str = "value",
) -> Figure:
    """The maps of one layer in a grid, numbered, all with the same limits.

    Args:
        maps: (C, H, W), or (1, C, H, W) for one picture of a batch; any range.
        title: what the figure finds.
        columns: maps per row; None is as many as are readable.
        limits: values at the ends of the colour scale; None is the least and largest of all maps.
        cmap: the colours' name.
        label: label of the colour bar, with its unit.

    Raises:
        ValueError: another shape, more than one picture, NaN or infinity.
    """
    array = _maps(maps, "maps")
    if array.ndim == 1:
        raise ValueError(f"expected maps (C, H, W), got shape {array.shape}; use plot_activations")
    options = {"cmap": cmap, "norm": Normalize(*limits_of([array], limits))}
    grid = plan(len(array), array.shape[1:], columns=columns, above=1, gap=8)
    canvas = new_canvas(grid.total_height + 14 + BAR, title)
    place(canvas, grid, canvas.top, array, **options)
    caption(canvas, grid, canvas.top, [str(i) for i in range(len(array))], above=True)
    color_bar(canvas, canvas.top + grid.total_height + 14, label=label, **options)
    return canvas.figure


@styled
def plot_activations(
    layers: Mapping[str, ArrayLike],
    *,
    title: str | None = None,
    limits: tuple[float, float] | None = None,
    cmap: str = SEQUENTIAL,
) -> Figure:
    """The maps or units of several layers, one below the other, for one picture.

    Each layer has its own colour bar, the same for all its maps, unless limits are given.

    Args:
        layers: layer's name -> (C, H, W), (1, C, H, W), (C,) or (1, C); any range.
        title: what the figure finds.
        limits: values at the ends of every layer's colour scale; None is each layer's own least
            and largest.
        cmap: the colours' name.

    Raises:
        ValueError: no layer, another shape, more than one picture, NaN or infinity.
    """
    if not layers:
        raise ValueError("expected at least one layer {name: maps}, got none")
    bands = [_band(name, _maps(values, name), limits) for name, values in layers.items()]
    canvas = new_canvas(sum(band.height for band in bands), title)
    y = canvas.top
    for band in bands:
        color_bar(canvas, y, label=band.heading, norm=band.norm, cmap=cmap)
        place(canvas, band.grid, y + BAR + 2, band.panes, norm=band.norm, cmap=cmap)
        y += band.height
    return canvas.figure


@dataclass(frozen=True)
class _Band:
    """One layer of `plot_activations`: what is written above it, and its panes."""

    heading: str
    norm: Normalize
    panes: np.ndarray
    grid: Grid

    @property
    def height(self) -> float:
        return BAR + 2 + self.grid.total_height + 16


def _band(name: str, array: np.ndarray, limits: tuple[float, float] | None) -> _Band:
    norm = Normalize(*limits_of([array], limits))
    count = len(array)
    if array.ndim == 3:
        rows = 1 if count <= 8 else 2 if count <= 32 else 4
        columns = min(ceil(count / rows), 24)
        grid = plan(count, array.shape[1:], columns=columns, largest=60, gap=4 if count < 33 else 2)
        noun = "map" if count == 1 else "maps"
        heading = f"{shown_name(name)}: {count} {noun} of {array.shape[1]}×{array.shape[2]}"
        return _Band(heading, norm, array, grid)
    columns = ceil(count / ceil(count / UNITS))
    rows = ceil(count / columns)
    strip = np.full(rows * columns, np.nan)
    strip[:count] = array
    side = min(16.0, ROOM / columns)
    grid = Grid(1, 1, columns * side, rows * side, 0)
    heading = f"{shown_name(name)}: {count:,} units"
    return _Band(heading, norm, strip.reshape(1, rows, columns), grid)


def _maps(values: ArrayLike, what: str) -> np.ndarray:
    """(C, H, W), or (C,) for units and maps of one pixel."""
    expected = f"{what}: (C, H, W) or (C,) of one picture"
    array = as_array(values, expected, (1, 2, 3, 4))
    if array.ndim in (2, 4):
        if len(array) != 1:
            raise ValueError(f"expected {expected}, got {array.shape}; take one, such as maps[0]")
        array = array[0]
    is_vector = array.size == max(array.shape)  # (C, 1, 1), or (1, 1, C) with units last
    return array.reshape(-1) if is_vector else array
