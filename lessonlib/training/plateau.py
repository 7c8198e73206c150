"""Noticing that training stays at ln K, the loss of guessing, and saying once what is stuck."""

import sys
from collections.abc import Iterable
from math import log

from torch import Tensor, nn
from tqdm import tqdm

from lessonlib.training.diagnose import diagnose
from lessonlib.training.recipe import Recipe

STEPS = 300
GROUP = 50  # steps of which the mean loss is compared
WITHIN = 0.01  # of ln K
PICTURES = 64  # at most, that are followed through the network


class PlateauWatch:
    """Says once, on stderr, which layer blocks, when the loss has stayed at ln K for 300 steps.

    Single batches differ by chance, so the mean loss of 50 steps is compared: six such means in a
    row that are within 1 % of ln K are 300 steps. Nothing that is trained changes by it: the
    network is asked as `diagnose` asks it. Where it cannot be asked (memory is short, or its layers
    cannot be followed), the line says only that the loss stays.

    Args:
        recipe: how is trained; only the loss `cross_entropy` is watched.
        classes: K.
        is_quiet: whether nothing is to be said, as by all processes but the main one.
    """

    def __init__(self, recipe: Recipe, classes: int, *, is_quiet: bool = False) -> None:
        self.recipe, self.classes = recipe, classes
        self.is_over = is_quiet or recipe.loss != "cross_entropy" or classes < 2
        self._group: list[float] = []
        self._near = 0  # groups in a row

    def stays(self, losses: Iterable[float]) -> bool:
        """Take the losses of further steps; whether the last 300 have stayed at ln K."""
        chance = log(self.classes)
        for loss in losses:
            self._group.append(loss)
            if len(self._group) == GROUP:
                mean = sum(self._group) / GROUP
                self._near = self._near + 1 if abs(mean - chance) <= WITHIN * chance else 0
                self._group = []
                if self._near * GROUP >= STEPS:
                    return True
        return False

    def look(
        self, losses: Tensor, model: nn.Module, batch: tuple[Tensor, Tensor], lr: float
    ) -> None:
        """Take the losses of further steps, and say what is stuck if they have stayed.

        Args:
            losses: (n,), on any device; they are read at once.
            model: the network itself, not wrapped.
            batch: what it has just learnt from: prepared images and labels.
            lr: the rate of the last step.
        """
        if self.is_over or not self.stays(losses.tolist()):
            return
        self.is_over = True
        tqdm.write(f"{self._said()} {self._why(model, batch, lr)}".rstrip(), file=sys.stderr)

    def _said(self) -> str:
        chance = log(self.classes)
        return (
            f"The loss has stayed within 1 % of ln {self.classes} = {chance:.2f}, the loss of "
            f"guessing, for {STEPS} steps."
        )

    def _why(self, model: nn.Module, batch: tuple[Tensor, Tensor], lr: float) -> str:
        images, labels = batch[0][:PICTURES], batch[1][:PICTURES]
        own = lr if self.recipe.optimizer.startswith("sgd") else None
        try:
            found = diagnose(model, (images, labels), lr=own)
        except Exception:  # training goes on, whatever the reason
            return ""
        return "" if found.block.reason == "low loss" else found.sentence
