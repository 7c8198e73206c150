"""Checks of what an interactive is given, or a notebook sets later."""

import operator

import numpy as np


def frozen(array: np.ndarray) -> np.ndarray:
    """A copy without write access: changed in place, it would not reach the screen."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def whole(name: str, value: object, least: int, most: int) -> int:
    """A whole number from `least` to `most`.

    Raises:
        ValueError: another number or type; the message has the name and what was given.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or not least <= number <= most:
        raise ValueError(f"expected {name} to be a whole number {least} to {most}, got {value!r}")
    return number
