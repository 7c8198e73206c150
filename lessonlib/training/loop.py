"""The training loop."""

import os
import time
from collections.abc import Callable, Iterator, Mapping

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm import tqdm

from lessonlib import settings
from lessonlib.data import PictureSet
from lessonlib.data.augment import EpochDraws, for_testing, settled
from lessonlib.data.face import share_weight
from lessonlib.training.checkpoint import Checkpoint
from lessonlib.training.evaluate import evaluate
from lessonlib.training.fitting import check_network, check_set, parameter_type, prepared
from lessonlib.training.history import History
from lessonlib.training.losses import LOSSES, cross_entropy
from lessonlib.training.machine import accelerator, bare
from lessonlib.training.optimizers import make_optimizer, make_schedule
from lessonlib.training.recipe import Recipe
from lessonlib.training.rehearsal import rehearse
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
    train_set: PictureSet,
    recipe: Recipe,
    *,
    test_set: PictureSet | None = None,
    device: str | None = None,
    precision: str = "fp32",
    channels_last: bool = False,
    compiled: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    after_epoch: Callable[[Mapping[str, float]], None] | None = None,
    progress: bool = True,
) -> History:
    """Train a network in place.

    The order of the pictures follows from the recipe's seed and the epoch. What augmentation does
    to a picture follows from these and from the picture's place in the set, not from the batch
    size. Dropout has its own random numbers for each seed and epoch, which it draws batch by batch.
    The weights at the start are the caller's (`new_network` makes them from a seed), and the
    caller's own random numbers are left as they were. So a run that was stopped and goes on from
    its checkpoint ends, on a CPU, with the same weights as one that was not.

    What cannot work is refused before the first step, and the weights are left as they were.

    Args:
        model: a network with `prepare`; it is moved to `device`. Pictures get the type of its
            parameters.
        train_set: what to learn from.
        recipe: how to train.
        test_set: if given, it is classified after each epoch, and nothing is chosen by the result.
            It has the same classes.
        device: `cpu` or `cuda`; None asks `lessonlib.settings.device()`.
        precision: `fp32`; `bf16` or `fp16` compute with 16 bits where that is safe.
        channels_last: keep each pixel's channels side by side in memory, which is faster or
            slower, depending on network and machine.
        compiled: let `torch.compile` translate the network. This takes some time at the start, so
            measure whether it pays (`make bench ARGS="--compile"`) before you choose it.
        checkpoint: a file that keeps the run after every epoch and from which it goes on;
            `load_weights` reads the network from it.
        after_epoch: called with each epoch's row of the history, once the checkpoint is written; an
            exception from it ends the training.
        progress: draw a bar on stderr if that is a terminal or a notebook; it is never drawn in a
            file or a pipe, nor if TQDM_DISABLE is set. False draws none.

    Raises:
        ValueError: a set does not fit the network, the smallest batch cannot be trained on, the
            precision does not fit the device, or a checkpoint is of another run
            (`CheckpointError`).
        FloatingPointError: the loss became NaN or infinite; the message names epoch, step and rate.
    """
    check_set(train_set, "train_set")
    if test_set is not None:
        check_set(test_set, "test_set")
    check_network(model)
    if not isinstance(recipe, Recipe):
        raise ValueError(
            f"expected a Recipe, got {type(recipe).__name__}; with an SDLMRecipe call "
            f"lessonlib.training.sdlm_fit"
        )
    with accelerator(device or settings.device(), precision) as machine, bare(model):
        rehearse(model.to(machine.device), train_set, test_set, recipe, machine)
        with _Run(model, train_set, recipe, machine, channels_last, compiled) as run:
            kept = Checkpoint(checkpoint, model, train_set, recipe) if checkpoint else None
            rows = kept.resume(run.optimizer, run.schedule, machine.scaler) if kept else []
            with _bar(run, done=len(rows), shown=progress and machine.is_main_process) as bar:
                for epoch in range(len(rows) + 1, recipe.epochs + 1):
                    bar.set_description(f"epoch {epoch}/{recipe.epochs}")
                    row = run.epoch(epoch, bar)
                    if test_set is not None:
                        result = evaluate(
                            model,
                            test_set,
                            device=str(machine.device),
                            steps=for_testing(recipe.augment),
                        )
                        row["test_error"] = result.error_rate
                    rows.append(row)
                    bar.set_postfix(loss=f"{row['train_loss']:.4f}")
                    if kept and machine.is_main_process:
                        kept.save(rows, run.optimizer, run.schedule, machine.scaler)
                    if after_epoch is not None:
                        after_epoch(row)
        return History(recipe, machine.device.type, tuple(rows))


class _Run:
    """One run: what stays the same from epoch to epoch. Leaving it restores the old layout."""

    def __init__(
        self,
        model: nn.Module,
        train_set: PictureSet,
        recipe: Recipe,
        machine: Accelerator,
        channels_last: bool,
        compiled: bool,
    ) -> None:
        self.model, self.recipe, self.machine = model, recipe, machine
        self.train_set = train_set.to(machine.device)
        self.augment = settled(recipe.augment, train_set)
        self.dtype = parameter_type(model)
        self.memory = torch.channels_last if channels_last else torch.contiguous_format
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
        self.model.to(memory_format=torch.contiguous_format)

    def epoch(self, epoch: int, bar: tqdm) -> dict:
        """One pass over the set; returns its row of the history."""
        started, rate = time.perf_counter(), self.schedule.get_last_lr()[0]
        # One tensor, not one per step: those would lie between the batches and split the memory.
        precise = torch.promote_types(self.dtype or torch.float32, torch.float32)
        losses = torch.zeros(self.steps, device=self.machine.device, dtype=precise)
        rates: list[float] = []
        self.model.train()
        with drawing_from(self.recipe.seed, "dropout", epoch, self.machine.device):
            for step, (images, labels, weight) in enumerate(self._batches(epoch)):
                rates.append(self.schedule.get_last_lr()[0])
                losses[step] = train_step(
                    self.prepared,
                    images,
                    labels,
                    self.optimizer,
                    loss=_weighted(LOSSES[self.recipe.loss], weight),
                    backward=self.machine.backward,
                )
                self.schedule.step()
                bar.update()
                if len(rates) % CHECK_EVERY == 0 or len(rates) == self.steps:
                    _check_finite(losses, rates, epoch)
        mean = losses.mean().item()
        seconds = time.perf_counter() - started
        return {"epoch": epoch, "lr": rate, "train_loss": mean, "seconds": seconds}

    def _batches(self, epoch: int) -> Iterator[tuple[Tensor, Tensor, float]]:
        """This process's share of each batch, prepared, on the device, and how much it counts."""
        recipe, device, count = self.recipe, self.machine.device, len(self.train_set)
        augment = EpochDraws(self.augment, count, seed=recipe.seed, epoch=epoch, device=device)
        share = (self.machine.process_index, self.machine.num_processes)
        batches = self.train_set.batches(
            epoch, recipe.batch_size, recipe.seed, indices=True, share=share
        )
        for step, (images, labels, indices) in enumerate(batches):
            whole = min(recipe.batch_size, count - step * recipe.batch_size)
            images = augment(images.to(device), indices.to(device))
            images = prepared(self.model, images, self.dtype)
            images = images.contiguous(memory_format=self.memory)
            yield images, labels.to(device), share_weight(indices, whole, share)


def _weighted(loss: Loss, weight: float) -> Loss:
    """A loss that counts as much as the share of a batch that it is of."""
    return loss if weight == 1 else lambda scores, labels: weight * loss(scores, labels)


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


def _bar(run: _Run, done: int, shown: bool) -> tqdm:
    """A progress bar over all steps of a run; `done` of its epochs were trained before."""
    return tqdm(
        total=run.recipe.epochs * run.steps,
        initial=done * run.steps,
        unit="step",
        disable=not (shown and settings.shows_bars()),
    )
