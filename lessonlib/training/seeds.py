"""Random numbers that follow from (seed, epoch) alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def epoch_seed(seed: int, epoch: int) -> int:
    """One seed for each pair of a run's seed and an epoch from 1."""
    return seed * 1_000_003 + epoch


@contextmanager
def random_numbers(seed: int, epoch: int, device: torch.device) -> Iterator[None]:
    """Seed PyTorch for one epoch (dropout draws from it); give the caller's state back after."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(epoch_seed(seed, epoch))
        yield
