"""PyTorch's own random numbers (first weights, dropout), by name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

from lessonlib.data.streams import stream_seed

CPU = torch.device("cpu")


@contextmanager
def drawing_from(
    seed: int, purpose: str, epoch: int = 0, device: torch.device = CPU
) -> Iterator[None]:
    """Let PyTorch draw from a stream; afterwards the caller's random state is as it was before.

    Args:
        seed: the run's seed.
        purpose: what is drawn, such as "dropout".
        epoch: from 1; 0 where it is drawn once for the whole run.
        device: where it is drawn, besides the CPU.
    """
    number = stream_seed(seed, purpose, epoch)
    on_gpu = device.type == "cuda"
    with torch.random.fork_rng(devices=[device] if on_gpu else []):
        torch.default_generator.manual_seed(number)
        if on_gpu:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(number)
        elif device.type != "cpu":
            torch.manual_seed(number)
        yield


def new_network(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    """A new network whose first weights follow from `seed` alone.

    They come from the stream (seed, "weights"), which shares nothing with the order of the
    pictures, augmentation or dropout of a recipe of the same seed. The caller's random numbers
    are left as they were.

    Args:
        build: the network's class, or a function that makes it.
        seed: 0 <= seed < 2^31.
    """
    with drawing_from(seed, "weights"):
        return build()
