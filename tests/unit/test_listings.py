"""The listings of popular articles do what `claims` says they do when they are run."""

import pytest
import torch

from lessonlib.models import listed_lenets

# name, parameters, side that works, side that fails, what PyTorch says (seen when run).
LISTINGS = [
    ("LeNet5 of a short lesson", 61_706, 32, 28, r"\(1x256 and 400x120\)"),
    ("ModernLeNet5 of a long lesson", 61_706, 28, 32, r"\(1x480 and 120x84\)"),
    ("ModernLeNet5 with batch norm", 61_750, 28, 32, r"\(1x480 and 120x84\)"),
    ("HistoricalLeNet5", 61_750, 32, 28, "Kernel size can't be greater than actual input"),
]


@pytest.mark.parametrize(("name", "parameters", "works", "fails", "message"), LISTINGS)
def test_a_listing_reads_one_size_only(name, parameters, works, fails, message):
    model = listed_lenets()[name].eval()
    assert sum(p.numel() for p in model.parameters()) == parameters
    assert model(torch.zeros(1, 1, works, works)).shape == (1, 10)
    with pytest.raises(RuntimeError, match=message):
        model(torch.zeros(1, 1, fails, fails))


def test_every_listing_is_tried():
    assert [name for name, *_ in LISTINGS] == list(listed_lenets())
