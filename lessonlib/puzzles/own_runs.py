"""Six short runs of the learner's own from one start, for chapter 7."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from lessonlib.data import ImageSet, load
from lessonlib.data.streams import stream_seed
from lessonlib.models import LeNetClassic
from lessonlib.puzzles.drawing import draw_dots, draw_maps
from lessonlib.puzzles.number import draws, own_number
from lessonlib.puzzles.seen import Seen
from lessonlib.training import new_network, train_step

LETTERS = "ABCDEF"
PICTURES = 960
RATE = 0.06


@dataclass(frozen=True)
class Setting:
    """What is special about a run.

    Attributes:
        batch_size: pictures per step.
        rate: learning rate.
        moves_kernels: False where the kernels of C1, C3 and C5 stay as they are at the start.
    """

    batch_size: int
    rate: float = RATE
    moves_kernels: bool = True


SETTINGS = {
    "4": Setting(4),
    "8": Setting(8),
    "16": Setting(16),
    "32": Setting(32),
    "32, 8 times the rate": Setting(32, 8 * RATE),
    "4, kernels kept": Setting(4, moves_kernels=False),
}
"""The six runs, by the labels that the learner gives."""


@dataclass(frozen=True)
class OwnRun:
    """A finished run.

    Attributes:
        losses: the loss of each batch, in their order.
        kernels: (2, 6, 5, 5), C1's before and after.
    """

    losses: Tensor
    kernels: Tensor


@lru_cache(maxsize=8)
def trained_runs(number: int) -> dict[str, OwnRun]:
    """The six runs of a number, by their letters."""
    digits, dealt = _own_digits(own_number(number)), dealt_runs(number)
    seed = stream_seed(number, "six runs") % 2**31
    return {letter: _run(SETTINGS[label], digits, seed) for letter, label in dealt.items()}


def dealt_runs(number: int) -> dict[str, str]:
    """The label of each letter's run."""
    order = draws(number, "whose run").sample(list(SETTINGS), len(SETTINGS))
    return dict(zip(LETTERS, order, strict=True))


def _own_digits(number: int) -> ImageSet:
    everything = load("digits")
    places = draws(number, "digits of six runs").sample(range(len(everything)), PICTURES)
    return everything.take(torch.tensor(places))


def _run(setting: Setting, digits: ImageSet, seed: int) -> OwnRun:
    """One pass over the digits, from the first weights of this seed."""
    network = new_network(LeNetClassic, seed)
    before = network.c1.weight.detach()[:, 0].clone()
    if not setting.moves_kernels:
        for layer in (network.c1, network.c3, network.c5):
            layer.weight.requires_grad_(False)
    moved = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(moved, lr=setting.rate)
    network.train()
    losses = [
        train_step(network, network.prepare(images), labels, optimizer)
        for images, labels in digits.batches(1, setting.batch_size, seed)
    ]
    after = network.c1.weight.detach()[:, 0]
    return OwnRun(torch.stack(losses), torch.stack([before, after]))


class YourRuns:
    """Six runs, called A to F in an order that follows from the number, to be looked at.

    Args:
        number: the learner's own.
        runs: the finished runs by their letters.
    """

    __slots__ = ("_number", "_runs")

    def __init__(self, number: int, runs: dict[str, OwnRun]) -> None:
        self._number, self._runs = number, runs

    def __repr__(self) -> str:
        """Whose they are, and no more."""
        return f"The six runs of number {self._number}"

    def losses(self, letter: str) -> Seen:
        """Show the loss of every batch of one run as a dot, by the pictures seen so far.

        Raises:
            ValueError: there is no such run.
        """
        name, run = self._find(letter)
        return Seen(
            f"the losses of run {name}",
            lambda: draw_dots(
                run.losses, PICTURES, title=f"Run {name}", xlabel="pictures seen", ylabel="loss"
            ),
            {"losses": run.losses},
        )

    def kernels(self, letter: str) -> Seen:
        """Show the six kernels of C1 before and after one run.

        Raises:
            ValueError: there is no such run.
        """
        name, run = self._find(letter)
        groups = {"before": run.kernels[0], "after": run.kernels[1]}
        return Seen(
            f"the kernels of run {name}",
            lambda: draw_maps(groups, title=f"Run {name}: the kernels of C1", columns=6),
            groups,
        )

    def _find(self, letter: Any) -> tuple[str, OwnRun]:
        name = letter.strip().upper() if isinstance(letter, str) else letter
        if name not in self._runs:
            raise ValueError(f"your runs are called A to F, in quotes, got {letter!r}")
        return name, self._runs[name]
