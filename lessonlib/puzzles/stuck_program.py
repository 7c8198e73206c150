"""A short training program whose loss stays at ln 10, to be mended in chapter 11."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.data.streams import stream_seed
from lessonlib.puzzles.number import own_number
from lessonlib.puzzles.small_rectifiers import LAYERS, SmallRectifiers, balanced, small_photos
from lessonlib.training import new_network

PER_CLASS = 100
PRINTED = 0.01  # the standard deviation of first weights in Krizhevsky et al. 2012, sec. 5


def stuck_loop(number: int) -> tuple[SmallRectifiers, Tensor, Tensor]:
    """A network as the program gets it, 1,000 photographs and their labels.

    Returns:
        The network, whose weights are drawn from N(0, 0.01); (1000, 3, 32, 32) uint8; (1000,).

    Raises:
        ValueError: not a whole number from 0 on.
    """
    seed = stream_seed(own_number(number), "stuck loop") % 2**31
    images, labels = small_photos()
    places = balanced(PER_CLASS, torch.Generator().manual_seed(seed))
    return new_network(_as_printed, seed), images[places], labels[places]


def train_stuck(network: SmallRectifiers, images: Tensor, labels: Tensor) -> list[float]:
    """Train on forty pictures per step; the loss of each step, which stays at ln 10."""
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    losses = []
    for _ in range(100):
        batch = torch.randperm(len(images))[:40]
        ready = network.prepare(images[batch] // 255)
        loss = F.cross_entropy(network(ready), labels[batch])
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _as_printed() -> SmallRectifiers:
    network = SmallRectifiers().float()
    for name in LAYERS:
        nn.init.normal_(getattr(network, name).weight, 0.0, PRINTED)
    return network
