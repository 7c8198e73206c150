"""What a drawing of a network shows: which layers, and how large."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import Protocol

from lessonlib.viz.style import LINE_COLORS


class Row(Protocol):
    """What is read of a row of `lessonlib.models.layer_table`."""

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int


class Table(Protocol):
    """What is read of a `lessonlib.models.LayerTable`: rows in order, and the input's shape."""

    input_shape: tuple[int, int, int]

    def __iter__(self) -> Iterable[Row]: ...


# Family of a layer, by a part of its class's name; the first that fits.
FAMILIES = (
    ("input", "input", "#80868C"),
    ("rbf", "RBF units", LINE_COLORS["purple"]),
    ("subsample", "subsampling", LINE_COLORS["orange"]),
    ("pool", "pooling", LINE_COLORS["orange"]),
    ("conv", "convolution", LINE_COLORS["blue"]),
    ("linear", "fully connected", LINE_COLORS["green"]),
    ("", "other", LINE_COLORS["vermillion"]),
)


@dataclass(frozen=True)
class Cell:
    """One layer of a drawing.

    Attributes:
        name: the text below it.
        family: kind of layer, as in the legend.
        color: the family's colour.
        maps: number of maps, or of units.
        height: height of a map, in pixels; 1 for units.
        width: width of a map, in pixels; 1 for units.
        parameters: trainable numbers; None for the input.
        column: units in one column of the drawing; 0 for maps.
    """

    name: str
    family: str
    color: str
    maps: int
    height: int
    width: int
    parameters: int | None
    column: int = 0

    @property
    def columns(self) -> int:
        """Columns of units."""
        return ceil(self.maps / self.column)

    def size(self, short: bool) -> str:
        """`6@28×28` for maps and `84 units` for units; `6@28` and `84` in short."""
        if self.column:
            return f"{self.maps:,}" + ("" if short else " units")
        if short and self.height == self.width:
            return f"{self.maps}@{self.height}"
        return f"{self.maps}@{self.height}×{self.width}"


def cells_of(table: Table) -> list[Cell]:
    """The input and the layers of a table, as they are drawn.

    A layer that neither holds connections nor changes the number of values (normalisation,
    activation, dropout, flattening) is not drawn, nor is a parameter that belongs to no layer;
    their parameters are added to the layer before.

    Raises:
        ValueError: no rows, or a shape that is neither (maps, height, width) nor (units,).
    """
    rows = list(table)
    if not rows:
        raise ValueError("expected a layer table with at least one row, got none")
    cells = [_cell("input", "input", table.input_shape, None)]
    for row in rows:
        if row.kind == "Parameter" or _keeps_the_values(row, cells[-1]):
            total = (cells[-1].parameters or 0) + row.parameters
            cells[-1] = replace(cells[-1], parameters=total or None)
        else:
            cells.append(_cell(row.name, row.kind, tuple(row.shape), row.parameters))
    tallest = max(cell.height for cell in cells)
    return [_stack_units(cell, tallest) if cell.height == 1 else cell for cell in cells]


def family_of(kind: str) -> tuple[str, str]:
    """Family and colour of a layer's class, such as `Conv2d`."""
    _, family, color = next(f for f in FAMILIES if f[0] in kind.lower())
    return family, color


def _cell(name: str, kind: str, shape: tuple[int, ...], parameters: int | None) -> Cell:
    if len(shape) not in (1, 3) or min(shape) < 1:
        raise ValueError(
            f"layer {name!r}: expected a shape (maps, height, width) or (units,), got {shape}"
        )
    family, color = family_of(kind)
    maps, height, width = shape if len(shape) == 3 else (*shape, 1, 1)
    return Cell(name, family, color, maps, height, width, parameters)


def _keeps_the_values(row: Row, last: Cell) -> bool:
    """Whether a layer is in no family and puts out as many values as the layer before."""
    cell = _cell(row.name, row.kind, tuple(row.shape), row.parameters)
    values = cell.maps * cell.height * cell.width
    return cell.family == "other" and values == last.maps * last.height * last.width


def _stack_units(cell: Cell, tallest: int) -> Cell:
    if cell.width > 1:
        return cell
    columns = ceil(cell.maps / tallest)
    return replace(cell, column=ceil(cell.maps / columns))
