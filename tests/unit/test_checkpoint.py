"""A run that is stopped goes on as if it had not been, or says why it cannot."""

import errno
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch
from torch.amp import GradScaler

from lessonlib.data import shifted
from lessonlib.data.augment import Shift
from lessonlib.models import LeNet5, LeNetModern
from lessonlib.training import CheckpointError, Recipe, fit, load_weights
from tests.unit.training_examples import blobs, small, weights

RECIPE = Recipe(epochs=4, batch_size=16, lr=0.1, schedule="cosine", augment=(Shift(2),))


def stopped_after(epochs: int, path, monkeypatch, recipe: Recipe = RECIPE, **options):
    """Train, and be interrupted when one more epoch begins."""
    from lessonlib.training import run as running

    epoch = running.Run.epoch

    def until(run, number, bar):
        if number > epochs:
            raise KeyboardInterrupt
        return epoch(run, number, bar)

    monkeypatch.setattr(running.Run, "epoch", until)
    with pytest.raises(KeyboardInterrupt):
        fit(small(), blobs(), recipe, checkpoint=path, **options)
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
    from lessonlib.training import run as running

    epoch = running.Run.epoch
    monkeypatch.setattr(
        running.Run, "epoch", lambda run, n, bar: epoch(run, n, bar) if n == 1 else 1 / 0
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
    from lessonlib.training import run as running

    monkeypatch.setitem(running.LOSSES, "cross_entropy", lambda s, t: s.mean() * float("nan"))
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


def test_another_network_set_or_type_is_refused_by_name(tmp_path):
    path = tmp_path / "c.pt"
    fit(small(), blobs(), RECIPE, checkpoint=path)
    with pytest.raises(CheckpointError, match="network is 'Small', this run's is 'LeNet5'"):
        fit(LeNet5(), blobs(side=28), RECIPE, checkpoint=path)
    with pytest.raises(CheckpointError, match="data's size is 60, this run's is 30"):
        fit(small(), blobs(count=30), RECIPE, checkpoint=path)
    with pytest.raises(CheckpointError, match=r"type is 'torch.float32', this run's is 'torch.f"):
        fit(small().double(), blobs(), RECIPE, checkpoint=path)


def test_another_set_of_the_same_name_and_size_is_refused(tmp_path):
    """Otherwise a finished run would return without training, with the weights of the other set."""
    path, data = tmp_path / "c.pt", blobs()
    fit(small(), data, RECIPE, checkpoint=path)
    others = {
        "shuffled": data.take(data.order(1, 0)),
        "moved": shifted(data, right=1),
        "relabelled": replace(data, labels=data.labels.flip(0)),
        "renamed classes": replace(data, classes=("a", "b", "c")),
    }
    said = r"set 'blobs' has as many pictures .* labels, classes or their order differ\. Name"
    for other in others.values():
        model = small()
        with pytest.raises(CheckpointError, match=said):
            fit(model, other, RECIPE, checkpoint=path)
        assert torch.equal(weights(model), weights(small()))


def test_a_run_of_the_version_before_goes_on(tmp_path, monkeypatch):
    """It kept no hardware, and its recipe had no field for a plateau."""
    path, whole, resumed = tmp_path / "c.pt", small(), small()
    fit(whole, blobs(), RECIPE)
    stopped_after(2, path, monkeypatch)
    state = torch.load(path, weights_only=True)
    del state["hardware"], state["made_for"]["recipe"]["patience"]
    del state["made_for"]["recipe"]["cuts"]
    state["made_for"]["version"] = 2
    torch.save(state, path)
    fit(resumed, blobs(), RECIPE, checkpoint=path)
    assert torch.equal(weights(resumed), weights(whole))


def test_a_run_that_goes_on_in_another_precision_says_so(tmp_path, monkeypatch, recwarn):
    path = tmp_path / "c.pt"
    stopped_after(2, path, monkeypatch)
    fit(small(), blobs(), RECIPE, checkpoint=path)
    assert not recwarn.list
    stopped_after(2, tmp_path / "d.pt", monkeypatch)
    with pytest.warns(UserWarning, match=r"d\.pt goes on under .*: precision was fp32 and i"):
        history = fit(small(), blobs(), RECIPE, checkpoint=tmp_path / "d.pt", precision="bf16")
    assert history.hardware.precision == "bf16"


PLATEAU = replace(
    RECIPE, lr=1e-3, schedule="plateau", optimizer="sgd_2012", patience=1, epochs=6, cuts=2
)


@pytest.mark.parametrize("epochs", range(1, 6))
def test_a_rate_that_waits_goes_on_waiting(tmp_path, monkeypatch, epochs):
    """Lowest error, epochs since, cuts so far, and the rate that the momentum was made at."""
    whole, resumed, held_back = small(), small(), blobs(30, seed=1)
    expected = fit(whole, blobs(), PLATEAU, validation_set=held_back)
    assert expected.table["lr"].nunique() > 2
    path = tmp_path / "c.pt"
    stopped_after(epochs, path, monkeypatch, PLATEAU, validation_set=held_back)
    history = fit(resumed, blobs(), PLATEAU, validation_set=held_back, checkpoint=path)
    assert torch.equal(weights(resumed), weights(whole))
    assert history.table["lr"].tolist() == expected.table["lr"].tolist()


def test_a_checkpoint_of_another_version_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "c.pt"
    fit(small(), blobs(), RECIPE, checkpoint=path)
    state = torch.load(path, weights_only=True)
    older = {key: value for key, value in state.items() if key != "scaler"}
    older["made_for"] = {**state["made_for"], "version": 1}
    torch.save(older, path)
    with pytest.raises(CheckpointError, match=r"version 1, .*older lessonlib .*load_weights\("):
        fit(small(), blobs(), RECIPE, checkpoint=path)
    model = small()
    load_weights(model, path)
    assert torch.equal(model.hidden.weight, state["model"]["hidden.weight"])
    torch.save({**state, "made_for": {**state["made_for"], "version": 99}}, path)
    with pytest.raises(CheckpointError, match=r"version 99, .*newer lessonlib .*Update lessonlib"):
        fit(small(), blobs(), RECIPE, checkpoint=path)


def scaled(monkeypatch) -> list[GradScaler]:
    """Let every run have the gradient scaler of fp16, on the CPU; return those that were made."""
    from lessonlib.training import loop

    plain, made = loop.accelerator, []

    @contextmanager
    def with_scaler(device: str, precision: str):
        with plain(device, precision) as machine:
            made.append(GradScaler("cpu", init_scale=4.0, growth_interval=3))
            machine.scaler = made[-1]
            yield machine

    monkeypatch.setattr(loop, "accelerator", with_scaler)
    return made


def test_the_scaler_of_fp16_goes_on_where_it_was(tmp_path, monkeypatch):
    path, made = tmp_path / "c.pt", scaled(monkeypatch)
    fit(small(), blobs(), RECIPE)
    stopped_after(2, path, monkeypatch)
    made_again = scaled(monkeypatch)
    fit(small(), blobs(), RECIPE, checkpoint=path)
    assert made[0].get_scale() > 4.0
    assert made_again[0].state_dict() == made[0].state_dict()


def test_a_place_that_cannot_be_written_is_said_before_the_first_step(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr("lessonlib.training.run.Run.epoch", lambda *_: pytest.fail("it trained"))
    for path in (tmp_path, tmp_path / "file" / "c.pt"):
        with pytest.raises(CheckpointError, match=r"cannot be written .*name a file in a folder"):
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
    with pytest.raises(CheckpointError, match=r"c\.pt cannot be read .*delete it to start again"):
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
