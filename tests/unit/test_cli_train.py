"""`lessonlib train` on pictures of one's own, in 16 bits, in several processes, and in two goes."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from quick_profile import ROOT
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure
from torch.distributed.launcher.api import LaunchConfig
from typer.testing import CliRunner, Result

from lessonlib import settings
from lessonlib.cli import app, together
from tests.unit.picture_folders import write

DIGITS = ("train", "lenet-classic", "--subset", "3", "--epochs", "2", "--batch-size", "8")
EPOCH = "lessonlib.training.run.Run.epoch"
TEST_LINE = r"test error \d+\.\d\d% of 12 pictures, after \d+\.\d seconds of training"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch, tmp_path):
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    monkeypatch.delenv("LESSONLIB_SUBSET", raising=False)


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def pictures(tmp_path) -> Path:
    """A folder of twelve pictures of three classes to train on, and as many to test on."""
    return write(tmp_path / "pictures")


def test_a_network_is_trained_on_a_folder_and_has_its_classes(pictures, tmp_path):
    options = ("--epochs", "1", "--batch-size", "4", "--precision", "bf16")
    saved = ("--save", tmp_path / "a.pt")
    result = call("train", "alexnet-small", "--data", f"folder:{pictures}", *options, *saved)
    assert result.exit_code == 0, result.output
    first, tested, _ = result.stdout.splitlines()
    assert first.startswith("alexnet-small on cpu; 12 pictures: folder, ")
    assert re.fullmatch(TEST_LINE, tested)
    assert torch.load(tmp_path / "a.pt")["fc8.weight"].shape == (3, 256)


def test_the_recipe_of_2012_holds_a_part_of_the_training_pictures_back(pictures):
    options = ("--epochs", "1", "--batch-size", "4", "--recipe", "alexnet-2012")
    result = call("train", "alexnet-small", "--data", f"folder:{pictures}", *options)
    assert result.exit_code == 0, result.output
    assert "3 of these are held back: the learning rate is cut when the error" in result.stdout


def test_a_run_that_is_called_again_goes_on_from_its_checkpoint(tmp_path, monkeypatch):
    files = [tmp_path / "whole.pt", tmp_path / "again.pt"]
    kept = ("--checkpoint", tmp_path / "run.pt")
    for file in files:
        assert call(*DIGITS, *kept, "--save", file).exit_code == 0
        monkeypatch.setattr(
            "lessonlib.training.run.Run.epoch", lambda *_: pytest.fail("it trained")
        )
    first, second = (torch.load(file) for file in files)
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--precision", "half"), "unknown precision 'half'; known: fp32, bf16, fp16"),
        (("--precision", "fp16"), "fp16 needs a GPU"),
        (("--recipe", "lush2002", "--precision", "bf16"), "--precision bf16 does not go with a"),
        (("--recipe", "lush2002", "--devices", "2"), "--devices 2 does not go with a recipe that"),
    ],
)
def test_what_cannot_be_computed_so_is_explained(options, said):
    result = call(*DIGITS[:4], *options)
    assert result.exit_code == 1
    assert f"lessonlib: {said}" in result.stderr


def test_more_devices_than_gpus_are_refused(monkeypatch):
    monkeypatch.setattr(settings, "device", lambda: "cuda")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    result = call(*DIGITS, "--devices", "2")
    assert result.exit_code == 1
    assert "lessonlib: --devices 2: expected at most 1, the GPUs that there are" in result.stderr


def in_a_shell(*words: str | Path) -> subprocess.CompletedProcess:
    """The command in a process of its own, as its children are."""
    return subprocess.run(
        [sys.executable, "-m", "lessonlib.cli", *words],
        env=settings.for_child(PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1"),
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )


@pytest.mark.slow
def test_two_processes_train_together_and_speak_once(tmp_path):
    alone, together = tmp_path / "alone.pt", tmp_path / "together.pt"
    assert call(*DIGITS, "--save", alone).exit_code == 0
    result = in_a_shell(*DIGITS, "--devices", "2", "--save", together)
    assert result.returncode == 0, result.stderr
    assert "Warning" not in result.stderr
    first, tested, written = result.stdout.splitlines()
    assert first.startswith("lenet-classic on cpu, 2 processes; 30 pictures: digits, 3 per class")
    assert tested.startswith("test error ")
    assert written == f"weights written to {together}"
    one, two = torch.load(alone), torch.load(together)
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=0, atol=1e-5)


def test_a_failure_of_several_processes_adds_no_traceback(monkeypatch, capsys):
    """They have said themselves what is wrong."""

    def fails(config: LaunchConfig, program: str) -> Callable:
        assert (config.nproc_per_node, program) == (2, sys.executable)

        def call(*words: str) -> None:
            assert words == ("-m", "lessonlib.cli", "train", "lenet5")
            raise ChildFailedError("lessonlib", {0: ProcessFailure(0, 1, 1, "none")})

        return call

    monkeypatch.setattr("torch.distributed.launcher.api.elastic_launch", fails)
    assert together._launch(2, ["train", "lenet5"]) == 1
    assert capsys.readouterr() == ("", "")
