"""Another table of connections."""

from dataclasses import dataclass

from torch import nn

from lessonlib.layers import TableConv2d
from lessonlib.models.ablations.ablation import child, put

FULL_TABLE = ("X" * 16,) * 6
"""For `OtherTable`: every map of C3 reads all six of S2."""


@dataclass(frozen=True)
class OtherTable:
    """Another table of connections for `c3`, such as a full one: `("X" * 16,) * 6`.

    Attributes:
        table: as `TableConv2d` takes it: one string of `X` and `.` per input map.
    """

    table: tuple[str, ...]

    def __post_init__(self) -> None:
        """Keep a list of strings as a tuple."""
        if isinstance(self.table, list):
            object.__setattr__(self, "table", tuple(self.table))

    def apply(self, model: nn.Module) -> None:
        """Give `c3` this table and weights drawn for it.

        Raises:
            ValueError: no child `c3` that follows a table, or a table of another size.
        """
        old = child(self, model, "c3", TableConv2d)
        new = TableConv2d(self.table, old.kernel_size)
        for what, found, wanted in (
            ("row", new.in_maps, old.in_maps),
            ("column", new.out_maps, old.out_maps),
        ):
            if found != wanted:
                first, state = min(found, wanted), "missing" if found < wanted else "one too many"
                raise ValueError(
                    f"expected a table of {old.in_maps} rows and {old.out_maps} columns, as c3 of "
                    f"{type(model).__name__} has, got {new.in_maps} and {new.out_maps}: {what} "
                    f"{first} is {state} (counted from 0)"
                )
        put(model, {"c3": new})
