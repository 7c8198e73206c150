"""Memory: what is predicted, what is refused, and what is said when it runs out."""

import sys
from dataclasses import replace

import pytest
import torch
from torch import nn

from lessonlib.models import LeNetModern
from lessonlib.training import OutOfMemoryError, Recipe, fit, predict_memory
from lessonlib.training import run as running
from lessonlib.training.memory_watch import MemoryWatch
from tests.unit.training_examples import Small, blobs, small, weights

RECIPE = Recipe(epochs=2, batch_size=16, lr=0.05)
FLOAT = 4  # bytes


def predicted(model: nn.Module = None, recipe: Recipe = RECIPE, **options):
    return fit(model or small(), blobs(), recipe, device="cpu", **options).memory


def test_the_prediction_is_what_one_counts_by_hand():
    memory = predicted()
    weights_ = 64 * 16 + 16 + 16 * 3 + 3
    # kept of a picture: itself, what the rectifier gives, dropout's mask, and what dropout gives
    kept = 64 * FLOAT + 3 * 16 * FLOAT
    assert (memory.parameters, memory.gradients) == (weights_ * FLOAT, weights_ * FLOAT)
    assert (memory.optimizer, memory.pictures) == (weights_ * FLOAT, 16)
    assert (memory.per_picture, memory.fixed) == (kept, 0)
    assert memory.working == 2 * 16 * FLOAT
    assert memory.total == 3 * weights_ * FLOAT + 16 * (kept + memory.working)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_it_can_be_predicted_without_training(precision):
    model = small()
    memory = predict_memory(model, blobs(), RECIPE, device="cpu", precision=precision)
    assert memory == predicted(precision=precision)
    assert torch.equal(weights(model), weights(small()))
    more = replace(memory, pictures=17).total - memory.total
    assert more == memory.per_picture + memory.working


def test_the_optimizer_and_the_precision_count():
    one = predicted().optimizer
    assert predicted(recipe=Recipe(**{**vars(RECIPE), "optimizer": "adam"})).optimizer == 2 * one
    assert predicted(recipe=Recipe(**{**vars(RECIPE), "momentum": 0.0})).optimizer == 0
    sixteen = predicted(precision="bf16")
    assert sixteen.per_picture < predicted().per_picture
    assert sixteen.fixed > 0  # the weights in 16 bits


def test_predicting_leaves_the_network_as_it_was(monkeypatch):
    monkeypatch.setattr(running.Run, "epoch", lambda *_: 1 / 0)
    model = LeNetModern()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    with pytest.raises(ZeroDivisionError):
        fit(model, blobs(side=28), RECIPE)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert all(part.training for part in model.modules())


class Wide(Small):
    """Keeps 2.4 MB of each picture, and has most of its weights at the end, as AlexNet has."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(64, 200_000)
        self.output = nn.Linear(200_000, 200)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_what_is_predicted_is_what_is_used():
    history = fit(Wide(), blobs(count=96), Recipe(epochs=1, batch_size=32, lr=1e-3), device="cpu")
    assert history.memory.total > 0.6e9
    assert history.memory_used == pytest.approx(history.memory.total, rel=0.2)


def test_memory_that_was_needed_before_is_not_taken_for_the_runs():
    torch.ones(50_000_000).sum()  # 200 MB that come and go
    watch = MemoryWatch(torch.device("cpu"))
    assert watch.most() is None or watch.most() < 50e6


@pytest.mark.parametrize(
    ("free", "said"),
    [
        (12_000, r"needs about 0\.0\d+ MB, of .* on cpu only 0\.012 MB .*A batch of \d would fit"),
        (100, "Not even one picture would fit"),
    ],
)
def test_what_will_not_fit_is_refused_before_the_first_step(monkeypatch, free, said):
    monkeypatch.setattr("lessonlib.training.memory.free_memory", lambda _: free)
    model = small()
    with pytest.raises(ValueError, match=said):
        fit(model, blobs(), RECIPE)
    assert torch.equal(weights(model), weights(small()))


def test_the_batch_that_is_named_fits(monkeypatch):
    memory = predicted()
    free = memory.total - memory.parameters - 1
    monkeypatch.setattr("lessonlib.training.memory.free_memory", lambda _: free)
    with pytest.raises(
        ValueError, match=r"A batch of 15 would fit: replace\(recipe, batch_size=15"
    ):
        fit(small(), blobs(), RECIPE)
    fit(small(), blobs(), Recipe(**{**vars(RECIPE), "batch_size": 15}))


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
        MemoryError("no room"),
    ],
)
def test_when_memory_runs_out_nothing_of_the_run_is_lost(tmp_path, monkeypatch, error):
    path, whole, model = tmp_path / "c.pt", small(), small()
    fit(whole, blobs(), RECIPE)
    step, calls = running.train_step, []

    def fails_in_epoch_two(*args, **named):
        calls.append(1)
        if len(calls) == 6:
            raise error
        return step(*args, **named)

    monkeypatch.setattr(running, "train_step", fails_in_epoch_two)
    said = r"out of memory on cpu in epoch 2 .*Epochs 1 to 1 are kept in .*c\.pt; the same call .*"
    with pytest.raises(OutOfMemoryError, match=said + r"replace\(recipe, batch_size=8\)"):
        fit(model, blobs(), RECIPE, checkpoint=path)
    assert all(parameter.grad is None for parameter in model.parameters())
    monkeypatch.undo()
    fit(model, blobs(), RECIPE, checkpoint=path)
    assert torch.equal(weights(model), weights(whole))


def test_without_a_checkpoint_it_says_how_to_have_one(monkeypatch):
    def fails(*_, **__):
        raise MemoryError

    monkeypatch.setattr(running, "train_step", fails)
    with pytest.raises(OutOfMemoryError, match=r"with checkpoint='run\.pt' a run can go"):
        fit(small(), blobs(), RECIPE)


def test_another_error_stays_what_it_is(monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(running, "train_step", fails)
    with pytest.raises(RuntimeError, match="mat1 and mat2") as caught:
        fit(small(), blobs(), RECIPE)
    assert not isinstance(caught.value, OutOfMemoryError)
