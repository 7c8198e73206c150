"""A connection table to touch: point at a map, and see which maps it reads and what that costs."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from traitlets import Any as AnyTrait
from traitlets import Dict, List, Unicode, validate

from lessonlib.layers import C3_TABLE
from lessonlib.viz.canvas import FONT, MARGIN, WIDTH, wrap
from lessonlib.viz.connected_maps import layout, maps_of, plot_connected_maps
from lessonlib.viz.connections import read_table
from lessonlib.widgets.base import Interactive, module_source
from lessonlib.widgets.values import frozen, whole

MOST = (12, 32)  # input maps, output maps
KERNELS = (1, 15)  # side, in pixels
SIDES = (1, 99)  # of an output map, in units
STEPS = 100  # of a state, as it is kept for a page


def _maps_to_json(maps: np.ndarray | None, _: object) -> list | None:
    """Rows of hundredths as whole numbers, which are short."""
    return None if maps is None else np.rint(STEPS * maps).astype(int).tolist()


class TableExplorer(Interactive):
    """The maps of two layers and a table that says which reads which; one map's lines are drawn.

    What the reader points at can be read, and set, in the next cell: `chosen`, a layer's name and
    a map's number, such as `("C3", 9)`.

    Args:
        table: one string per input map, with `X` or `.` per output map, as `C3_TABLE`: up to
            12 input maps and 32 output maps, each of which reads at least one.
        inputs: (rows of the table, H, W) states of the input maps; None draws empty squares.
        outputs: (columns of the table, H, W) states of the output maps.
        names: of the two layers, inputs first.
        kernel_size: side of a kernel, in pixels.
        side: of an output map, in units.
        chosen: layer and map whose lines are drawn.

    Raises:
        ValueError: another shape, type or range; the message says what was given.
    """

    module: ClassVar[str] = "table"
    drawn: ClassVar[tuple[str, ...]] = (
        "table", "inputs", "outputs", "names", "kernel_size", "side", "chosen", "places",
    )  # fmt: skip
    _esm = module_source("table")

    table = List(Unicode()).tag(sync=True)
    inputs = AnyTrait(None, allow_none=True).tag(sync=True, to_json=_maps_to_json)
    outputs = AnyTrait(None, allow_none=True).tag(sync=True, to_json=_maps_to_json)
    names = List(Unicode()).tag(sync=True)
    kernel_size = AnyTrait(5).tag(sync=True)
    side = AnyTrait(10).tag(sync=True)
    chosen = AnyTrait().tag(sync=True, to_json=lambda chosen, _: list(chosen))
    places = Dict().tag(sync=True)

    def __init__(
        self,
        table: Sequence[str] = C3_TABLE,
        inputs: ArrayLike | None = None,
        outputs: ArrayLike | None = None,
        *,
        names: tuple[str, str] = ("S2", "C3"),
        kernel_size: int = 5,
        side: int = 10,
        chosen: tuple[str, int] | None = None,
    ) -> None:
        rows, names = _table(table), _names(names)
        chosen = (names[1], 0) if chosen is None else chosen
        super().__init__(
            table=rows,
            inputs=_states(inputs, len(rows), "inputs"),
            outputs=_states(outputs, len(rows[0]), "outputs"),
            names=names,
            kernel_size=whole("kernel_size", kernel_size, *KERNELS),
            side=whole("side", side, *SIDES),
            chosen=_chosen(chosen, names, rows),
            places=layout(rows)._asdict(),
        )

    @property
    def reads(self) -> list[list[int]]:
        """The input maps of each output map."""
        return read_table(self.table)

    @property
    def partners(self) -> list[int]:
        """The maps of the other layer that are connected with the chosen one."""
        layer, number = self.chosen
        if layer == self.names[1]:
            return self.reads[number]
        return [j for j, maps in enumerate(self.reads) if number in maps]

    def sentences(self) -> list[str]:
        """What is written below: the chosen map, what it costs, and the whole layer."""
        weights, units = self.kernel_size**2, self.side**2
        pairs, maps = sum(map(len, self.reads)), len(self.reads)
        total = pairs * weights + maps
        every = (
            f"All of {self.names[1]}: {pairs} of {len(self.table) * maps} pairs. "
            f"{pairs} × {weights} + {maps} = {total:,} parameters, "
            f"{total * units:,} connections."
        )
        return [*self._of_the_chosen(weights, units), every]

    def _of_the_chosen(self, weights: int, units: int) -> list[str]:
        (layer, number), found = self.chosen, self.partners
        count, listed = len(found), ", ".join(map(str, found))
        if layer == self.names[1]:
            own = count * weights + 1
            return [
                f"Map {number} of {layer} reads {_maps(count)} of {self.names[0]}: {listed}.",
                f"{count} × {weights} + 1 = {own:,} parameters, used at {units} places: "
                f"{own * units:,} connections.",
            ]
        return [
            f"Map {number} of {layer} is read by {_maps(count)} of {self.names[1]}"
            + (f": {listed}." if found else "."),
            f"{count} kernels of {weights} weights: {count * weights:,} weights.",
        ]

    def still(self) -> Figure:
        """The maps, the chosen one's lines, and the sentences."""
        layer, number = self.chosen
        which = "reader" if layer == self.names[1] else "read"
        first, *rest = self.sentences()
        room = WIDTH - 2 * MARGIN
        lines = [part for text in rest for part in wrap(text, room, size=FONT, weight="normal")]
        return plot_connected_maps(
            self.table,
            self.inputs,
            self.outputs,
            names=tuple(self.names),
            notes=lines,
            title=first.removesuffix("."),
            **{which: number},
        )

    def describe(self) -> str:
        """The same in a few sentences."""
        inputs, outputs = self.names
        return (
            f"The {len(self.table)} maps of {inputs} in a row, the {len(self.table[0])} maps of "
            f"{outputs} above and below, and lines to those that are connected with one of them. "
            + " ".join(self.sentences())
        )

    def __repr__(self) -> str:
        pairs = sum(map(len, self.reads))
        return (
            f"TableExplorer({pairs} of {len(self.table) * len(self.table[0])} pairs, "
            f"chosen={tuple(self.chosen)})"
        )

    @validate("chosen")
    def _check(self, proposal: Any) -> tuple[str, int]:
        return _chosen(proposal.value, self.names, self.table)


def _maps(count: int) -> str:
    return "1 map" if count == 1 else f"{count} maps"


def _table(table: Sequence[str]) -> list[str]:
    """The rows, checked."""
    reads = read_table(table)
    if len(table) > MOST[0] or not 2 <= len(reads) <= MOST[1]:
        raise ValueError(
            f"expected up to {MOST[0]} rows and 2 to {MOST[1]} columns, got {len(table)} rows "
            f"and {len(reads)} columns"
        )
    if empty := [j for j, maps in enumerate(reads) if not maps]:
        raise ValueError(f"output map {empty[0]} reads no input map; give its column an X")
    return [str(row) for row in table]


def _names(names: Sequence[str]) -> list[str]:
    if len(names) != 2 or len(set(names)) != 2:
        raise ValueError(f"expected two different names of layers, got {names}")
    return [str(name) for name in names]


def _chosen(chosen: Any, names: Sequence[str], table: Sequence[str]) -> tuple[str, int]:
    """A layer's name and the number of one of its maps."""
    counts = dict(zip(names, (len(table), len(table[0])), strict=True))
    try:
        layer, number = chosen
        known = counts[layer]
    except (TypeError, ValueError, KeyError) as error:
        raise ValueError(
            f"expected a layer of {list(counts)} and a map, such as ({names[1]!r}, 0), "
            f"got {chosen!r}"
        ) from error
    return layer, whole(f"map of {layer}", number, 0, known - 1)


def _states(values: ArrayLike | None, count: int, what: str) -> np.ndarray | None:
    maps = maps_of(values, count, what)
    return None if maps is None else frozen(maps)
