"""The run that test_kill kills, imported once by the process from which each run is forked."""

from dataclasses import replace
from pathlib import Path

import torch

from lessonlib.data import load
from lessonlib.data.augment import Shift
from lessonlib.models import LeNet5
from lessonlib.training import Recipe, fit

EPOCHS = 40
RECIPE = Recipe(
    epochs=EPOCHS,
    lr=0.002,
    batch_size=32,
    schedule="cosine",
    loss="discriminative",
    augment=(Shift(pixels=2),),
)


def train(result: Path, checkpoint: Path | None = None) -> None:
    """Train, with a checkpoint or without; write the weights and the seconds of an epoch."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, digits = LeNet5(), load("digits", subset=40)
    history = fit(model, digits, RECIPE, device="cpu", progress=False, checkpoint=checkpoint)
    torch.save({"weights": model.state_dict(), "seconds": history.seconds / EPOCHS}, result)


# The first run in a process imports and makes a good deal more. Here it is done once for them all.
fit(LeNet5(), load("digits", subset=1), replace(RECIPE, epochs=1), device="cpu", progress=False)
