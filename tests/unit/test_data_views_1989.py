"""Views for the network of 1989: which digits they hold."""

from collections.abc import Callable

import pytest
import torch

from lessonlib.data import ImageSet, digits, load, mnist_views, usps


def numbered(count: int, side: int) -> ImageSet:
    """Pictures whose label is their place in the set."""
    images = torch.zeros(count, 1, side, side, dtype=torch.uint8)
    images[:, :, 1:3, 1:3] = 200
    names = tuple(map(str, range(count)))
    return ImageSet("numbered", images, torch.arange(count), names, "made for a test", "none")


@pytest.fixture
def stand_in(monkeypatch) -> Callable[[object, str, int, int, int], None]:
    def put(module: object, name: str, train: int, test: int, side: int) -> None:
        parts = {True: train, False: test}
        monkeypatch.setattr(module, name, lambda train: numbered(parts[train], side))

    return put


def test_as_many_digits_as_in_1989_spread_over_mnist_and_none_embedded(stand_in):
    stand_in(mnist_views, "load_mnist", 60_000, 10_000, 4)
    train, test = (load("mnist", part, view="as_1989") for part in (True, False))
    assert [len(each) for each in (train, test)] == [7_291, 2_007]
    assert set(train.labels.tolist()) <= set(digits.unembedded().tolist())
    spaces = test.labels.diff()
    assert (spaces.min(), spaces.max()) == (4, 5)
    assert (test.labels < 5_000).sum() in (1_003, 1_004)  # as many of the harder half
    assert train.labels[0] == digits.unembedded()[0]
    assert train.labels.diff().min() > 0
    assert train.view == "as_1989"


def test_they_are_fitted_to_sixteen_pixels(stand_in):
    stand_in(mnist_views, "load_mnist", 60_000, 10_000, 4)
    test = load("mnist", False, view="as_1989")
    assert test.images.shape[1:] == (1, 16, 16)
    assert test.images.unique().tolist() == [200]  # without their margin


def test_what_is_chosen_by_trial_is_chosen_on_the_last_training_digits(stand_in):
    stand_in(usps, "load_usps", 7_291, 2_007, 1)
    train, test = (load("usps", part, view="held_out") for part in (True, False))
    assert train.labels.tolist() == list(range(6_000))
    assert test.labels.tolist() == list(range(6_000, 7_291))
