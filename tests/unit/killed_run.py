"""The run that test_kill kills, imported once by the process from which each run is forked."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from lessonlib.data import PictureSet, load, split
from lessonlib.data.augment import Shift
from lessonlib.data.colours import ColourPCA
from lessonlib.data.crops import Flip
from lessonlib.models import LeNet5
from lessonlib.training import Recipe, fit
from tests.unit.picture_folders import blocks

EPOCHS = 40
RECIPE = Recipe(
    epochs=EPOCHS,
    lr=0.002,
    batch_size=32,
    schedule="cosine",
    loss="discriminative",
    augment=(Shift(pixels=2),),
)

ON_A_FOLDER = Recipe(
    epochs=EPOCHS,
    lr=0.02,
    batch_size=4,
    optimizer="sgd_2012",
    weight_decay=5e-4,
    schedule="plateau",
    patience=2,
    augment=(Flip(), ColourPCA()),
)


def train(result: Path, checkpoint: Path | None = None) -> None:
    """Train, with a checkpoint or without; write the weights and the seconds of an epoch."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    _train(LeNet5(), load("digits", subset=40), RECIPE, result, checkpoint)


def train_on_a_folder(root: Path, result: Path, checkpoint: Path | None = None) -> None:
    """The same on pictures that two processes read while this one trains."""
    torch.set_num_threads(1)
    # As in a program of one's own, whose reading processes notice that it is gone.
    multiprocessing.set_start_method("fork", force=True)
    train_set, validation_set = split(load("folder", root=root).with_workers(2), 0.25)
    more = {"validation_set": validation_set}
    _train(blocks(), train_set, ON_A_FOLDER, result, checkpoint, **more)


def _train(
    model: nn.Module,
    data: PictureSet,
    recipe: Recipe,
    result: Path,
    checkpoint: Path | None,
    **more: PictureSet,
) -> None:
    history = fit(model, data, recipe, device="cpu", progress=False, checkpoint=checkpoint, **more)
    seconds = history.table["seconds"].median()  # the first epoch can be longer
    torch.save({"weights": model.state_dict(), "seconds": float(seconds)}, result)


# The first run in a process imports and makes a good deal more. Here it is done once for them all.
fit(LeNet5(), load("digits", subset=1), replace(RECIPE, epochs=1), device="cpu", progress=False)
