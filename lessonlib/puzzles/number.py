"""The learner's own number, and what follows from it."""

import random
from typing import Any

from lessonlib.data.streams import stream_seed

BOUND = 2**63


def own_number(value: Any) -> int:
    """The learner's number as an int.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < BOUND:
        raise ValueError(
            f"your number has to be a whole number from 0 on, such as NUMBER = 4711, got {value!r}"
        )
    return value


def draws(number: int, purpose: str) -> random.Random:
    """Python's random numbers for one purpose; they follow from the learner's number."""
    return random.Random(stream_seed(number, purpose))
