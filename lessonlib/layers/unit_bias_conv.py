"""The convolution of 1989: shared kernels, but a bias for each unit."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.geometry import out_size
from lessonlib.layers.table_conv import TableConv2d
from lessonlib.layers.tracing import is_traced


class UnitBiasConv2d(TableConv2d):
    """Shared kernels between the pairs of maps in a table, and one bias per unit.

    (N, rows, S, S) -> (N, columns, side, side). So were the first two layers of LeCun et al. 1989:
    all units of a map share their kernels, but each has a bias of its own. `weight` is
    (pairs, k, k), as in `TableConv2d`, and `bias` (columns, side, side). Windows that reach past
    the edge read a constant background there. Initial values are U(-2.4/F, 2.4/F) with F inputs per
    unit, also for the biases.

    Args:
        table: one string per input map, with one character (`X` or `.`) per output map.
        kernel_size: side k of the kernels, in pixels.
        input_size: side S of the input maps, in pixels; the layer reads no other.
        stride: pixels between two windows.
        padding: pixels of background on each side.
        background: the value of the background.

    Raises:
        ValueError: a table that `TableConv2d` refuses, or a kernel larger than the padded input.
    """

    def __init__(
        self,
        table: Sequence[str],
        kernel_size: int,
        input_size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        background: float = 0.0,
    ) -> None:
        super().__init__(table, kernel_size)
        side = out_size(input_size, kernel_size, stride, padding)
        self.input_size, self.stride, self.padding = input_size, stride, padding
        self.background = background
        self.bias = nn.Parameter(torch.empty(self.out_maps, side, side))
        self.reset_parameters()

    def forward(self, maps: Tensor) -> Tensor:
        """(N, rows, S, S) -> (N, columns, side, side).

        Raises:
            ValueError: other maps than the layer was made for.
        """
        expected = (self.in_maps, self.input_size, self.input_size)
        if not is_traced(maps) and (maps.ndim != 4 or tuple(maps.shape[1:]) != expected):
            raise ValueError(
                f"expected maps (N, {self.in_maps}, {self.input_size}, {self.input_size}), got "
                f"{tuple(maps.shape)}; each unit has a bias of its own, so they fit one size only"
            )
        framed = F.pad(maps, (self.padding,) * 4, value=self.background)
        return F.conv2d(framed, self.dense_weight(), stride=self.stride) + self.bias

    def extra_repr(self) -> str:
        """What `print` shows between the brackets."""
        return (
            f"{super().extra_repr()}, input_size={self.input_size}, stride={self.stride}, "
            f"padding={self.padding} of {self.background:g}"
        )
