"""A convolution that reads only the maps its table names."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers.initialization import uniform_fan_in_

# Table I of LeCun et al. 1998: row = map of S2, column = map of C3, X = connected.
C3_TABLE = (
    "X...XXX..XXXX.XX",
    "XX...XXX..XXXX.X",
    "XXX...XXX..X.XXX",
    ".XXX..XXXX..X.XX",
    "..XXX..XXXX.XX.X",
    "...XXX..XXXX.XXX",
)


class TableConv2d(nn.Module):
    """Convolution between the pairs of maps marked in a table: LeCun et al. 1998, table I.

    (N, rows, H, W) -> (N, columns, H - k + 1, W - k + 1), stride 1, no padding. Holds one k x k
    kernel for each X, in the order of the columns, and one bias per column, and nothing else:
    `weight` is (pairs, k, k), `bias` (columns,). Initial values are U(-2.4/F, 2.4/F), F being the
    number of inputs of that column's units (appendix A). For the biases this is our choice.

    Args:
        table: one string per input map, with one character (`X` or `.`) per output map.
        kernel_size: side k of the kernels, in pixels.

    Raises:
        ValueError: the table is ragged, empty, holds other characters, or has an output map
            that reads nothing.
    """

    def __init__(self, table: Sequence[str], kernel_size: int) -> None:
        super().__init__()
        _check_table(table)
        self.table = tuple(table)
        self.kernel_size = kernel_size
        self.in_maps, self.out_maps = len(table), len(table[0])
        pairs = sum(row.count("X") for row in table)
        self.weight = nn.Parameter(torch.empty(pairs, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.empty(self.out_maps))
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Draw the initial weights, each output map by its own number of inputs."""
        self._find_places()
        first = 0
        for column, reads in enumerate(zip(*self.table, strict=True)):
            count = reads.count("X")
            fan_in = count * self.kernel_size**2
            uniform_fan_in_(self.weight[first : first + count], fan_in)
            if self.bias is not None:
                uniform_fan_in_(self.bias[column], fan_in)
            first += count

    def _find_places(self) -> None:
        """Note where each kernel lies in the dense one: column * rows + row, by columns."""
        pairs = product(range(self.out_maps), range(self.in_maps))
        places = [c * self.in_maps + r for c, r in pairs if self.table[r][c] == "X"]
        device = self.weight.device
        self.register_buffer("places", torch.tensor(places, device=device), persistent=False)

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:
        """Load, and find the places again: a layer built on the device "meta" has none yet."""
        super()._load_from_state_dict(*args, **kwargs)
        self._find_places()

    def dense_weight(self) -> Tensor:
        """The kernels as (columns, rows, k, k), zero where the table has no X."""
        k = self.kernel_size
        dense = self.weight.new_zeros(self.out_maps * self.in_maps, k, k)
        dense = dense.index_copy(0, self.places, self.weight)
        return dense.view(self.out_maps, self.in_maps, k, k)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, rows, H, W) -> (N, columns, H - k + 1, W - k + 1)."""
        return F.conv2d(maps, self.dense_weight(), self.bias)

    def extra_repr(self) -> str:
        """What `print` shows between the brackets."""
        return (
            f"{self.in_maps}, {self.out_maps}, kernel_size={self.kernel_size}, "
            f"pairs={len(self.places)} of {self.in_maps * self.out_maps}"
        )


def _check_table(table: Sequence[str]) -> None:
    if isinstance(table, str) or not table or not table[0]:
        raise ValueError(f"expected a non-empty sequence of strings of X and ., got {table!r}")
    for number, row in enumerate(table):
        if len(row) != len(table[0]):
            raise ValueError(
                f"expected rows that are equally long, but row {number} has {len(row)} columns "
                f"and row 0 has {len(table[0])} (rows and columns are counted from 0)"
            )
        strange = sorted(set(row) - set("X."))
        if strange:
            raise ValueError(
                f"a table holds only X (connected) and . (not), got {strange} in row {number}, "
                f"column {row.index(strange[0])} (counted from 0)"
            )
    for column in range(len(table[0])):
        if all(row[column] == "." for row in table):
            raise ValueError(
                f"output map {column} reads no input map; give its column at least one X"
            )
