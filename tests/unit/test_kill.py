"""A run killed without warning, ten times, ends with the weights of one that was left alone."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

RUN = """
import sys, torch
from lessonlib.data import load
from lessonlib.models import LeNet5
from lessonlib.training import Recipe, fit
torch.set_num_threads(1)
torch.manual_seed(0)
model = LeNet5()
recipe = Recipe(epochs=12, lr=0.002, batch_size=32, schedule="cosine", loss="discriminative",
                augment="shift")
print("ready", flush=True)
fit(model, load("digits", subset=60), recipe, device="cpu", progress=False,
    checkpoint=sys.argv[1] if len(sys.argv) > 2 else None)
torch.save(model.state_dict(), sys.argv[-1])
"""


def start(*arguments: Path) -> subprocess.Popen:
    """A training process that has done its imports."""
    words = [sys.executable, "-c", RUN, *map(str, arguments)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.slow
@pytest.mark.timeout(900)  # twelve processes, each with its imports
def test_ten_kills_change_nothing(tmp_path):
    checkpoint, left_alone, resumed = (tmp_path / name for name in ("c.pt", "a.pt", "b.pt"))
    began = time.monotonic()
    assert start(left_alone).wait(timeout=200) == 0
    whole = time.monotonic() - began
    draw = random.Random(0)
    epochs = []
    for _ in range(10):
        process = start(checkpoint, resumed)
        time.sleep(draw.uniform(0, whole / 6))
        assert process.poll() is None, "it ended before it could be killed"
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
        rows = torch.load(checkpoint, weights_only=True)["rows"] if checkpoint.exists() else []
        epochs.append(len(rows))
    assert start(checkpoint, resumed).wait(timeout=200) == 0
    print("epochs done at each kill:", epochs)
    assert epochs == sorted(epochs)
    assert 0 < epochs[-1] < 12, "the kills fell outside the training"
    expected, found = torch.load(left_alone), torch.load(resumed)
    assert all(torch.equal(expected[name], found[name]) for name in expected)
