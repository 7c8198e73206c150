"""Chapter 8's checks: the table of errors, and the map that is missed most."""

import pytest
import torch
from check_examples import check

from lessonlib.checks import TASKS, cases_of
from lessonlib.puzzles import your_maps

NUMBER = 4711


def in_a_loop(scores, labels):
    counts = torch.zeros(scores.shape[1], scores.shape[1], dtype=torch.int64)
    for one, label in zip(scores, labels, strict=True):
        counts[label, one.argmax()] += 1
    return counts


def counted(scores, labels):
    pairs = scores.shape[1] * labels + scores.argmax(1)
    return torch.bincount(pairs, minlength=scores.shape[1] ** 2).view(-1, scores.shape[1])


def each_pair_once(scores, labels):
    counts = torch.zeros(scores.shape[1], scores.shape[1])
    counts[labels, scores.argmax(1)] += 1
    return counts


def shares(scores, labels):
    counts = in_a_loop(scores, labels).double()
    return counts / counts.sum(1, keepdim=True).clamp(min=1)


ANSWERS = {
    "a loop": (in_a_loop, 3, "counted once"),
    "counted": (counted, 3, "counted once"),
    "lists": (lambda s, t: in_a_loop(s, t).tolist(), 3, "counted once"),
    "turned": (lambda s, t: in_a_loop(s, t).T, 1.5, "rows are what the pictures are"),
    "smallest": (lambda s, t: in_a_loop(-s, t), 0.75, "largest or the smallest"),
    "shares": (shares, 1.5, "asks for counts"),
    "errors alone": (
        lambda s, t: in_a_loop(s, t) - torch.diag(in_a_loop(s, t).diag()), 1.5, "on the diagonal",
    ),
    "each pair once": (each_pair_once, 1.5, "counts each pair once only"),
    "one number per class": (lambda s, t: in_a_loop(s, t).sum(1), 0, "One row per class"),
    "not all classes": (lambda s, t: in_a_loop(s, t)[:-1, :-1], 0, "those that no picture has"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("seed", [0, 7])
def test_tables_and_their_mistakes(name, seed):
    answer, points, said = ANSWERS[name]
    result = check("08.confusions", answer, seed=seed)
    assert result.points == points, result.message
    assert said in result.message


@pytest.mark.parametrize("seed", range(10))
def test_in_each_case_some_class_has_no_picture_and_some_pair_several(seed):
    for case in cases_of("08.confusions", seed):
        scores, labels = case.inputs
        counts = in_a_loop(scores, labels)
        assert not counts[-1].any()
        assert counts.max() > 1 or len(labels) < 20
        assert counts.sum() > counts.trace() > 0


def wrong_of(picture) -> torch.Tensor:
    """Counts of wrong answers: (10, 10)."""
    return picture._numbers["counts"].clone().fill_diagonal_(0)


@pytest.fixture(scope="module")
def tables():
    mine = your_maps(NUMBER)
    return [wrong_of(mine.without(n)) for n in range(6)]


def test_what_one_sees_is_right(tables):
    worst = max(range(6), key=lambda n: int(tables[n].sum()))
    lost = (tables[worst] - wrong_of(your_maps(NUMBER).confusions())).sum(1)
    digit = int(lost.argmax())
    assert check("08.useful_map", (worst, digit), seed=NUMBER).points == 12
    least = int(lost.argmin())
    assert check("08.useful_map", [worst, least], seed=NUMBER).points == 8


def test_another_map_is_wrong(tables):
    least = min(range(6), key=lambda n: int(tables[n].sum()))
    result = check("08.useful_map", (least, 0), seed=NUMBER)
    assert result.points == 0
    assert f"without another than {least}" in result.message


def test_the_maps_differ_enough_to_tell(tables):
    wrong = sorted(int(counts.sum()) for counts in tables)
    assert wrong[-1] > 2 * wrong[0]


def test_a_map_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="C1 has the maps 0 to 5, got 6"):
        your_maps(NUMBER).without(6)
    assert check("08.useful_map", (6, 0), seed=NUMBER).points == 0


def test_points():
    assert (TASKS["08.confusions"].points, TASKS["08.useful_map"].points) == (3, 12)
