"""A run killed without warning, ten times, ends with the weights of a run that was left alone."""

import multiprocessing
import random
import signal
import time
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import torch

from tests.unit.picture_folders import write

PROCESSES = multiprocessing.get_context("forkserver")


def start(run: str, *arguments: Path) -> BaseProcess:
    """A training process, forked from one that has done the imports."""
    from tests.unit import killed_run

    PROCESSES.set_forkserver_preload([killed_run.__name__])
    process = PROCESSES.Process(target=getattr(killed_run, run), args=arguments)
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


def killed(run: str, kills: int, folder: Path, *more: Path) -> tuple[dict, dict]:
    """What a run gives that was left alone, and one that was killed so often and resumed."""
    checkpoint, left_alone, resumed = (folder / name for name in ("c.pt", "a.pt", "b.pt"))
    expected = result_of(start(run, *more, left_alone), left_alone)
    draw, epochs = random.Random(0), []
    for _ in range(kills):
        before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        process = start(run, *more, resumed, checkpoint)
        wait_for_an_epoch(process, checkpoint, before)
        time.sleep(draw.uniform(0, 1.5 * expected["seconds"]))  # in an epoch, or in saving
        process.kill()
        process.join(timeout=30)
        assert process.exitcode == -signal.SIGKILL
        epochs.append(len(torch.load(checkpoint, weights_only=True)["rows"]))
    print("epochs done at each kill:", epochs)
    assert all(a < b for a, b in pairwise([0, *epochs]))
    return expected, result_of(start(run, *more, resumed, checkpoint), resumed)


@pytest.mark.slow
def test_ten_kills_change_nothing(tmp_path):
    expected, found = killed("train", 10, tmp_path)
    assert all(
        torch.equal(value, found["weights"][name]) for name, value in expected["weights"].items()
    )


@pytest.mark.slow
def test_kills_change_nothing_where_pictures_are_read_from_a_disk(tmp_path, monkeypatch):
    """By two processes that read ahead; with changes of colour, and a rate that waits."""
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "data"))
    root = write(tmp_path / "pictures")
    expected, found = killed("train_on_a_folder", 2, tmp_path, root)
    assert all(
        torch.equal(value, found["weights"][name]) for name, value in expected["weights"].items()
    )
