"""Random numbers by name: each stream follows from its own name and from nothing else."""

import hashlib

import torch


def stream_seed(seed: int, purpose: str, epoch: int = 0) -> int:
    """The number that a stream starts from: 0 <= n < 2^64, a hash of the stream's name.

    A hash, because sums of seed and epoch are the same for many pairs and would let streams
    repeat each other.

    Args:
        seed: the run's seed.
        purpose: what the numbers are for, such as "order", "dropout" or "weights".
        epoch: from 1; 0 where the numbers are drawn once for the whole run.
    """
    name = f"lessonlib/{seed}/{epoch}/{purpose}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def stream(seed: int, purpose: str, epoch: int = 0) -> torch.Generator:
    """A new generator on the CPU, at the start of the stream (seed, epoch, purpose).

    Streams of other names are independent of it: drawing more from one changes no other. The
    same name gives the same numbers on every machine, since they are drawn on the CPU.

    PyTorch's generator looks at 32 bits of its seed, so that among a thousand streams two are
    alike with a chance of about 1 in 9,000.

    Args:
        seed: the run's seed.
        purpose: what the numbers are for.
        epoch: from 1; 0 where the numbers are drawn once for the whole run.
    """
    return torch.Generator("cpu").manual_seed(stream_seed(seed, purpose, epoch))
