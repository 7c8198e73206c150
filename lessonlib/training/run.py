"""One training run: what stays the same from epoch to epoch."""

import time

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from tqdm import tqdm

from lessonlib.training.batches import Batches
from lessonlib.training.fitting import parameter_type
from lessonlib.training.hardware import Hardware
from lessonlib.training.losses import LOSSES
from lessonlib.training.memory import check_fits, needed
from lessonlib.training.memory_watch import MemoryWatch
from lessonlib.training.optimizers import make_optimizer
from lessonlib.training.plateau import PlateauWatch
from lessonlib.training.processes import mean_of_all
from lessonlib.training.schedules import after_update, make_schedule
from lessonlib.training.seeds import drawing_from
from lessonlib.training.step import Loss, train_step

CHECK_EVERY = 50  # steps between two looks at the losses, each of which waits for the GPU


class Run:
    """One run on one kind of hardware.

    Args:
        model: the network, on the machine's device, laid out in memory as it is to be.
        batches: what it learns from.
        machine: what accelerate found.
        hardware: the same in words, and whether the network is to be translated.

    Raises:
        ValueError: the memory will not be enough; the message says for which batch it would be.
    """

    def __init__(
        self, model: nn.Module, batches: Batches, machine: Accelerator, hardware: Hardware
    ) -> None:
        self.model, self.batches, self.machine, self.hardware = model, batches, machine, hardware
        self.recipe = recipe = batches.recipe
        self.memory = needed(model, batches, recipe, machine)
        check_fits(self.memory, recipe, hardware, machine.device)
        scaled = machine.scaler is not None
        optimizer = make_optimizer(model.parameters(), recipe, scaled=scaled)
        self.schedule = make_schedule(optimizer, recipe, self.steps * recipe.epochs)
        self.prepared, self.optimizer = machine.prepare(
            model, optimizer, device_placement=[False, True]
        )
        if hardware.compiled:
            # Not dynamic: the shorter last batch would make all later ones a slow general case.
            self.prepared = torch.compile(self.prepared, dynamic=False)
        self.watch = MemoryWatch(machine.device)
        classes, is_quiet = len(batches.pictures.classes), not machine.is_main_process
        self.plateau = PlateauWatch(recipe, classes, is_quiet=is_quiet)

    @property
    def steps(self) -> int:
        """Updates per epoch."""
        return self.batches.per_epoch

    def epoch(self, epoch: int, bar: tqdm) -> dict:
        """One pass over the set; returns its row of the history."""
        started, rate = time.perf_counter(), self.schedule.get_last_lr()[0]
        # One tensor, not one per step: those would lie between the batches and split the memory.
        own = parameter_type(self.model) or torch.float32
        precise = torch.promote_types(own, torch.float32)
        losses = torch.zeros(self.steps, device=self.machine.device, dtype=precise)
        rates: list[float] = []
        self.model.train()
        with drawing_from(self.recipe.seed, self._dropout, epoch, self.machine.device):
            for step, (images, labels, weight) in enumerate(self.batches.of(epoch)):
                rates.append(self.schedule.get_last_lr()[0])
                losses[step] = train_step(
                    self.prepared,
                    images,
                    labels,
                    self.optimizer,
                    loss=_weighted(LOSSES[self.recipe.loss], weight),
                    backward=self.machine.backward,
                )
                after_update(self.schedule)
                bar.update()
                if len(rates) % CHECK_EVERY == 0 or len(rates) == self.steps:
                    self._look(mean_of_all(losses, self.machine), rates, epoch, (images, labels))
        mean = mean_of_all(losses, self.machine).mean().item()
        seconds = time.perf_counter() - started
        return {"epoch": epoch, "lr": rate, "train_loss": mean, "seconds": seconds}

    def memory_used(self) -> int | None:
        """The most bytes that training has needed in this process, weights included."""
        most = self.watch.most()
        return None if most is None else most + self.memory.parameters

    def _look(self, losses: Tensor, rates: list[float], epoch: int, batch: tuple) -> None:
        """Look at an epoch's losses so far: are they numbers, and do they stay at ln K?"""
        _check_finite(losses, rates, epoch)
        seen = (len(rates) - 1) // CHECK_EVERY * CHECK_EVERY  # when it last looked
        self.plateau.look(losses[seen : len(rates)], self.model, batch, rates[-1])

    @property
    def _dropout(self) -> str:
        """The stream that dropout draws from; each process has one, for it has other pictures."""
        number = self.machine.process_index
        return f"dropout/{number}" if number else "dropout"


def _weighted(loss: Loss, weight: Tensor | float) -> Loss:
    """A loss that counts as much as the share of a batch that it is of."""
    if isinstance(weight, float) and weight == 1:
        return loss
    return lambda scores, labels: weight * loss(scores, labels)


def _check_finite(losses: Tensor, rates: list[float], epoch: int) -> None:
    """Check an epoch's losses so far, one for each of the rates; they stay on the device."""
    bad = (~losses[: len(rates)].isfinite()).nonzero().flatten()
    if len(bad):
        step = int(bad[0])
        raise FloatingPointError(
            f"the loss is {losses[step].item()} in epoch {epoch}, step {step + 1}, at learning "
            f"rate {rates[step]:g}; the weights are now unusable: start from a new network, or "
            f"from the last checkpoint, with a lower rate"
        )
