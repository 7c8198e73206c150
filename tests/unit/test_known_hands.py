"""Digits by known and by unknown writers: the comparison is fair."""

import pytest
import torch

from lessonlib.data import hands, load
from lessonlib.data.digits import nist_series
from lessonlib.data.known_hands import VIEWS


@pytest.fixture(scope="module")
def both():
    return hands("first"), hands("second")


@pytest.fixture(scope="module")
def series():
    """Writer -> series of forms."""
    parts = [(load("digits", train=part).writers, nist_series(part)) for part in (True, False)]
    return {int(w): int(s) for writers, kinds in parts for w, s in zip(writers, kinds, strict=True)}


def keys(images: torch.Tensor) -> set[bytes]:
    return {each.numpy().tobytes() for each in images}


def test_each_network_is_tested_on_writers_that_it_knows_and_on_others(both):
    for own in both:
        learned, known, unknown = (set(part.writers.tolist()) for part in own)
        assert learned == known
        assert not learned & unknown
        assert len(learned | unknown) == 298


def test_what_one_knows_is_unknown_to_the_other(both):
    first, second = both
    assert torch.equal(first.known.images, second.unknown.images)
    assert torch.equal(first.unknown.images, second.known.images)
    assert torch.equal(first.known.labels, second.unknown.labels)


def test_no_digit_is_learned_and_tested(both):
    learned = keys(both[0].train.images) | keys(both[1].train.images)
    assert len(learned) == len(both[0].train) + len(both[1].train)
    tested = keys(both[0].known.images) | keys(both[0].unknown.images)
    assert len(tested) == len(both[0].known) + len(both[0].unknown) == 5_000
    assert not learned & tested


def test_both_learn_from_equally_many_digits_of_each_class_and_series(both, series):
    counts = [
        sorted(
            (int(c), series[int(w)])
            for c, w in zip(part.train.labels, part.train.writers, strict=True)
        )
        for part in both
    ]
    assert counts[0] == counts[1]
    assert len(counts[0]) > 2_300


def test_both_halves_have_as_many_writers_of_each_series(both, series):
    kinds = [[series[w] for w in set(own.known.writers.tolist())] for own in both]
    assert sorted(kinds[0]) == sorted(kinds[1])


def test_another_seed_divides_otherwise(both):
    again, other = hands("first"), hands("first", seed=1)
    assert again.train.fingerprint == both[0].train.fingerprint
    assert set(other.known.writers.tolist()) != set(both[0].known.writers.tolist())


@pytest.mark.parametrize("half", VIEWS)
def test_the_views_of_digits_hold_these_parts(both, half):
    own = both[list(VIEWS).index(half)]
    train, test = (load("digits", train=part, view=VIEWS[half]) for part in (True, False))
    assert train.fingerprint == own.train.fingerprint
    assert torch.equal(test.images, torch.cat([own.known.images, own.unknown.images]))
    assert train.view == test.view == VIEWS[half]


def test_another_half_is_refused():
    with pytest.raises(ValueError, match="first or second, got 'third'"):
        hands("third")
