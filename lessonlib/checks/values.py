"""Reading a learner's answer: what it is, in words, and as a number or a tensor."""

import math
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessonlib.checks.result import AnswerError

STILL_NONE = "`None` came: the answer is not filled in yet, or its cell was not run."
_KINDS = {list: "a list", tuple: "a tuple", set: "a set", dict: "a dictionary"}


def describe(value: Any) -> str:
    """What a value is, in a few words and without running any of its own code."""
    kind = type(value)
    if kind is int and value.bit_length() > 100:
        return "a whole number of more than 30 digits"
    if value is None or kind in (bool, int, float, complex):
        return f"`{value!r}`"
    if kind is str:
        return f"the text `{_short(value)}`"
    if kind in _KINDS:
        return f"{_KINDS[kind]} of length {len(value)}"
    if kind in (Tensor, torch.nn.Parameter):
        return f"a tensor of shape {tuple(value.shape)}"
    if kind is np.ndarray:
        return f"an array of shape {value.shape}"
    if callable(value):
        return "a class" if isinstance(value, type) else "a function"
    return f"an object of type `{kind.__name__}`"


def _short(text: str) -> str:
    text = " ".join(text.split()).replace("`", "'")
    return text if len(text) <= 40 else f"{text[:37]}..."


def number(value: Any) -> float:
    """The answer as a finite number; a tensor or array of one element is one too.

    Raises:
        AnswerError: something else came.
    """
    if value is None:
        raise AnswerError(STILL_NONE)
    came = describe(value)
    if isinstance(value, Tensor | np.ndarray) and math.prod(value.shape) == 1:
        value = value.item()
    if isinstance(value, str):
        raise AnswerError(f"Expected a number, got {came}: write it without quotes.")
    if isinstance(value, tuple):
        raise AnswerError(f"Expected one number, got {came}: write 1234 or 1_234, no comma.")
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise AnswerError(f"Expected a number, got {came}{_call_it(value)}.")
    try:
        plain = float(value)
    except OverflowError:
        plain = math.inf
    if not math.isfinite(plain):
        raise AnswerError(f"Expected a finite number, got {came}.")
    return plain


def whole_number(value: Any) -> int:
    """The answer as a whole number; 12.0 is one.

    Raises:
        AnswerError: something else came.
    """
    plain = number(value)
    if not plain.is_integer():
        raise AnswerError(f"Expected a whole number, got {describe(value)}.")
    return int(plain)


def tensor(value: Any) -> Tensor:
    """The answer as a float64 tensor on the CPU, from a tensor, an array or nested lists.

    Raises:
        AnswerError: something else came, or it holds NaN or infinity.
    """
    if value is None:
        raise AnswerError("It returned `None`: is there a `return`, and code above it?")
    try:
        if isinstance(value, Tensor):
            plain = value.detach().to("cpu", torch.float64)
        else:
            plain = torch.from_numpy(np.asarray(_plain_lists(value), dtype=np.float64))
    except (TypeError, ValueError, RuntimeError):
        raise AnswerError(
            f"It returned {describe(value)}; expected numbers, as a tensor or as nested lists "
            f"of equal lengths{_call_it(value)}."
        ) from None
    odd = int((~plain.isfinite()).sum())
    if odd:
        raise AnswerError(f"It returned NaN or infinity in {odd:,} of {plain.numel():,} places.")
    return plain


def _plain_lists(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain_lists(item) for item in value]
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else value


def _call_it(value: Any) -> str:
    return ": call it, and give what it returns" if isinstance(value, Callable) else ""
