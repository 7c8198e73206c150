"""A run killed without warning, ten times, ends with the weights of a run that was left alone."""

import multiprocessing
import random
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import torch

PROCESSES = multiprocessing.get_context("forkserver")


def start(*arguments: Path) -> BaseProcess:
    """A training process, forked from one that has done the imports."""
    from tests.unit import killed_run

    PROCESSES.set_forkserver_preload([killed_run.__name__])
    process = PROCESSES.Process(target=killed_run.train, args=arguments)
    process.start()
    return process


def wait_for_an_epoch(process: BaseProcess, checkpoint: Path, before: int) -> None:
    """Return as soon as the process has written another checkpoint."""
    while not checkpoint.exists() or checkpoint.stat().st_mtime_ns == before:
        assert process.is_alive(), "it ended before it could be killed"
        time.sleep(0.002)


def result_of(process: BaseProcess, result: Path) -> dict:
    """What a process that is left alone writes."""
    process.join(timeout=200)
    assert process.exitcode == 0
    return torch.load(result)


@pytest.mark.slow
def test_ten_kills_change_nothing(tmp_path):
    from tests.unit.killed_run import EPOCHS

    checkpoint, left_alone, resumed = (tmp_path / name for name in ("c.pt", "a.pt", "b.pt"))
    expected = result_of(start(left_alone), left_alone)
    draw, epochs = random.Random(0), []
    for _ in range(10):
        before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        process = start(resumed, checkpoint)
        wait_for_an_epoch(process, checkpoint, before)
        time.sleep(draw.uniform(0, 1.5 * expected["seconds"]))  # in an epoch, or in saving
        process.kill()
        process.join(timeout=30)
        assert process.exitcode == -signal.SIGKILL
        epochs.append(len(torch.load(checkpoint, weights_only=True)["rows"]))
    print("epochs done at each kill:", epochs)
    assert all(a < b for a, b in zip([0, *epochs], [*epochs, EPOCHS], strict=True))
    found = result_of(start(resumed, checkpoint), resumed)["weights"]
    assert all(torch.equal(value, found[name]) for name, value in expected["weights"].items())
