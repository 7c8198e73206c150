"""Rows are broken as trying all cuts would break them."""

import random
from itertools import combinations, pairwise

import pytest

from lessonlib.viz.rows import break_rows


def by_trying_all(widths, room, gap):
    """The rows as `break_rows` states them, found by looking at every way to cut."""
    count = len(widths)
    for rows in range(1, count):
        fitting = []
        for cuts in combinations(range(1, count), rows - 1):
            parts = [range(*ends) for ends in pairwise((0, *cuts, count))]
            longest = max(sum(widths[i] for i in part) + gap * (len(part) - 1) for part in parts)
            if longest <= room:
                lengths = [len(part) for part in parts]
                fitting.append((max(lengths), longest, -lengths[0], parts))
        if fitting:
            return min(fitting, key=lambda fit: fit[:3])[3]
    return [range(i, i + 1) for i in range(count)]


@pytest.mark.parametrize(
    ("widths", "rows"),
    [
        ([100] * 8, [4, 4]),
        ([100] * 5, [3, 2]),
        ([500], [1]),
        ([50] * 3, [3]),
        ([], []),
        ([100, 500, 100], [1, 1, 1]),  # the second fits nowhere
    ],
)
def test_rows_are_few_and_even(widths, rows):
    assert [len(part) for part in break_rows(widths, 408, 2)] == rows


def test_the_rows_are_those_of_trying_all():
    numbers = random.Random(0)
    for case in range(600):
        count = numbers.randint(0, 10)
        kind = numbers.choice((lambda: numbers.uniform(5, 250), lambda: numbers.choice((40, 60))))
        widths = [kind() for _ in range(count)]
        gap = numbers.choice((0, 11.0, 14.0))
        assert break_rows(widths, 408, gap) == by_trying_all(widths, 408, gap), (case, widths, gap)


def test_two_hundred_things_are_broken():
    """Trying all cuts would take so long that pytest would stop the test."""
    numbers = random.Random(1)
    widths = [numbers.uniform(30, 90) for _ in range(200)]
    rows = break_rows(widths, 408, 14)
    assert [i for row in rows for i in row] == list(range(200))
    assert max(sum(widths[i] for i in row) + 14 * (len(row) - 1) for row in rows) <= 408
