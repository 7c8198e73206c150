"""Layers with the states that they have for one picture, and how large they are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array
from lessonlib.viz.canvas import text_width
from lessonlib.viz.network_blocks import shown_name
from lessonlib.viz.network_cells import Cell

PITCH = 13.0  # points from one output unit to the next
STACKED = 8  # up to so many maps are drawn one behind the other; more are drawn side by side
SPACE = 2.0  # points between those


@dataclass(frozen=True)
class Carried:
    """One layer with its states.

    Attributes:
        name: the text below it, in bold.
        size: the text below the name.
        states: (C, H, W) of maps, (C,) of units.
        last: whether it is the output, whose units are named and the winner marked.
    """

    name: str
    size: str
    states: np.ndarray
    last: bool


@dataclass(frozen=True)
class Measures:
    """How large things are drawn.

    Attributes:
        pixel: points per pixel of a map.
        unit: points per side of a unit.
        run: points to the right, and a little more up, from the first map of a stack to the last.
        rise: the points upwards, at most.
    """

    pixel: float
    unit: float
    run: float
    rise: float

    def places(self, layer: Carried) -> np.ndarray:
        """(C, 2) lower left corners of the maps, in points right of and above the first."""
        i, (_, height, width) = np.arange(len(layer.states)), layer.states.shape
        if len(i) <= STACKED:
            steps = max(1, len(i) - 1)
            return np.stack([i * min(9.0, self.run / steps), i * min(9.0, self.rise / steps)], 1)
        columns = ceil(sqrt(len(i)))
        right, up = width * self.pixel + SPACE, height * self.pixel + SPACE
        rows = ceil(len(i) / columns)
        return np.stack([i % columns * right, (rows - 1 - i // columns) * up], 1)

    def block(self, layer: Carried) -> tuple[float, float]:
        """Width and height of a drawn layer, in points."""
        if layer.last:
            return 16.0 + PITCH, len(layer.states) * PITCH
        if layer.states.ndim == 1:
            rows, columns = arrangement(len(layer.states))
            return columns * self.unit, rows * self.unit
        _, height, width = layer.states.shape
        right, up = self.places(layer).max(axis=0)
        return width * self.pixel + right, height * self.pixel + up

    def room(self, layer: Carried) -> float:
        """Width of a layer with what is written below it, in points."""
        words = text_width(layer.name, weight="bold"), text_width(layer.size)
        return max(self.block(layer)[0], *words)


def carried_layer(cell: Cell, maps: Mapping[str, ArrayLike], last: bool, wide: bool) -> Carried:
    """A layer with its states.

    Raises:
        ValueError: its states are missing or of another shape.
    """
    if cell.name not in maps:
        raise ValueError(
            f"layer {cell.name!r} has no states in maps, which has {list(maps)}; "
            "lessonlib.viz.trace(network, image) gives all"
        )
    states = as_array(maps[cell.name], f"{cell.name}: (C, H, W) or (C,) of one picture", (1, 2, 3))
    shape = (cell.maps, cell.height, cell.width)
    if states.size != np.prod(shape):
        raise ValueError(f"layer {cell.name!r}: expected states {shape}, got {states.shape}")
    states = states.reshape(-1) if cell.column else states.reshape(shape)
    is_output = last and states.ndim == 1 and len(states) <= 10
    return Carried(shown_name(cell.name), cell.size(short=wide), states, is_output)


def arrangement(count: int) -> tuple[int, int]:
    """Rows and columns that units are laid out in, row by row: 12 by 7 for 84, as F6 is read.

    Of all grids without a gap it is the one nearest to the shape of a letter, if that is near
    enough; else the one nearest to a square.
    """
    whole = [(count // n, n) for n in range(1, count + 1) if count % n == 0]
    rows, columns = min(whole, key=lambda pair: abs(np.log(pair[0] / pair[1] / 1.75)))
    if rows > 5 * columns or columns > 3 * rows:
        columns = ceil(sqrt(count))
        rows = ceil(count / columns)
    return rows, columns
