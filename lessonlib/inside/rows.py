"""Reading a row of digits from the scores of one pass: which places hold a digit, and which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from torch import Tensor, nn

from lessonlib.data.rows import Row
from lessonlib.models import slide, window_centre

THRESHOLDS = (5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0)
APART = (2, 3, 4, 5, 6)


class Reading(NamedTuple):
    """One digit that was read.

    Attributes:
        label: which digit.
        centre: middle of its window, in pixels from the left.
        penalty: minus its score; for LeNet-5, the squared distance to the digit's code.
    """

    label: int
    centre: float
    penalty: float


@dataclass(frozen=True)
class RowReader:
    """Reads digits from left to right in a field that is one window high.

    At each place the likeliest digit has a penalty, minus its score. A set of places costs the sum
    of their penalties, less `threshold` for each, so a place is worth reading only if its penalty
    is below the threshold: what is between digits, and ground, should not be. No two places of
    the set are closer than `apart`, for the same digit is seen from several places. Of all such
    sets the cheapest is found, by going once through the places from left to right and once back
    (dynamic programming, as Viterbi's algorithm does). What the digits spell is not looked at.

    This decoder is ours. LeCun et al. 1998 (sec. VII) train the network for rows and then find the
    cheapest path through a graph; `lessonlib.data.flanked` makes pictures with neighbours to train
    on.

    Attributes:
        threshold: largest penalty of a digit; `fit_reader` chooses it.
        apart: least distance between two digits, in places of 4 pixels.

    Raises:
        ValueError: apart below 1.
    """

    threshold: float
    apart: int

    def __post_init__(self) -> None:
        """Refuse a distance that would read one place twice."""
        if self.apart < 1:
            raise ValueError(f"expected digits at least 1 place apart, got {self.apart}")

    def read(self, model: nn.Module, field: Tensor) -> list[Reading]:
        """What a network reads in one field (1, 32, W), uint8 or prepared.

        Raises:
            ValueError: a field of several windows' height, or one that the network refuses.
        """
        scores = slide(model, field[None])
        if scores.shape[2] != 1:
            raise ValueError(
                f"expected a field that is one window high, 32 to 35 pixels, got "
                f"{field.shape[-2]}; cut it into rows first"
            )
        return self.decode(scores[0, :, 0])

    def decode(self, scores: Tensor) -> list[Reading]:
        """What the scores (classes, places) of one row say, from left to right."""
        best = scores.max(0)
        labels, penalties = best.indices.tolist(), (-best.values).tolist()
        return [
            Reading(labels[place], window_centre(place), penalties[place])
            for place in self._cheapest(penalties)
        ]

    def _cheapest(self, penalties: Sequence[float]) -> list[int]:
        """The places whose penalties, less the threshold for each, have the least sum."""
        costs, ends_here = [0.0], [False]  # of the first 0, 1, 2, ... places
        for place, penalty in enumerate(penalties):
            read = costs[max(place + 1 - self.apart, 0)] + penalty - self.threshold
            ends_here.append(read < costs[place])
            costs.append(min(read, costs[place]))
        chosen, left = [], len(penalties)
        while left > 0:
            if ends_here[left]:
                chosen.append(left - 1)
            left -= self.apart if ends_here[left] else 1
        return chosen[::-1]


def mistakes(read: Sequence[int], written: Sequence[int]) -> int:
    """How many digits must be changed, left out or put in to make one row of the other."""
    before = list(range(len(written) + 1))
    for i, one in enumerate(read, 1):
        row = [i]
        for j, other in enumerate(written, 1):
            row.append(min(row[-1] + 1, before[j] + 1, before[j - 1] + (one != other)))
        before = row
    return before[-1]


def fit_reader(
    model: nn.Module,
    rows: Iterable[Row],
    thresholds: Sequence[float] = THRESHOLDS,
    apart: Sequence[int] = APART,
) -> RowReader:
    """The reader with the fewest mistakes in rows of known digits, of all pairs of two numbers.

    Take rows that are used for nothing else, and that are as wide apart as any that will be read:
    windows with nothing but ground have a nearest digit, too, and a threshold that was chosen where
    there are none can lie above its distance. Where several pairs are equally good, the first is
    taken.

    Args:
        model: the network that reads, as `slide` takes it.
        rows: with their labels.
        thresholds: to try; the default suits LeNet-5's distances.
        apart: to try.

    Raises:
        ValueError: no rows, or nothing to try.
    """
    seen = [(slide(model, row.field[None])[0, :, 0], row.labels) for row in rows]
    readers = [RowReader(*pair) for pair in product(thresholds, apart)]
    if not seen or not readers:
        raise ValueError("expected at least one row, one threshold and one distance, got none")
    wrong = [
        sum(mistakes([each.label for each in reader.decode(s)], labels) for s, labels in seen)
        for reader in readers
    ]
    return readers[wrong.index(min(wrong))]


class RowScore(NamedTuple):
    """How well rows were read.

    Attributes:
        error_rate: mistakes per digit; it can be above 1.
        whole: share of rows that were read without a mistake, 0..1.
    """

    error_rate: float
    whole: float


def score_reader(reader: RowReader, model: nn.Module, rows: Sequence[Row]) -> RowScore:
    """How well a reader reads rows of known digits.

    Raises:
        ValueError: no rows.
    """
    if not rows:
        raise ValueError("expected at least one row, got none")
    wrong = [
        mistakes([each.label for each in reader.read(model, row.field)], row.labels) for row in rows
    ]
    digits = sum(len(row.labels) for row in rows)
    return RowScore(sum(wrong) / digits, wrong.count(0) / len(rows))
