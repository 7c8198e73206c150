"""The training loop."""

import os
import time
from collections.abc import Callable, Iterator

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm import tqdm

from lessonlib import settings
from lessonlib.data import ImageSet
from lessonlib.data.augment import EpochDraws
from lessonlib.models.modes import eval_mode
from lessonlib.training.checkpoint import Checkpoint
from lessonlib.training.evaluate import evaluate
from lessonlib.training.history import History
from lessonlib.training.losses import LOSSES, cross_entropy
from lessonlib.training.machine import accelerator, on_device, release
from lessonlib.training.optimizers import make_optimizer, make_schedule
from lessonlib.training.recipe import Recipe
from lessonlib.training.seeds import drawing_from

Loss = Callable[[Tensor, Tensor], Tensor]
CHECK_EVERY = 50  # steps between two looks at the losses, each of which waits for the GPU


def train_step(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    optimizer: Optimizer,
    *,
    loss: Loss = cross_entropy,
    backward: Callable[[Tensor], None] = Tensor.backward,
) -> Tensor:
    """One update from one batch; gives the batch's loss, detached.

    Args:
        model: the network, in training mode.
        images: (N, C, H, W), prepared.
        labels: (N,), class indices.
        optimizer: over the model's parameters.
        loss: of scores (N, classes) and labels.
        backward: what computes the gradients of the loss.
    """
    optimizer.zero_grad(set_to_none=True)
    scores = model(images)  # (N, classes)
    value = loss(scores, labels)
    backward(value)
    optimizer.step()
    return value.detach()  # no .item(): that would wait for the GPU


def fit(
    model: nn.Module,
    train_set: ImageSet,
    recipe: Recipe,
    *,
    test_set: ImageSet | None = None,
    device: str | None = None,
    precision: str = "fp32",
    channels_last: bool = False,
    compiled: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> History:
    """Train a network in place.

    The order of the pictures, augmentation and dropout follow from the recipe's seed and the
    epoch alone; the caller's own random numbers are left as they were. So a run that was stopped
    and goes on from its checkpoint ends, on a CPU, with the same weights as one that was not.

    Args:
        model: a network with `prepare`; it is moved to `device`.
        train_set: what to learn from.
        recipe: how.
        test_set: classified after each epoch, if given; nothing is chosen by it.
        device: `cpu` or `cuda`; None asks `lessonlib.settings.device()`.
        precision: `fp32`; `bf16` or `fp16` compute with 16 bits where that is safe.
        channels_last: keep each pixel's channels side by side in memory; faster or slower, by
            network and machine.
        compiled: let `torch.compile` translate the network; costs its own time at the start, and
            is best measured (`make bench ARGS="--compile"`) before it is chosen.
        checkpoint: a file that keeps the run after every epoch and from which it goes on.
        progress: show a bar.

    Raises:
        ValueError: the set does not fit the network, or the precision the device; said before the
            first step. Also for a checkpoint of another run (`CheckpointError`).
        FloatingPointError: the loss became NaN or infinite; names epoch, step and rate.
    """
    with accelerator(device or settings.device(), precision) as machine:
        model.to(machine.device)
        _check_fits(model, train_set, machine)
        with _Run(model, train_set, recipe, machine, channels_last, compiled) as run:
            kept = Checkpoint(checkpoint, model, train_set, recipe) if checkpoint else None
            rows = kept.resume(run.optimizer, run.schedule) if kept else []
            shown = {} if progress and machine.is_main_process else {"disable": True}
            done = len(rows) * run.steps
            with tqdm(total=recipe.epochs * run.steps, initial=done, unit="step", **shown) as bar:
                for epoch in range(len(rows) + 1, recipe.epochs + 1):
                    bar.set_description(f"epoch {epoch}/{recipe.epochs}")
                    row = run.epoch(epoch, bar)
                    if test_set is not None:
                        result = evaluate(model, test_set, device=str(machine.device))
                        row["test_error"] = result.error_rate
                    rows.append(row)
                    bar.set_postfix(loss=f"{row['train_loss']:.4f}")
                    if kept and machine.is_main_process:
                        kept.save(rows, run.optimizer, run.schedule)
        return History(recipe, machine.device.type, tuple(rows))


class _Run:
    """One run: what stays the same from epoch to epoch. Leaving it gives the network back bare."""

    def __init__(
        self,
        model: nn.Module,
        train_set: ImageSet,
        recipe: Recipe,
        machine: Accelerator,
        channels_last: bool,
        compiled: bool,
    ) -> None:
        self.model, self.train_set, self.recipe, self.machine = model, train_set, recipe, machine
        self.memory = torch.channels_last if channels_last else torch.contiguous_format
        self.images, self.labels = on_device(train_set, machine.device)
        self.steps = -(-len(train_set) // recipe.batch_size)
        optimizer = make_optimizer(model.to(memory_format=self.memory).parameters(), recipe)
        self.schedule = make_schedule(optimizer, recipe, self.steps * recipe.epochs)
        self.prepared, self.optimizer = machine.prepare(model, optimizer)
        if compiled:
            # Not dynamic: the shorter last batch would make all later ones a slow general case.
            self.prepared = torch.compile(self.prepared, dynamic=False)

    def __enter__(self) -> "_Run":
        return self

    def __exit__(self, *_: object) -> None:
        release(self.model.to(memory_format=torch.contiguous_format))

    def epoch(self, epoch: int, bar: tqdm) -> dict:
        """One pass over the set; gives its row of the history."""
        started, rate = time.perf_counter(), self.schedule.get_last_lr()[0]
        # One tensor, not a number a step: those would lie between the batches and split the memory.
        losses = torch.zeros(self.steps, device=self.machine.device)
        rates: list[float] = []
        loss = LOSSES[self.recipe.loss]
        self.model.train()
        with drawing_from(self.recipe.seed, "dropout", epoch, self.machine.device):
            for step, (images, labels) in enumerate(self._batches(epoch)):
                rates.append(self.schedule.get_last_lr()[0])
                losses[step] = train_step(
                    self.prepared,
                    images,
                    labels,
                    self.optimizer,
                    loss=loss,
                    backward=self.machine.backward,
                )
                self.schedule.step()
                bar.update()
                if len(rates) % CHECK_EVERY == 0 or len(rates) == self.steps:
                    _check_finite(losses, rates, epoch)
        mean = losses.mean().item()
        seconds = time.perf_counter() - started
        return {"epoch": epoch, "lr": rate, "train_loss": mean, "seconds": seconds}

    def _batches(self, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        """This process's share of each batch, prepared, on the device."""
        recipe, device = self.recipe, self.machine.device
        place, count = self.images.device, len(self.train_set)
        augment = EpochDraws(recipe.augment, count, seed=recipe.seed, epoch=epoch, device=place)
        order = self.train_set.order(epoch, recipe.seed).to(place)
        for whole in order.split(recipe.batch_size):
            chosen = whole[self.machine.process_index :: self.machine.num_processes]
            images = augment(self.images[chosen], chosen)
            images = self.model.prepare(images.to(device)).contiguous(memory_format=self.memory)
            yield images, self.labels[chosen].to(device)


def _check_finite(losses: Tensor, rates: list[float], epoch: int) -> None:
    """Look at an epoch's losses so far, one for each of the rates; they stay on the device."""
    bad = (~losses[: len(rates)].isfinite()).nonzero().flatten()
    if len(bad):
        step = int(bad[0])
        raise FloatingPointError(
            f"the loss is {losses[step].item()} in epoch {epoch}, step {step + 1}, at learning "
            f"rate {rates[step]:g}; the weights are spoilt: start from a fresh network, or from "
            f"the last checkpoint, with a lower rate"
        )


def _check_fits(model: nn.Module, train_set: ImageSet, machine: Accelerator) -> None:
    if not hasattr(model, "prepare"):
        raise ValueError(
            f"expected a network with prepare(images), got {type(model).__name__}; give its "
            f"class a static method that turns uint8 images into the floats it reads"
        )
    with eval_mode(model), torch.inference_mode():
        scores = model(model.prepare(train_set.images[:1].to(machine.device)))
    classes = len(train_set.classes)
    if scores.ndim != 2 or scores.shape[1] < classes:
        raise ValueError(
            f"expected scores of shape (N, {classes}) or wider for the {classes} classes of "
            f"{train_set.name!r}, but {type(model).__name__} gives {tuple(scores.shape)}"
        )
