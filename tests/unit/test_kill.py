"""A run killed without warning, ten times, ends with the weights of one that was left alone."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

EPOCHS = 40
RUN = f"""
import sys, torch
from lessonlib.data import load
from lessonlib.data.augment import Shift
from lessonlib.models import LeNet5
from lessonlib.training import Recipe, fit
torch.set_num_threads(1)
torch.manual_seed(0)
model, digits = LeNet5(), load("digits", subset=40)
recipe = Recipe(epochs={EPOCHS}, lr=0.002, batch_size=32, schedule="cosine",
                loss="discriminative", augment=(Shift(2),))
checkpoint = sys.argv[1] if len(sys.argv) > 2 else None
print("ready", flush=True)
history = fit(model, digits, recipe, device="cpu", progress=False, checkpoint=checkpoint)
torch.save(model.state_dict(), sys.argv[-1])
print(history.seconds / {EPOCHS})
"""


def start(*arguments: Path) -> subprocess.Popen:
    """A training process that has done its imports."""
    words = [sys.executable, "-c", RUN, *map(str, arguments)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def wait_for_an_epoch(process: subprocess.Popen, checkpoint: Path, before: int) -> None:
    """Return as soon as the process has written another checkpoint."""
    while not checkpoint.exists() or checkpoint.stat().st_mtime_ns == before:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.timeout(900)  # twelve processes, each with its imports
def test_ten_kills_change_nothing(tmp_path):
    checkpoint, left_alone, resumed = (tmp_path / name for name in ("c.pt", "a.pt", "b.pt"))
    whole = start(left_alone)
    epoch_seconds = float(whole.communicate(timeout=300)[0])
    draw, epochs = random.Random(0), []
    for _ in range(10):
        before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        process = start(checkpoint, resumed)
        wait_for_an_epoch(process, checkpoint, before)
        time.sleep(draw.uniform(0, 1.5 * epoch_seconds))  # anywhere in an epoch, or in saving
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
        epochs.append(len(torch.load(checkpoint, weights_only=True)["rows"]))
    print("epochs done at each kill:", epochs)
    assert all(a < b for a, b in zip([0, *epochs], [*epochs, EPOCHS], strict=True))
    assert start(checkpoint, resumed).wait(timeout=300) == 0
    expected, found = torch.load(left_alone), torch.load(resumed)
    assert all(torch.equal(expected[name], found[name]) for name in expected)
