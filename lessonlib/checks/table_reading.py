"""Reading a table of connections, whatever a learner writes it as."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessonlib.checks.reading import NO_RETURN, describe
from lessonlib.checks.result import AnswerError

MARKS = {"X": 1.0, "x": 1.0, ".": 0.0}


def as_matrix(columns: Sequence[set[int]], maps: int) -> Tensor:
    """(maps, columns), 1 where a column reads a map."""
    rows = [[float(row in column) for column in columns] for row in range(maps)]
    return torch.tensor(rows, dtype=torch.float64)


def as_strings(matrix: Tensor) -> list[str]:
    """The table as the course writes it: one string per input map."""
    return ["".join(".X"[int(mark)] for mark in row) for row in matrix.tolist()]


def read_table(value: Any) -> Tensor:
    """A learner's table as a matrix of 0 and 1, (rows, columns).

    Read are strings of X and ., one text of several lines, and 0 and 1, also as truth values.

    Raises:
        AnswerError: it is something else.
    """
    if value is None:
        raise AnswerError(NO_RETURN)
    given = value
    if isinstance(value, Tensor | np.ndarray):
        value = value.tolist()
    if type(value) is str:
        value = value.split()
    rows = [_marks(row) for row in value] if type(value) in (list, tuple) else []
    if not rows or None in rows or len({len(row) for row in rows}) != 1:
        raise AnswerError(
            f"Your function returns {describe(given)}. A table has one string of `X` and `.` per "
            f'input map, all of one length, such as `["X.X", "XX.", ".XX"]`.'
        )
    return torch.tensor(rows, dtype=torch.float64)


def _marks(row: Any) -> list[float] | None:
    """One row as 0 and 1; None where it holds anything else."""
    if type(row) is str:
        row = list(row.replace(" ", ""))
    if type(row) not in (list, tuple) or not row:
        return None
    marks = [MARKS.get(mark) if type(mark) is str else _number(mark) for mark in row]
    return None if None in marks else marks


def _number(mark: Any) -> float | None:
    return float(mark) if type(mark) in (bool, int, float) and mark in (0, 1) else None
