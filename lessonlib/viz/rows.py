"""Breaking a line of things side by side into rows that fit."""

from bisect import bisect_left
from collections.abc import Sequence
from math import inf


def break_rows(widths: Sequence[float], room: float, gap: float) -> list[range]:
    """Indices of the things, row by row: as few rows as fit, and as even as possible.

    Of all ways with the fewest rows, the one whose fullest row holds the fewest things is taken;
    of those, the one whose widest row is the narrowest; of those, the one with the most things in
    the first row. If one thing alone is wider than a row, each gets a row of its own.

    Args:
        widths: widths of the things, in points, 0 or more.
        room: width of a row, in points.
        gap: least space between neighbours, in points, 0 or more.
    """
    fitting = [_fitting(widths, start, room, gap) for start in range(len(widths))]
    if not all(fitting):
        return [range(i, i + 1) for i in range(len(widths))]
    rows = _rows_from(fitting, len(widths), inf)[0]

    def enough(most: int, widest: float = inf) -> bool:
        return _rows_from(fitting, most, widest)[0] == rows

    most = 1 + bisect_left(range(1, len(widths)), True, key=enough)
    sums = sorted({width for row in fitting for width in row})
    widest = sums[bisect_left(sums, True, key=lambda width: enough(most, width))] if sums else inf
    return _cut(fitting, most, widest)


def _fitting(widths: Sequence[float], start: int, room: float, gap: float) -> list[float]:
    """Widths of the rows that begin at `start` and fit: of one thing, of two, and so on."""
    found: list[float] = []
    for end in range(start + 1, len(widths) + 1):
        width = sum(widths[start:end]) + gap * (end - start - 1)
        if width > room:
            break
        found.append(width)
    return found


def _longest(fitting: Sequence[float], most: int, widest: float) -> int:
    """How many things a row can hold: at most `most`, and no wider than `widest`."""
    return sum(width <= widest for width in fitting[:most])


def _rows_from(fitting: Sequence[Sequence[float]], most: int, widest: float) -> list[float]:
    """How many rows the things from each one on need; infinity if they cannot be broken."""
    needed: list[float] = [0.0] * (len(fitting) + 1)
    for start in reversed(range(len(fitting))):
        length = _longest(fitting[start], most, widest)
        needed[start] = 1 + needed[start + length] if length else inf
    return needed


def _cut(fitting: Sequence[Sequence[float]], most: int, widest: float) -> list[range]:
    """The rows: the first as long as it can be, each later one as short as the rows left allow."""
    needed = _rows_from(fitting, most, widest)
    rows, start = [], 0
    for left in reversed(range(int(needed[0]))):
        end = start + (1 if rows else _longest(fitting[0], most, widest))
        while needed[end] > left:
            end += 1
        rows.append(range(start, end))
        start = end
    return rows
