"""A learner's function, with what its calls do besides returning."""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


class Watched:
    """A learner's function that keeps what its calls raise, and whether they change their inputs.

    Attributes:
        raised: for each call, what it raised, or None.
        has_changed: True where a call left one of its inputs changed.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__wrapped__ = function  # whose signature and lines of code are reported
        self.__code__ = getattr(function, "__code__", None)
        self.raised: list[Exception | None] = []
        self.has_changed = False

    def __call__(self, *inputs: Any) -> Any:
        """Call the function."""
        before = copy.deepcopy(inputs)
        self.raised.append(None)
        try:
            return self.__wrapped__(*inputs)
        except Exception as error:
            self.raised[-1] = error
            raise
        finally:
            self.has_changed |= not all(map(_is_same, before, inputs))


def _is_same(before: Any, after: Any) -> bool:
    return torch.equal(before, after) if isinstance(before, Tensor) else before == after
