"""The training loop."""

import os
from collections.abc import Callable, Mapping

from torch import nn
from tqdm import tqdm

from lessonlib import settings
from lessonlib.data import PictureSet
from lessonlib.training.batches import Batches, read_by_workers
from lessonlib.training.between_epochs import errors
from lessonlib.training.checkpoint import Checkpoint
from lessonlib.training.fitting import check_given
from lessonlib.training.hardware import Hardware
from lessonlib.training.history import History
from lessonlib.training.machine import accelerator, bare, bring, device_for, laid_out, spelled_out
from lessonlib.training.mean_picture import set_mean
from lessonlib.training.out_of_memory import explained
from lessonlib.training.processes import check_same_place
from lessonlib.training.recipe import Recipe
from lessonlib.training.rehearsal import rehearse
from lessonlib.training.run import Run
from lessonlib.training.schedules import follow


def fit(
    model: nn.Module,
    train_set: PictureSet,
    recipe: Recipe,
    *,
    test_set: PictureSet | None = None,
    validation_set: PictureSet | None = None,
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

    A program that calls `fit` can be started several times at once, by `torchrun` (or, on GPUs, by
    `accelerate launch`), on one machine or on several: `torchrun --nproc-per-node 2 program.py`.
    Then each process takes a share of every batch, on a GPU of its own where there are some, and
    they average their gradients, so that the weights are those of one process up to rounding.
    Dropout draws for each share by itself, and batch norm sees one share only. The main process
    alone evaluates, draws the bar and writes the checkpoint, which all must be able to read.

    When the loss `cross_entropy` has stayed within 1 % of ln K for 300 steps, one line on stderr
    says what `diagnose` finds to be stuck. The weights are the same with and without it.

    A network that subtracts the mean of its training pictures (`AlexNet`) gets it from the training
    set, unless it has one. What cannot work is refused before the first step, and the weights are
    left as they were.

    Args:
        model: a network with `prepare`; it is moved to `device`, unless its parts lie on several
            devices already. Pictures get the type of its parameters.
        train_set: what to learn from.
        recipe: how to train.
        test_set: if given, it is classified after each epoch, and nothing is chosen by the result.
            It has the same classes.
        validation_set: the same, but the recipe's schedule `plateau` follows its error. Hold it
            back from the training part.
        device: such as `cpu`, `cuda` or `cuda:1`; None asks `lessonlib.settings.device()`.
        precision: `fp32`; `bf16` or `fp16` compute with 16 bits where that is safe.
        channels_last: keep each pixel's channels side by side in memory, which is faster or
            slower, depending on network and machine.
        compiled: let `torch.compile` translate the network. This takes some time at the start, so
            measure whether it pays (`make bench ARGS="--compile"`) before you choose it.
        checkpoint: a file that keeps the run after every epoch and from which it goes on, also on
            other hardware; `load_weights` reads the network from it.
        after_epoch: called in every process with each epoch's row of the history, once the
            checkpoint is written; an exception from it ends the training.
        progress: draw a bar on stderr if that is a terminal or a notebook; it is never drawn in a
            file or a pipe, nor if TQDM_DISABLE is set. False draws none.

    Raises:
        ValueError: a set does not fit the network, the smallest batch cannot be trained on, the
            memory that is free will not be enough, there is no such device, it does not compute in
            the precision, or a checkpoint is of another run (`CheckpointError`).
        FloatingPointError: the loss became NaN or infinite; the message names epoch, step and rate.
        OutOfMemoryError: memory ran out all the same; the message says what is kept.
    """
    tested = {"validation": validation_set, "test": test_set}
    tested = {purpose: given for purpose, given in tested.items() if given is not None}
    check_given(model, train_set, tested, recipe)
    train_set, workers = read_by_workers(train_set)
    with accelerator(device_for(model, device), precision) as machine, bare(model):
        bring(model, machine.device)
        rehearse(model, train_set, tested, recipe, machine)
        hardware = Hardware(
            device=spelled_out(model, machine.device),
            precision=precision,
            channels_last=channels_last,
            compiled=compiled,
            workers=workers,
            processes=machine.num_processes,
        )
        with laid_out(model, channels_last) as layout:
            batches = Batches(model, train_set, recipe, machine, layout)
            run = Run(model, batches, machine, hardware)
            kept = None
            if checkpoint:
                kept = Checkpoint(checkpoint, model, train_set, recipe, hardware)
            rows = _train(run, tested, kept, after_epoch, progress)
            return History(recipe, hardware, tuple(rows), run.memory, run.memory_used())


def _train(
    run: Run,
    tested: Mapping[str, PictureSet],
    kept: Checkpoint | None,
    after_epoch: Callable[[Mapping[str, float]], None] | None,
    progress: bool,
) -> list[dict]:
    """Train the epochs that are missing; gives the rows of all."""
    machine, last = run.machine, run.recipe.epochs
    rows = kept.resume(run.optimizer, run.schedule, machine.scaler) if kept else []
    check_same_place(len(rows), machine)
    if not rows:
        set_mean(run.model, run.batches.pictures, run.recipe, machine)
    shown = progress and machine.is_main_process
    with _bar(run, done=len(rows), shown=shown) as bar, explained(run, rows, kept):
        for epoch in range(len(rows) + 1, last + 1):
            bar.set_description(f"epoch {epoch}/{last}")
            row = run.epoch(epoch, bar)
            rows.append({**row, **errors(run.model, tested, run.recipe, machine)})
            follow(run.schedule, rows[-1])
            bar.set_postfix(loss=f"{row['train_loss']:.4f}")
            if kept and machine.is_main_process:
                kept.save(rows, run.optimizer, run.schedule, machine.scaler)
            if after_epoch is not None:
                after_epoch(rows[-1])
    return rows


def _bar(run: Run, done: int, shown: bool) -> tqdm:
    """A progress bar over all steps of a run; `done` of its epochs were trained before."""
    return tqdm(
        total=run.recipe.epochs * run.steps,
        initial=done * run.steps,
        unit="step",
        disable=not (shown and settings.shows_bars()),
    )
