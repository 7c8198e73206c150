"""Runs that several processes train together; `python -m torch.distributed.run` starts each.

    shared_runs.py FOLDER

Every process writes what came of its runs to FOLDER/NAME-PROCESS.pt.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import torch
from accelerate.state import PartialState

from lessonlib.data.augment import Shift
from lessonlib.training import Recipe, fit
from tests.unit.training_examples import blobs, small

RECIPE = Recipe(epochs=3, batch_size=16, lr=0.1, weight_decay=1e-3, augment=(Shift(2),))
RUNS = {  # name: pictures, recipe
    "equal shares": (48, RECIPE),
    "unequal shares": (61, replace(RECIPE, batch_size=15)),
    "an empty share": (33, RECIPE),
    "a plateau": (48, replace(RECIPE, optimizer="sgd_2012", schedule="plateau", patience=1)),
}


class StoppedError(Exception):
    """What ends a run in its middle."""


def stop_after_two(row: dict) -> None:
    """End the run, in every process."""
    if row["epoch"] == 2:
        raise StoppedError


def train(name: str, **options) -> dict:
    """Train one of the runs, without dropout, on the CPU."""
    count, recipe = RUNS[name]
    model = small()
    model.dropout.p = 0.0
    sets = {"validation_set": blobs(20, seed=1), "test_set": blobs(20, seed=2)}
    history = fit(model, blobs(count), recipe, device="cpu", progress=False, **sets, **options)
    rows = [{key: row[key] for key in row if key != "seconds"} for row in history.rows]
    hardware = history.hardware.as_data()
    return {"weights": model.state_dict(), "rows": rows, "hardware": hardware}


def main(folder: Path) -> None:
    """Train all of them, and stop and resume one, in this process's place among the others."""
    for name in RUNS:
        result = train(name)
        assert not PartialState._shared_state
        torch.save(result, folder / f"{name}-{os.environ['RANK']}.pt")
    checkpoint = folder / "run.ckpt"
    try:
        train("equal shares", checkpoint=checkpoint, after_epoch=stop_after_two)
    except StoppedError:
        resumed = train("equal shares", checkpoint=checkpoint)
        torch.save(resumed, folder / f"resumed-{os.environ['RANK']}.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
