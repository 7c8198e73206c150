"""Reading rows: which places are read, and how mistakes are counted."""

from itertools import combinations, pairwise

import pytest
import torch

from lessonlib.data import load, rows_of
from lessonlib.inside import RowReader, fit_reader, mistakes, score_reader
from lessonlib.inside.rows import Reading
from lessonlib.runs import network


def scores_of(penalties: list[float], labels: list[int]) -> torch.Tensor:
    """(10, places): the label's penalty at each place; all others are 1000 away."""
    scores = torch.full((10, len(labels)), -1000.0)
    for place, (penalty, label) in enumerate(zip(penalties, labels, strict=True)):
        scores[label, place] = -penalty
    return scores


def cheapest_by_trying(penalties: list[float], reader: RowReader) -> float:
    """The least cost of all sets of places that are far enough apart."""
    costs = [0.0]
    for size in range(1, len(penalties) + 1):
        for chosen in combinations(range(len(penalties)), size):
            if all(b - a >= reader.apart for a, b in pairwise(chosen)):
                costs.append(sum(penalties[i] - reader.threshold for i in chosen))
    return min(costs)


@pytest.mark.parametrize("apart", [1, 2, 3, 5])
@pytest.mark.parametrize("seed", range(6))
def test_no_other_set_of_places_is_cheaper(apart, seed):
    draw = torch.Generator().manual_seed(seed)
    penalties = (torch.rand(11, generator=draw) * 40).tolist()
    reader = RowReader(threshold=25.0, apart=apart)
    read = reader.decode(scores_of(penalties, [1] * 11))
    places = [round((each.centre - 15.5) / 4) for each in read]
    assert all(b - a >= apart for a, b in pairwise(places))
    cost = sum(penalties[place] - reader.threshold for place in places)
    assert cost == pytest.approx(cheapest_by_trying(penalties, reader), abs=1e-3)


def test_digits_are_read_from_left_to_right_and_ground_is_not():
    scores = scores_of([90, 5, 8, 90, 90, 3, 90], [4, 7, 7, 0, 0, 2, 2])
    read = RowReader(threshold=30, apart=2).decode(scores)
    assert read == [Reading(7, 19.5, 5.0), Reading(2, 35.5, 3.0)]


def test_above_the_threshold_nothing_is_read():
    assert RowReader(threshold=2, apart=1).decode(scores_of([5, 3, 9], [1, 2, 3])) == []


@pytest.mark.parametrize(
    ("read", "written", "count"),
    [
        ([], [], 0),
        ([1, 2, 3], [1, 2, 3], 0),
        ([1, 3], [1, 2, 3], 1),
        ([1, 2, 2, 3], [1, 2, 3], 1),
        ([1, 7, 3], [1, 2, 3], 1),
        ([2, 3, 1], [1, 2, 3], 2),
        ([], [1, 2, 3], 3),
        ([9, 9], [1], 2),
    ],
)
def test_mistakes_are_changes_omissions_and_additions(read, written, count):
    assert mistakes(read, written) == mistakes(written, read) == count


@pytest.fixture(scope="module")
def lenet5():
    return network("lenet5-unembedded")


def test_a_trained_network_reads_most_of_a_row_that_it_never_saw(lenet5):
    test = load("digits", train=False)
    chosen = fit_reader(lenet5, rows_of(load("digits"), 12, length=5, gap=10), (10.0, 30.0), (3, 5))
    score = score_reader(chosen, lenet5, rows_of(test, 20, length=5, gap=10))
    assert score.error_rate < 0.2
    assert score.whole > 0.4
    assert score_reader(RowReader(-1.0, 3), lenet5, rows_of(test, 5, length=5, gap=10)) == (1, 0)


def test_the_reader_with_the_fewest_mistakes_is_chosen(lenet5):
    rows = rows_of(load("digits"), 6, length=5, gap=10)
    thresholds, apart = (-1.0, 20.0, 1000.0), (4, 40)
    chosen = fit_reader(lenet5, rows, thresholds, apart)
    assert chosen == RowReader(20.0, 4)
    others = [RowReader(t, a) for t in thresholds for a in apart]
    errors = [score_reader(each, lenet5, rows).error_rate for each in others]
    assert score_reader(chosen, lenet5, rows).error_rate == min(errors)


def test_what_is_no_row_is_refused(lenet5):
    reader = RowReader(20, 4)
    with pytest.raises(ValueError, match="one window high, 32 to 35 pixels, got 64"):
        reader.read(lenet5, torch.zeros(1, 64, 64))
    with pytest.raises(ValueError, match="at least 1 place apart, got 0"):
        RowReader(20, 0)
    with pytest.raises(ValueError, match="expected at least one row"):
        score_reader(reader, lenet5, [])
    with pytest.raises(ValueError, match="expected at least one row"):
        fit_reader(lenet5, [])
