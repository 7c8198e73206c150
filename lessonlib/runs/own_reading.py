"""What a recorded LeNet-5 says to a digit of your own: which one, how far off, or none of these."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lessonlib.runs import run as runs
from lessonlib.runs.rejection import rejection, rubbish_distance

READER = "lenet5-sdlm-unembedded"
"""The run whose network reads: LeNet-5 as printed, trained as in 1998, with codes as its output."""


@dataclass(frozen=True)
class Reading:
    """One digit as it was read; distances are squared, from F6 to a digit's code (eq. 7).

    Attributes:
        digit: whose code is nearest.
        distance: to it.
        runner_up: whose code is second nearest.
        runner_up_distance: to that.
        limit: the largest distance that is accepted, by the threshold chosen on training digits.
        rubbish_from: the distance from which on equation 9 finds its rubbish class likelier.
    """

    digit: int
    distance: float
    runner_up: int
    runner_up_distance: float
    limit: float
    rubbish_from: float

    @property
    def is_none_of_these(self) -> bool:
        """Whether the distance is above the threshold."""
        return self.distance > self.limit

    @property
    def is_rubbish(self) -> bool:
        """Whether equation 9's own rule says that it is no digit."""
        return self.distance > self.rubbish_from

    def sentence(self) -> str:
        """What was read, in words."""
        next_best = f"runner-up {self.runner_up}, distance {self.runner_up_distance:.1f}"
        rule = f"equation 9's own rule says {'no digit' if self.is_rubbish else 'a digit'}"
        if self.is_none_of_these:
            return (
                f"none of these (nearest is {self.digit}, but its distance, {self.distance:.1f}, "
                f"is above {self.limit:.1f}; {next_best}; {rule})"
            )
        return f"{self.digit}, distance {self.distance:.1f} ({next_best}; {rule})"


def read_digits(images: Tensor, name: str = READER) -> list[Reading]:
    """What the network of a run reads in digits such as `as_mnist` makes.

    Args:
        images: (N, 1, 28, 28) uint8, ground 0 and ink 255.
        name: of a run that keeps a LeNet-5 with codes, and a threshold beside its weights.

    Raises:
        ValueError: images of another form, or a run that has no such network.
    """
    network = runs.network(name)
    limit, rubbish_from = rejection(name).threshold, rubbish_distance(runs.load(name).recipe)
    with torch.no_grad():
        distances = -network(network.prepare(images))  # (N, 10)
    nearest = distances.topk(2, dim=1, largest=False)
    return [
        Reading(*map(_plain, (digits[0], away[0], digits[1], away[1])), limit, rubbish_from)
        for digits, away in zip(nearest.indices, nearest.values, strict=True)
    ]


def _plain(value: Tensor) -> float | int:
    return value.item()
