"""Plain copies of what learners make: numbers, texts, lists and tensors, nothing with code.

An object of a learner's own class may raise, sleep or lie when it is looked at. So everything is
copied once, by its type alone, into Python's own types, tensors and arrays; what fits none of
these becomes a `Thing`, which says in words what it was.
"""

import decimal
import fractions
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

MOST_VALUES = 1_000_000  # numbers of one tensor, and entries of one list with all lists in it
MOST_BITS = 400  # of a whole number, about 120 digits
MOST_TEXT = 1_000  # characters
DEEPEST = 20  # lists within lists
TENSOR_TYPES = (
    *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
    *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
    *(torch.complex64, torch.complex128),
)


@dataclass(frozen=True)
class Thing:
    """What no number, text, list or tensor is: in words, such as "a function"."""

    words: str
    is_callable: bool = False


def plain(value: Any) -> Any:
    """A copy made of None, bool, int, float, complex, str, list, tuple, dict, tensors and arrays.

    Tensors come to the CPU, dense and without a graph, with their type. Decimals and fractions
    become floats. What cannot be copied becomes a `Thing`.
    """
    return _Copier().copy(value, 0)


class _Copier:
    """Copies one value; counts the entries of its lists."""

    def __init__(self) -> None:
        self.left = MOST_VALUES

    def copy(self, value: Any, depth: int) -> Any:
        """A plain copy of the value, which is this many lists deep."""
        kind = type(value)
        if value is None or kind in (bool, float, complex):
            return value
        for base, make in _KINDS:
            if issubclass(kind, base):
                return _tried(make, value, kind)
        if issubclass(kind, list | tuple | dict):
            return _tried(lambda value: self._entries(value, kind, depth), value, kind)
        return _thing(value, kind)

    def _entries(self, value: Any, kind: type, depth: int) -> Any:
        length = len(value)
        base = next(base for base in (list, tuple, dict) if issubclass(kind, base))
        self.left -= length
        if self.left < 0 or depth >= DEEPEST:
            return Thing(f"a {_NAMES[base]} that is too long or too deep to read")
        if base is dict:
            return {self.copy(k, depth + 1): self.copy(v, depth + 1) for k, v in value.items()}
        return base([self.copy(item, depth + 1) for item in base.__iter__(value)])


_NAMES = {list: "list", tuple: "tuple", dict: "dictionary"}


def _tried(make: Callable[[Any], Any], value: Any, kind: type) -> Any:
    try:
        return make(value)
    except Exception:  # a class of the learner's own, or a tensor without values
        return _thing(value, kind)


def _thing(value: Any, kind: type) -> Thing:
    if issubclass(kind, type):
        return Thing("a class", is_callable=True)
    if issubclass(kind, Tensor):
        return Thing("a tensor whose values cannot be read")
    is_callable = callable(value)
    words = "a function" if kind.__name__ in _FUNCTIONS else f"an object of type `{kind.__name__}`"
    return Thing(words, is_callable)


_FUNCTIONS = ("function", "builtin_function_or_method", "method", "partial")


def _whole(value: int) -> int | Thing:
    number = int.__int__(value)
    is_short = number.bit_length() <= MOST_BITS
    return number if is_short else Thing("a whole number of more than 100 digits")


def _tensor(value: Tensor) -> Tensor | Thing:
    if value.numel() > MOST_VALUES:
        return Thing(f"a tensor of {value.numel():,} numbers")
    with torch.no_grad():
        dense = value.detach().to_dense() if value.layout != torch.strided else value.detach()
        dense = dense.dequantize() if dense.is_quantized else dense
        dense = dense if dense.dtype in TENSOR_TYPES else dense.to(torch.float64)
        return dense.to("cpu", copy=True).as_subclass(Tensor).resolve_conj().resolve_neg()


def _array(value: np.ndarray) -> Any:
    if value.size > MOST_VALUES:
        return Thing(f"an array of {value.size:,} numbers")
    if value.dtype.kind == "O":
        return plain(value.tolist())
    if value.dtype.kind not in _ARRAY_TYPES:
        return Thing("an array without numbers")
    is_half_or_single = value.dtype.kind == "f" and value.dtype.itemsize < 8
    dtype = value.dtype.newbyteorder("=") if is_half_or_single else _ARRAY_TYPES[value.dtype.kind]
    return np.array(value, dtype=dtype)


_ARRAY_TYPES = {"b": np.bool_, "i": np.int64, "u": np.float64, "f": np.float64, "c": np.complex128}


_KINDS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (np.bool_, bool),
    (np.integer, int),
    (np.floating, float),
    (np.complexfloating, complex),
    (int, _whole),
    (float, float.__float__),
    (decimal.Decimal, float),
    (fractions.Fraction, float),
    (str, lambda value: str.__str__(value)[:MOST_TEXT]),
    (bytes, lambda value: Thing(f"bytes of length {len(value)}")),
    (set, lambda value: Thing(f"a set of length {len(value)}")),
    (Tensor, _tensor),
    (np.ndarray, _array),
)
