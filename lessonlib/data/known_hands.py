"""The same digits by writers that a network has met and by writers that it has not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from lessonlib.data.digits import load_digits, nist_series
from lessonlib.data.imageset import ImageSet
from lessonlib.data.streams import stream

HALVES = ("first", "second")
VIEWS = {half: f"hands_{half}" for half in HALVES}  # of `digits`, see `hands_view`


class Hands(NamedTuple):
    """What one network learns from, and the digits that it is tested on.

    Attributes:
        train: digits by one half of the writers.
        known: other digits by these writers.
        unknown: digits by the other half of the writers.
    """

    train: ImageSet
    known: ImageSet
    unknown: ImageSet


def hands(half: str, seed: int = 0) -> Hands:
    """The embedded digits, crossed over: what one half knows is unknown to the other.

    The 298 writers are divided in two halves, each series of NIST's forms for itself, and the
    digits of each writer, class by class, in two parts: to learn from, and to be tested on. Two
    networks, `hands("first")` and `hands("second")`, learn from equally many digits of each class
    and series. What is known to one is unknown to the other, so added up over both networks, the
    known and the unknown digits are the very same pictures. What then is left is whether the
    network has met the hand.

    All 10,000 embedded digits are used, training and test part, so the networks are for this
    comparison alone.

    Args:
        half: `first` or `second`.
        seed: draws both divisions, 0 <= seed < 2^31.

    Raises:
        ValueError: another half.
    """
    if half not in HALVES:
        raise ValueError(f"expected a half of the writers, {' or '.join(HALVES)}, got {half!r}")
    everything, series = _all_digits()
    of_second, to_test = _divided(everything, series, seed)
    own = of_second if half == "second" else ~of_second
    parts = (own & ~to_test, own & to_test, ~own & to_test)
    kept = _equal_parts([of_second & ~to_test, ~of_second & ~to_test], everything, series, seed)
    parts = (parts[0] & kept, *parts[1:])
    made = (everything.take(part.nonzero().flatten()) for part in parts)
    return Hands(*(replace(each, view=VIEWS[half]) for each in made))


def hands_view(half: str, train: bool) -> ImageSet:
    """The view `hands_first` or `hands_second` of `digits`: to train on, or all test digits."""
    own = hands(half)
    if train:
        return own.train
    images, labels, writers = (
        torch.cat([getattr(part, name) for part in (own.known, own.unknown)])
        for name in ("images", "labels", "writers")
    )
    return replace(own.known, images=images, labels=labels, writers=writers)


def _all_digits() -> tuple[ImageSet, Tensor]:
    """The 10,000 embedded digits, and the series of each."""
    train, test = load_digits(True), load_digits(False)
    pairs = {
        name: torch.cat([getattr(train, name), getattr(test, name)])
        for name in ("images", "labels", "writers")
    }
    return replace(train, **pairs), torch.cat([nist_series(True), nist_series(False)])


def _divided(digits: ImageSet, series: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """(N,) bool each: by a writer of the second half; to be tested on."""
    generator = stream(seed, "halves of the writers")
    second = torch.zeros(len(digits), dtype=torch.bool)
    for number in series.unique():
        names = digits.writers[series == number].unique()
        drawn = names[torch.randperm(len(names), generator=generator)]
        second |= torch.isin(digits.writers, drawn[len(drawn) // 2 :])
    to_test = torch.zeros(len(digits), dtype=torch.bool)
    odd = 0  # of an odd number, in turn the part to learn from or to test on gets one more
    for group in _groups(digits.writers, digits.labels):
        drawn = group[torch.randperm(len(group), generator=generator)]
        to_test[drawn[: (len(drawn) + odd) // 2]] = True
        odd = (odd + len(drawn)) % 2
    return second, to_test


def _equal_parts(parts: list[Tensor], digits: ImageSet, series: Tensor, seed: int) -> Tensor:
    """(N,) bool: of each part as many digits of each class and series as the smallest has."""
    generator = stream(seed, "equal parts")
    kept = torch.zeros(len(digits), dtype=torch.bool)
    for group in _groups(series, digits.labels):
        own = [group[part[group]] for part in parts]
        count = min(map(len, own))
        for each in own:
            kept[each[torch.randperm(len(each), generator=generator)[:count]]] = True
    return kept


def _groups(first: Tensor, second: Tensor) -> Iterator[Tensor]:
    """The indices of each pair of values that occurs."""
    pairs = first * (int(second.max()) + 1) + second
    order = pairs.argsort(stable=True)
    counts = pairs.unique(return_counts=True)[1]
    return iter(order.split(counts.tolist()))
