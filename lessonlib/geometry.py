"""Sizes and receptive fields of convolutions: arithmetic, no tensors."""

from collections.abc import Iterable
from typing import NamedTuple


def out_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Side, in pixels, of a convolution's output (windows wholly inside the padded input).

    Args:
        size: side of the input, in pixels.
        kernel: side of the window, in pixels.
        stride: step between neighbouring windows, in pixels.
        padding: pixels added on each side.

    Raises:
        ValueError: the kernel is larger than the padded input, or a number is out of range.
    """
    _check_window(kernel, stride, padding)
    padded = size + 2 * padding
    if padded < kernel:
        raise ValueError(
            f"kernel {kernel} is larger than the padded input "
            f"({size} + 2*{padding} = {padded} px); lower the kernel or raise the padding"
        )
    return (padded - kernel) // stride + 1


class ReceptiveField(NamedTuple):
    """The part of the input that one unit of a layer sees.

    Pixel centres are the integers 0, 1, 2, ..., so the first pixel's middle is at 0.

    Attributes:
        size: side of the field, in input pixels.
        jump: distance between the fields of neighbouring units, in input pixels.
        start: centre of the first unit's field, in input pixels.
    """

    size: int
    jump: int
    start: float

    def centres(self, count: int) -> list[float]:
        """Centres of the fields of `count` units in a row, in input pixels."""
        return [self.start + self.jump * i for i in range(count)]


def receptive_field(
    windows: Iterable[tuple[int, int] | tuple[int, int, int]],
) -> ReceptiveField:
    """Receptive field of a unit on top of a stack of windows.

    Args:
        windows: (kernel, stride) or (kernel, stride, padding) of each layer, first layer first,
            all in pixels. Subsampling by 2 is the window (2, 2).

    Raises:
        ValueError: a kernel or stride below 1, or a negative padding.
    """
    size, jump, start = 1, 1, 0.0
    for kernel, stride, *rest in windows:
        padding = rest[0] if rest else 0
        _check_window(kernel, stride, padding)
        size += (kernel - 1) * jump
        start += ((kernel - 1) / 2 - padding) * jump
        jump *= stride
    return ReceptiveField(size, jump, start)


def _check_window(kernel: int, stride: int, padding: int) -> None:
    if kernel < 1 or stride < 1 or padding < 0:
        raise ValueError(
            f"expected kernel >= 1, stride >= 1 and padding >= 0, "
            f"got kernel {kernel}, stride {stride}, padding {padding}"
        )
