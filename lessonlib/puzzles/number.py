"""The learner's own number, and what follows from it."""

import random
from typing import Any

import torch

LARGEST = 999_999_999


def own_number(value: Any) -> int:
    """The learner's number as an int.

    Raises:
        ValueError: not a whole number from 0 to 999,999,999.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise ValueError(
            f"expected your own number, a whole number from 0 to {LARGEST:,} such as "
            f"NUMBER = 4711, got {value!r}"
        )
    return value


def draws(number: int, purpose: str) -> random.Random:
    """Random numbers that follow from the learner's number and a purpose, on every machine."""
    return random.Random(f"{purpose}/{number}")


def tensor_draws(number: int, purpose: str) -> torch.Generator:
    """The same for tensors."""
    return torch.Generator().manual_seed(draws(number, purpose).getrandbits(62))
