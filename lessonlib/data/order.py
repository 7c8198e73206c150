"""Orders and random numbers that follow from (seed, epoch) alone, so that a run can go on."""

import torch
from torch import Tensor


def epoch_seed(seed: int, epoch: int) -> int:
    """One seed for each pair of a run's seed and an epoch from 1."""
    return seed * 1_000_003 + epoch


def shuffled(count: int, epoch: int, seed: int) -> Tensor:
    """(count,) the numbers from 0 to count - 1 in an order that (seed, epoch) alone decides."""
    generator = torch.Generator().manual_seed(epoch_seed(seed, epoch))
    return torch.randperm(count, generator=generator)
