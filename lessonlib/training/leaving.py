"""Whether training leaves the plateau at ln K, where a network only guesses, and after how long."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from math import isfinite, log

import torch
from torch import nn

from lessonlib.data import PictureSet
from lessonlib.training.batches import Batches
from lessonlib.training.blocking import LOW
from lessonlib.training.losses import LOSSES
from lessonlib.training.machine import accelerator
from lessonlib.training.mean_picture import set_mean
from lessonlib.training.optimizers import make_optimizer
from lessonlib.training.recipe import Recipe
from lessonlib.training.seeds import drawing_from
from lessonlib.training.step import train_step

WINDOW = 20
"""Steps over which the training loss is averaged."""


@dataclass(frozen=True)
class Leaving:
    """How the first steps of a training run went.

    A run has left the plateau when the mean training loss of its last 20 steps is below
    0.97 ln K for the K classes of the set. ln K is the loss of equal chances for every class.

    Attributes:
        left: whether that happened.
        steps: updates that were made: until it happened, or all.
        losses: training loss of each of them.
    """

    left: bool
    steps: int
    losses: tuple[float, ...]

    @property
    def last_loss(self) -> float:
        """Mean loss of the last 20 steps, or of all where there were fewer."""
        last = self.losses[-WINDOW:]
        return sum(last) / len(last)


def train_until_left(
    model: nn.Module, train_set: PictureSet, recipe: Recipe, steps: int = 300
) -> Leaving:
    """Train a network in place, on the CPU, until it leaves the plateau at ln K.

    The steps are those that `fit` makes by the same recipe with a constant rate. It also ends at a
    loss that is no number, which counts as not having left.

    Args:
        model: a network with `prepare`, with one score per class of the set.
        train_set: what to learn from.
        recipe: how, with the loss `cross_entropy` and the schedule `constant`; its number of
            epochs is not used.
        steps: updates at most.

    Raises:
        ValueError: another loss or schedule, or less than one step.
    """
    if (recipe.loss, recipe.schedule) != ("cross_entropy", "constant") or steps < 1:
        raise ValueError(
            f"expected loss 'cross_entropy', schedule 'constant' and at least one step, got "
            f"{recipe.loss!r}, {recipe.schedule!r} and steps={steps}"
        )
    bound, losses = LOW * log(len(train_set.classes)), []
    with closing(_losses(model, train_set, recipe, steps)) as found:
        for loss in found:
            losses.append(loss)
            if not isfinite(loss):
                break
            if len(losses) >= WINDOW and sum(losses[-WINDOW:]) / WINDOW < bound:
                return Leaving(True, len(losses), tuple(losses))
    return Leaving(False, len(losses), tuple(losses))


def _losses(model: nn.Module, train_set: PictureSet, recipe: Recipe, steps: int) -> Iterator[float]:
    """The loss of each step, which is made when the loss is asked for."""
    with accelerator("cpu", "fp32") as machine:
        set_mean(model, train_set, recipe, machine)
        batches = Batches(model, train_set, recipe, machine, torch.contiguous_format)
        optimizer = make_optimizer(model.parameters(), recipe)
        model.train()
        for epoch in range(1, -(-steps // batches.per_epoch) + 1):
            done = (epoch - 1) * batches.per_epoch
            with drawing_from(recipe.seed, "dropout", epoch):
                for _, (images, labels, _) in zip(
                    range(steps - done), batches.of(epoch), strict=False
                ):
                    loss = train_step(model, images, labels, optimizer, loss=LOSSES[recipe.loss])
                    yield loss.item()
