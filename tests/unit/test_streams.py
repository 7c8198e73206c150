"""Random numbers by name: what a stream follows from, and what it does not."""

import pytest
import torch
from torch import nn

from lessonlib.data.streams import stream, stream_seed
from lessonlib.models import LeNet5
from lessonlib.training import new_network
from lessonlib.training.seeds import drawing_from
from tests.unit.training_examples import weights


def test_the_numbers_of_a_name_are_fixed():
    """A change here changes every result of the course."""
    found = torch.randint(0, 1000, (5,), generator=stream(0, "order", 1)).tolist()
    assert found == [67, 541, 182, 349, 34]


def test_no_two_names_share_a_stream():
    """The sums of earlier days did: seed 0, epoch 1,000,004 was seed 1, epoch 1."""
    purposes = ("order", "dropout", "weights", "augment/Shift/0")
    seeds, epochs = (0, 1, 2, 1_000_003, 2**31 - 1), (0, 1, 2, 90, 1_000_004)
    names = [(s, p, e) for s in seeds for p in purposes for e in epochs]
    first = {tuple(torch.rand(2, generator=stream(*name)).tolist()) for name in names}
    assert len(first) == len(names)
    assert len({stream_seed(*name) for name in names}) == len(names)


def test_a_new_network_follows_from_its_seed_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = new_network(LeNet5, 0)
    assert torch.equal(torch.rand(3), expected)  # the caller's numbers are as they were
    assert torch.equal(weights(new_network(LeNet5, 0)), weights(first))
    assert not torch.equal(weights(new_network(LeNet5, 1)), weights(first))


def test_the_first_weights_and_dropout_share_no_numbers():
    drawn = []
    for purpose, epoch in (("weights", 0), ("dropout", 1), ("dropout", 2)):
        with drawing_from(0, purpose, epoch):
            drawn.append(torch.rand(4))
    assert len({tuple(numbers.tolist()) for numbers in drawn}) == 3


def test_the_callers_numbers_come_back_after_a_failure_too():
    def broken() -> nn.Module:
        torch.rand(7)
        raise RuntimeError("no network")

    state = torch.get_rng_state()
    with pytest.raises(RuntimeError, match="no network"):
        new_network(broken, 0)
    assert torch.equal(torch.get_rng_state(), state)
