"""Random tables of connections, to compare the paper's with."""

import torch

from lessonlib.data.streams import stream

ROWS, COLUMNS, PAIRS = 6, 16, 60  # of table I


def random_table(seed: int) -> tuple[str, ...]:
    """A table with as many pairs as table I, drawn at random, as `OtherTable` takes it.

    Every table of 6 rows, 16 columns and 60 pairs of which no column is empty is equally likely:
    the 96 places are shuffled by the stream (seed, "table") and the first 60 are taken, until each
    column has one. So a map of C3 reads one to six maps of S2, where table I gives it three, four
    or all six.

    Args:
        seed: 0 <= seed < 2^31.
    """
    draw = stream(seed, "table")
    while True:
        marked = torch.zeros(ROWS * COLUMNS, dtype=torch.bool)
        marked[torch.randperm(ROWS * COLUMNS, generator=draw)[:PAIRS]] = True
        table = marked.view(ROWS, COLUMNS)
        if table.any(0).all():
            return tuple("".join("X" if mark else "." for mark in row) for row in table.tolist())
