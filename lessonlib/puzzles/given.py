"""What a learner gives to a box, as numbers."""

from typing import Any

import torch
from torch import Tensor


def as_numbers(given: Any) -> Tensor:
    """The numbers in float64, on the CPU, without a graph; (0,) if it is no array of numbers."""
    try:
        return torch.as_tensor(given).detach().to("cpu", torch.float64)
    except (TypeError, ValueError, RuntimeError):
        return torch.empty(0)


def what_came(numbers: Tensor) -> str:
    """Words for what `as_numbers` found, after which a box says what it takes."""
    return f"a shape of {tuple(numbers.shape)}" if numbers.numel() else "no numbers"
