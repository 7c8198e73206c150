"""Errors sorted, counted by class, and gathered by writer."""

import pytest
import torch

from lessonlib.inside import confusions, gather_by_writer, sorted_mistakes
from lessonlib.training import Evaluation

SCORES = torch.tensor(
    [
        [5.0, 1.0, 0.0],  # right
        [4.0, 1.0, 0.0],  # taken for 0, 3 better than the right one, which is second
        [0.0, 2.0, 9.0],  # taken for 2, 9 better than the right one, which is last
        [0.0, 9.0, 1.0],  # right
        [0.5, 1.0, 0.0],  # taken for 1, 1 better
    ]
)
LABELS = torch.tensor([0, 1, 0, 1, 2])


def test_confusions_are_those_of_a_loop():
    expected = torch.zeros(3, 3, dtype=torch.int64)
    for scores, label in zip(SCORES, LABELS, strict=True):
        expected[label, scores.argmax()] += 1
    assert torch.equal(confusions(Evaluation(SCORES, LABELS)), expected)
    assert expected.trace() == 2


def test_the_surest_mistake_comes_first():
    table = sorted_mistakes(Evaluation(SCORES, LABELS))
    assert table["index"].tolist() == [2, 1, 4]
    assert table["label"].tolist() == [0, 1, 2]
    assert table["answer"].tolist() == [2, 0, 1]
    assert table["margin"].tolist() == [9, 3, 1]
    assert table["second"].tolist() == [False, True, False]


def test_places_in_the_set_are_named_where_pictures_are_missing():
    evaluation = Evaluation(SCORES[1:], LABELS[1:], torch.tensor([10, 20, 30, 40]))
    assert sorted_mistakes(evaluation)["index"].tolist() == [20, 10, 40]


def test_without_mistakes_the_table_is_empty():
    assert len(sorted_mistakes(Evaluation(SCORES[:1], LABELS[:1]))) == 0


WRITERS = torch.arange(20).repeat_interleave(30)  # 20 writers, 30 digits each
ONE_KIND = torch.zeros(600, dtype=torch.int64)


def test_errors_of_one_hand_are_gathered():
    wrong = (WRITERS == 7) | (torch.arange(600) % 60 == 0)
    found = gather_by_writer(wrong, WRITERS, ONE_KIND, rounds=200)
    assert found.observed == 1
    assert found.p_value == pytest.approx(1 / 201)
    assert found.table.iloc[0].tolist() == [7, 30, 30]
    assert found.table["errors"].sum() == int(wrong.sum())
    assert found.table["digits"].tolist() == [30] * 20


def test_errors_by_chance_are_not():
    values = []
    for seed in range(20):
        draw = torch.Generator().manual_seed(seed)
        wrong = torch.rand(600, generator=draw) < 0.1
        values.append(gather_by_writer(wrong, WRITERS, ONE_KIND, rounds=100, seed=seed).p_value)
    assert sum(value < 0.05 for value in values) <= 5
    assert sum(value > 0.3 for value in values) >= 5


def test_errors_of_one_kind_alone_are_no_finding():
    """All digits of the last four writers are of a kind that is always misread."""
    wrong = WRITERS >= 16
    assert gather_by_writer(wrong, WRITERS, ONE_KIND, rounds=100).p_value < 0.02
    assert gather_by_writer(wrong, WRITERS, wrong.long(), rounds=100).p_value == 1


def test_the_fewest_writers_with_half_of_the_errors_are_counted():
    errors = [10, 4, 3, 2, 1]  # of 20: one writer has half
    wrong = torch.cat([torch.arange(30) < count for count in errors])
    writers = torch.arange(5).repeat_interleave(30)
    assert gather_by_writer(wrong, writers, ONE_KIND[:150], rounds=1).observed == 1
    wrong[0] = False  # 9 of 19 is not half, so two are needed
    assert gather_by_writer(wrong, writers, ONE_KIND[:150], rounds=1).observed == 2


def test_what_cannot_be_gathered_is_refused():
    none = torch.zeros(600, dtype=torch.bool)
    with pytest.raises(ValueError, match="expected an error and a round, got 0 and 1000"):
        gather_by_writer(none, WRITERS, ONE_KIND)
    with pytest.raises(ValueError, match=r"of one length, got \(600,\), \(600,\), \(3,\)"):
        gather_by_writer(~none, WRITERS, ONE_KIND[:3])
