"""Random numbers that follow from (seed, epoch) alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from lessonlib.data.order import epoch_seed


@contextmanager
def random_numbers(seed: int, epoch: int, device: torch.device) -> Iterator[None]:
    """Seed PyTorch for one epoch (dropout draws from it); give the caller's state back after."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(epoch_seed(seed, epoch))
        yield
