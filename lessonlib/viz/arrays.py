"""Arrays as the figures need them: in NumPy and checked, without changing the caller's own."""

import numpy as np
from numpy.typing import ArrayLike


def as_array(values: ArrayLike, what: str, ndim: int | tuple[int, ...]) -> np.ndarray:
    """A tensor, array or list as a NumPy array.

    Args:
        values: numbers; tensors may need gradients or be on any device.
        what: the name for error messages, with the shape expected.
        ndim: the number, or numbers, of dimensions allowed.

    Raises:
        ValueError: the array has another number of dimensions, is empty, or is not all finite.
    """
    if hasattr(values, "detach"):  # a tensor; bfloat16 has no NumPy type
        values = values.detach().cpu()
        values = values.float() if values.is_floating_point() else values
    array = np.asarray(values)
    if array.dtype == bool:
        array = array.astype(np.uint8)
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    if array.ndim not in allowed or array.size == 0:
        raise ValueError(f"expected {what}, got shape {array.shape}")
    if not np.issubdtype(array.dtype, np.number) or not np.isfinite(array).all():
        raise ValueError(
            f"expected {what} of finite numbers, got {array.dtype} with "
            "NaN, infinity or no numbers in it; draw the finite part"
        )
    return array


def limits_of(arrays: list[np.ndarray], limits: tuple[float, float] | None) -> tuple[float, float]:
    """The limits shared by all arrays: those given, 0 to 255 for uint8, else least to largest.

    Raises:
        ValueError: the lower limit is not below the upper.
    """
    if limits is not None:
        low, high = limits
        if not low < high:
            raise ValueError(f"expected limits (low, high) with low < high, got {limits}")
        return float(low), float(high)
    if all(array.dtype == np.uint8 for array in arrays):
        return 0.0, 255.0
    low = float(min(array.min() for array in arrays))
    high = float(max(array.max() for array in arrays))
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def number(value: float) -> str:
    """A number short enough for a figure: 60,000, 1.72, -0.1 or 3e-05."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "\u2212")
    return f"{value:.3g}".replace("-", "\u2212")


def compact(value: float) -> str:
    """A number short enough for a tick: 500, 10 k, 2.5 M."""
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e4, " k")):
        if abs(value) >= size:
            unit = 1e3 if letter == " k" else size
            return f"{value / unit:g}{letter}".replace("-", "\u2212")
    return number(value)
