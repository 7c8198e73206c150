"""Reading an answer's plain copy: what it is, in words, and as a number or a tensor."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessonlib.checks.plain import Thing, plain
from lessonlib.checks.result import AnswerError

STILL_NONE = "Your answer is still `None`: fill it in, and run its cell before this one."
NO_RETURN = "Your function returns `None`: is it still the template, or is a `return` missing?"
COMMA = "A comma at the end of a line makes a tuple of one: take the comma away."
_NAMES = {list: "a list", tuple: "a tuple", dict: "a dictionary"}


def describe(value: Any) -> str:
    """What a plain value is, in a few words."""
    kind = type(value)
    if kind is Thing:
        return value.words
    if value is None or kind in (bool, int, float, complex):
        return f"`{value!r}`"
    if kind is str:
        return f"the text `{_short(repr(value))}`"
    if kind is Tensor:
        return f"a tensor of shape {tuple(value.shape)}{_odd_type(value.dtype)}"
    if kind is np.ndarray:
        return f"an array of shape {value.shape}{_odd_type(value.dtype)}"
    return f"{_NAMES[kind]} of length {len(value)}"


def _odd_type(dtype: Any) -> str:
    name = str(dtype).removeprefix("torch.")
    return f" of {name}" if name.startswith(("complex", "bool")) else ""


def _short(text: str) -> str:
    text = " ".join(text.split()).replace("`", "'")
    return text if len(text) <= 40 else f"{text[:36]}...'"


def refuse_comma(value: Any) -> None:
    """Refuse a tuple of one.

    Raises:
        AnswerError: it is one.
    """
    if type(value) is tuple and len(value) == 1:
        raise AnswerError(f"You gave a tuple of one. {COMMA}")


def number(value: Any) -> float:
    """A finite number: Python's or NumPy's, a decimal, a tensor or an array of one element.

    A list or a tuple of one is none, and neither is a text, a truth value or a complex number.

    Raises:
        AnswerError: it is something else.
    """
    if value is None:
        raise AnswerError(STILL_NONE)
    refuse_comma(value)
    given = value
    if isinstance(value, Tensor | np.ndarray) and math.prod(value.shape) == 1:
        value = plain(value.reshape(-1)[0].item())
    if type(value) not in (int, float):
        raise AnswerError(f"Give a number. You gave {describe(given)}{_what_to_do(value)}.")
    try:
        as_float = float(value)
    except OverflowError:
        as_float = math.inf
    if not math.isfinite(as_float):
        raise AnswerError(f"Give a finite number. You gave {describe(given)}.")
    return as_float


def _what_to_do(value: Any) -> str:
    if type(value) is str:
        return ": write it without quotes"
    if type(value) is tuple:
        return ": write 1234 or 1_234, without a comma"
    if type(value) is list and len(value) == 1:
        return ": write the number without brackets"
    return _call_it(value)


def _call_it(value: Any) -> str:
    is_callable = type(value) is Thing and value.is_callable
    return ": call it, and give what it returns" if is_callable else ""


def whole_number(value: Any) -> int:
    """A whole number; 12.0 is one.

    Raises:
        AnswerError: it is something else.
    """
    read = number(value)
    if not read.is_integer():
        raise AnswerError(f"Give a whole number. You gave {describe(value)}.")
    return int(read)


def text(value: Any) -> str:
    """A text in small letters, without blanks around it.

    Raises:
        AnswerError: it is something else.
    """
    if value is None:
        raise AnswerError(STILL_NONE)
    refuse_comma(value)
    if type(value) is not str:
        raise AnswerError(f"Give a text in quotes. You gave {describe(value)}{_call_it(value)}.")
    return value.strip().lower()


def items(value: Any, count: int, example: str) -> list[Any]:
    """The entries of a list, a tuple, or a tensor or array with one dimension.

    Args:
        value: what was given.
        count: how many there have to be.
        example: how to write them, such as "`(10, 20)`".

    Raises:
        AnswerError: it is something else.
    """
    if value is None:
        raise AnswerError(STILL_NONE)
    given = describe(value)
    if isinstance(value, Tensor | np.ndarray) and value.ndim == 1:
        value = value.tolist()
    if type(value) in (list, tuple) and len(value) == count:
        return list(value)
    refuse_comma(value)
    raise AnswerError(f"Give {count} values, such as {example}. You gave {given}.")


def as_tensor(value: Any) -> Tensor:
    """Real numbers as a float64 tensor: from a number, a tensor, an array, or lists of these.

    Raises:
        AnswerError: it is something else, or holds NaN or infinity.
    """
    if value is None:
        raise AnswerError(NO_RETURN)
    if type(value) is tuple and len(value) == 1:
        raise AnswerError(f"Your function returns a tuple of one. {COMMA}")
    read = _stacked(value)
    if read is None:
        raise AnswerError(
            f"Your function returns {describe(value)}. It should return numbers: a tensor, or "
            f"lists of equal lengths{_call_it(value)}."
        )
    odd = int((~read.isfinite()).sum())
    if odd:
        raise AnswerError(
            f"Your function returns NaN or infinity in {odd:,} of {read.numel():,} places."
        )
    return read


def as_scalar(value: Any) -> Tensor:
    """One finite number as a float64 tensor without dimensions, by the same rules as `number`.

    Raises:
        AnswerError: it is something else.
    """
    read = as_tensor(value)
    if type(value) in (list, tuple) or read.numel() != 1:
        raise AnswerError(
            f"Your function returns {describe(value)}. It should return one number, without "
            f"brackets."
        )
    return read.reshape(())


def _stacked(value: Any) -> Tensor | None:
    """The value as one tensor; None where it holds anything but real numbers, or is ragged."""
    kind = type(value)
    if kind in (int, float):
        return torch.tensor(float(value), dtype=torch.float64, device="cpu")
    if kind is np.ndarray:
        value, kind = torch.from_numpy(np.ascontiguousarray(value)).reshape(value.shape), Tensor
    if kind is Tensor:
        is_real = not value.is_complex() and value.dtype != torch.bool
        return value.to(torch.float64) if is_real else None
    if kind not in (list, tuple):
        return None
    if value and all(type(item) in (int, float) for item in value):
        return torch.tensor([float(n) for n in value], dtype=torch.float64, device="cpu")
    parts = [_stacked(item) for item in value]
    if any(part is None for part in parts) or len({part.shape for part in parts}) > 1:
        return None
    return torch.stack(parts) if parts else torch.zeros(0, dtype=torch.float64, device="cpu")


def grain(value: Any) -> float:
    """How coarse the answer's own numbers are: the largest of the types' relative steps."""
    if type(value) in (list, tuple):
        return max(map(grain, value), default=0.0)
    if type(value) is np.ndarray and value.dtype.kind == "f":
        return float(np.finfo(value.dtype).eps)
    is_float = type(value) is Tensor and value.dtype.is_floating_point
    return torch.finfo(value.dtype).eps if is_float else 0.0
