"""A run that is stopped goes on as if it had not been, or says why it cannot."""

import errno

import pytest
import torch

from lessonlib.data.augment import Shift
from lessonlib.models import LeNet5, LeNetModern
from lessonlib.training import CheckpointError, Recipe, fit
from tests.unit.training_examples import blobs, small, weights

RECIPE = Recipe(epochs=4, batch_size=16, lr=0.1, schedule="cosine", augment=(Shift(2),))


def stopped_after(epochs: int, path, monkeypatch, recipe: Recipe = RECIPE):
    """Train, and be interrupted when an epoch more begins."""
    from lessonlib.training import loop

    epoch = loop._Run.epoch

    def until(run, number, bar):
        if number > epochs:
            raise KeyboardInterrupt
        return epoch(run, number, bar)

    monkeypatch.setattr(loop._Run, "epoch", until)
    with pytest.raises(KeyboardInterrupt):
        fit(small(), blobs(), recipe, checkpoint=path)
    monkeypatch.undo()


@pytest.mark.parametrize("epochs", [1, 3])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_resumed_run_equals_one_that_never_stopped(tmp_path, monkeypatch, epochs, optimizer):
    recipe = Recipe(**{**vars(RECIPE), "optimizer": optimizer, "lr": 0.02})
    whole = small()
    expected = fit(whole, blobs(), recipe, test_set=blobs(seed=1))
    path = tmp_path / "run" / "last.pt"
    stopped_after(epochs, path, monkeypatch, recipe)
    resumed = small()
    history = fit(resumed, blobs(), recipe, test_set=blobs(seed=1), checkpoint=path)
    assert torch.equal(weights(resumed), weights(whole))
    columns = ["epoch", "lr", "train_loss"]
    assert history.table[columns].equals(expected.table[columns])


def test_a_finished_run_comes_back_without_training(tmp_path):
    first, again = small(), small()
    fit(first, blobs(), RECIPE, checkpoint=tmp_path / "c.pt")
    history = fit(again, blobs(), RECIPE, checkpoint=tmp_path / "c.pt")
    assert len(history.table) == 4
    assert torch.equal(weights(again), weights(first))


def test_batch_norm_resumes_too(tmp_path, monkeypatch):
    recipe, data = Recipe(epochs=2, batch_size=16, lr=0.05), blobs(count=32, side=28)
    torch.manual_seed(0)
    whole = LeNetModern()
    fit(whole, data, recipe)
    torch.manual_seed(0)
    begun = LeNetModern()
    from lessonlib.training import loop

    epoch = loop._Run.epoch
    monkeypatch.setattr(
        loop._Run, "epoch", lambda run, n, bar: epoch(run, n, bar) if n == 1 else 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        fit(begun, data, recipe, checkpoint=tmp_path / "c.pt")
    monkeypatch.undo()
    resumed = LeNetModern()
    fit(resumed, data, recipe, checkpoint=tmp_path / "c.pt")
    for name, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name


def test_a_nan_keeps_the_last_good_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "c.pt"
    stopped_after(2, path, monkeypatch)
    good = path.read_bytes()
    from lessonlib.training import loop

    monkeypatch.setitem(loop.LOSSES, "cross_entropy", lambda s, t: s.mean() * float("nan"))
    with pytest.raises(FloatingPointError, match=r"epoch 3, step 1, .*the last checkpoint"):
        fit(small(), blobs(), RECIPE, checkpoint=path)
    assert path.read_bytes() == good


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"lr": 0.2}, r"recipe's lr is 0\.1, this run's is 0\.2"),
        ({"epochs": 9}, "recipe's epochs is 4, this run's is 9"),
        ({"seed": 1}, "recipe's seed is 0, this run's is 1"),
    ],
)
def test_another_recipe_is_refused_by_name(tmp_path, change, named):
    fit(small(), blobs(), RECIPE, checkpoint=tmp_path / "c.pt")
    with pytest.raises(CheckpointError, match=named):
        fit(small(), blobs(), Recipe(**{**vars(RECIPE), **change}), checkpoint=tmp_path / "c.pt")


def test_another_network_set_or_version_is_refused_by_name(tmp_path, monkeypatch):
    path = tmp_path / "c.pt"
    fit(small(), blobs(), RECIPE, checkpoint=path)
    with pytest.raises(CheckpointError, match="network is 'Small', this run's is 'LeNet5'"):
        fit(LeNet5(), blobs(side=28), RECIPE, checkpoint=path)
    with pytest.raises(CheckpointError, match="data's size is 60, this run's is 30"):
        fit(small(), blobs(count=30), RECIPE, checkpoint=path)
    monkeypatch.setattr("lessonlib.training.checkpoint.VERSION", 99)
    with pytest.raises(CheckpointError, match="version is 1, this run's is 99"):
        fit(small(), blobs(), RECIPE, checkpoint=path)


@pytest.mark.parametrize("damage", ["truncated", "text", "empty", "other"])
def test_a_damaged_checkpoint_is_named(tmp_path, damage):
    path = tmp_path / "c.pt"
    fit(small(), blobs(), RECIPE, checkpoint=path)
    if damage == "other":
        torch.save({"weights": torch.zeros(3)}, path)
    else:
        whole = path.read_bytes()
        path.write_bytes({"truncated": whole[:-900], "text": b"hello", "empty": b""}[damage])
    model = small()
    with pytest.raises(CheckpointError, match=r"c\.pt cannot be read .*delete it to start anew"):
        fit(model, blobs(), RECIPE, checkpoint=path)
    assert torch.equal(weights(model), weights(small()))


def test_a_full_disk_keeps_the_last_good_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "c.pt"
    stopped_after(1, path, monkeypatch)
    good = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("torch.save", full)
    with pytest.raises(CheckpointError, match=r"No space left on device.*last good one is kept"):
        fit(small(), blobs(), RECIPE, checkpoint=path)
    assert path.read_bytes() == good
    assert [file.name for file in tmp_path.iterdir()] == ["c.pt"]


def test_it_is_read_without_running_code(tmp_path):
    path = tmp_path / "c.pt"
    fit(small(), blobs(), RECIPE, checkpoint=path)
    assert set(torch.load(path, weights_only=True)) >= {"model", "optimizer", "rows"}
