"""The loop against one written by hand, its promises, and what it refuses."""

import io
import math
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from bench_memory import peak_memory
from torch import nn
from torch.nn import functional as F

from lessonlib.data import ImageSet
from lessonlib.data.augment import EpochDraws, Shift
from lessonlib.data.crops import Centre, Resize
from lessonlib.models import LeNet5, LeNet5Lush, LeNetClassic, LeNetModern
from lessonlib.training import LOSSES, Evaluation, Recipe, evaluate, fit, train_step
from lessonlib.training.seeds import drawing_from
from tests.unit.training_examples import Small, blobs, small, weights

CPU = "cpu"
RECIPE = Recipe(epochs=2, batch_size=16, lr=0.05)


def test_fit_learns_and_tells():
    model = small()
    history = fit(model, blobs(), Recipe(epochs=12, batch_size=16, lr=0.2), test_set=blobs(seed=1))
    assert list(history.table.columns) == ["epoch", "lr", "train_loss", "test_error", "seconds"]
    assert history.table["epoch"].tolist() == list(range(1, 13))
    assert history.table["train_loss"].iloc[-1] < 0.2 * history.table["train_loss"].iloc[0]
    assert history.table["test_error"].iloc[-1] == evaluate(model, blobs(seed=1)).error_rate == 0
    assert history.seconds == pytest.approx(history.table["seconds"].sum())


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
def test_an_epoch_needs_little_memory_beside_the_data():
    """A copy of 60,000 pictures as floats would be 188 MB more; the network itself needs little."""
    peaks = peak_memory(60_000, network="LinearClassifier")
    beside = peaks["fit"] - peaks["import torch"] - peaks["the data as bytes"]
    assert 0 < beside < 300, f"{beside:.0f} MB"


def test_fit_equals_a_plain_loop_bit_for_bit():
    recipe = Recipe(epochs=3, batch_size=16, lr=0.1, momentum=0.9, weight_decay=1e-3)
    data, fitted, plain = blobs(), small(), small()
    plain.dropout.p = fitted.dropout.p = 0.0
    fit(fitted, data, recipe, device=CPU)
    optimizer = torch.optim.SGD(plain.parameters(), 0.1, momentum=0.9, weight_decay=1e-3)
    for epoch in (1, 2, 3):
        for images, labels in data.batches(epoch, 16, recipe.seed):
            optimizer.zero_grad()
            F.cross_entropy(plain(plain.prepare(images)), labels).backward()
            optimizer.step()
    assert torch.equal(weights(fitted), weights(plain))


def test_the_same_seed_gives_the_same_weights_and_another_does_not():
    def trained(seed):
        model = small()
        fit(model, blobs(), Recipe(epochs=2, batch_size=16, lr=0.1, augment=(Shift(2),), seed=seed))
        return weights(model)

    assert torch.equal(trained(0), trained(0))
    assert not torch.equal(trained(0), trained(1))


def test_fit_leaves_the_callers_random_numbers_alone():
    model = small()
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    fit(model, blobs(), Recipe(epochs=1, batch_size=16, lr=0.1))
    assert torch.equal(torch.rand(4), expected)


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_lenet5_learns_by_every_loss(loss):
    torch.manual_seed(0)
    model = LeNet5Lush() if loss == "targets" else LeNet5()  # distances cannot be 1 and -1
    data = blobs(count=40, classes=2, side=28)
    before = LOSSES[loss](evaluate(model, data).scores, data.labels)
    history = fit(model, data, Recipe(epochs=2, batch_size=8, lr=0.002, loss=loss))
    assert LOSSES[loss](evaluate(model, data).scores, data.labels) < before
    assert history.table["train_loss"].notna().all()


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle"])
def test_every_optimizer_and_schedule_runs(optimizer, schedule):
    recipe = Recipe(epochs=4, batch_size=20, lr=0.02, optimizer=optimizer, schedule=schedule)
    history = fit(small(), blobs(), recipe)
    rates = history.table["lr"].tolist()
    if schedule == "constant":
        assert rates == [0.02] * 4
    elif schedule == "cosine":
        expected = [0.01 * (1 + math.cos(math.pi * e / 4)) for e in range(4)]
        assert rates == pytest.approx(expected)
    else:
        assert max(rates) <= 0.02
        assert rates[0] < rates[1] > rates[3]


def test_after_each_epoch_its_row_is_given_and_what_that_raises_ends_the_training(tmp_path):
    rows, kept = [], tmp_path / "run.pt"

    def stop_after_two(row):
        rows.append(row)
        if len(rows) == 2:
            raise KeyboardInterrupt

    recipe = Recipe(epochs=4, lr=0.01, batch_size=20)
    with pytest.raises(KeyboardInterrupt):
        fit(small(), blobs(), recipe, checkpoint=kept, after_epoch=stop_after_two, progress=False)
    history = fit(
        small(), blobs(), recipe, checkpoint=kept, after_epoch=rows.append, progress=False
    )
    assert rows == list(history.rows)  # the first two came from the checkpoint, not twice


def test_train_step_uses_the_loss_and_the_backward_it_is_given():
    model, calls = small(), []
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    images, labels = Small.prepare(blobs().images[:8]), blobs().labels[:8]

    def backward(loss):
        calls.append(loss.item())
        loss.backward()

    before = weights(model)
    value = train_step(
        model, images, labels, optimizer, loss=lambda s, t: s.square().mean(), backward=backward
    )
    assert calls == [value.item()]
    assert not value.requires_grad
    assert not torch.equal(weights(model), before)


def test_evaluation_is_in_eval_mode_and_gives_modes_back():
    model = LeNetModern().train()
    model.norm1.eval()
    data = blobs(count=30, side=28)
    first, second = (evaluate(model, data, batch_size=size) for size in (30, 7))
    torch.testing.assert_close(first.scores, second.scores)
    assert model.training
    assert model.dropout.training
    assert not model.norm1.training


def test_evaluation_by_hand():
    model = small()
    model.output.weight.data.zero_()
    model.output.bias.data = torch.tensor([0.0, 2.0, 1.0])  # always says 1
    result = evaluate(model, blobs(count=9))
    assert result.predictions.tolist() == [1] * 9
    assert result.error_rate == pytest.approx(6 / 9)
    assert result.accuracy == pytest.approx(3 / 9)
    assert result.mistakes.tolist() == [0, 2, 3, 5, 6, 8]


def scored(*rows: list[float], labels: list[int]) -> Evaluation:
    return Evaluation(torch.tensor(rows), torch.tensor(labels))


def test_the_error_among_the_first_few():
    six = [0.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    result = scored(six, six, six, six, labels=[0, 1, 2, 5])
    assert (result.error_rate, result.top5_error_rate) == (0.75, 0.25)
    assert [result.error_among(first) for first in (1, 2)] == [0.75, 0.5]
    with pytest.raises(ValueError, match="from 1 to 2 of 3 classes, got 5; among all of them"):
        evaluate(small(), blobs()).top5_error_rate  # noqa: B018


class Window(nn.Module):
    """Says how bright a window of 4x4 pixels is on the left and on the right."""

    input_shape = (1, 4, 4)

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.eye(2))

    @staticmethod
    def prepare(images):
        return images.float() / 255

    def forward(self, x):
        assert x.shape[1:] == (1, 4, 4)
        halves = torch.stack([x[..., :2].sum((1, 2, 3)), x[..., 2:].sum((1, 2, 3))], 1)
        return halves @ self.weight


def grey(images: torch.Tensor) -> ImageSet:
    """Pictures of two classes, the first of them left."""
    labels = torch.arange(len(images)) % 2
    return ImageSet("made", images, labels, ("left", "right"), "made for a test", "none")


def test_ten_views_are_averaged_as_probabilities():
    """Krizhevsky et al. 2012, sec. 4.1: four corners and the middle, and their mirror images."""
    images = torch.randint(0, 256, (3, 1, 7, 6), dtype=torch.uint8)
    model, expected = Window(), []
    for image in images:
        corners = (0, 0), (0, 2), (3, 0), (3, 2), (1, 1)
        parts = [image[:, y : y + 4, x : x + 4] for y, x in corners]
        parts += [part.flip(2) for part in parts]
        each = [model(model.prepare(part[None])).softmax(1)[0] for part in parts]
        expected.append(torch.stack(each).mean(0))
    for batch_size in (None, 2):
        found = evaluate(model, grey(images), views=10, batch_size=batch_size)
        torch.testing.assert_close(found.scores.exp(), torch.stack(expected))
        torch.testing.assert_close(found.scores.softmax(1), torch.stack(expected))


def test_ten_views_take_the_place_of_the_middle_after_the_other_steps():
    images = torch.randint(0, 256, (3, 1, 7, 6), dtype=torch.uint8)
    found = evaluate(Window(), grey(images), views=10, steps=(Resize(12), Centre(4)))
    enlarged = grey(Resize(12).apply(images))
    assert torch.equal(found.scores, evaluate(Window(), enlarged, views=10).scores)
    assert not torch.equal(found.scores, evaluate(Window(), grey(images), views=10).scores)


def test_ten_views_need_room_and_no_other_number_is_known():
    data = grey(torch.zeros(2, 1, 4, 4, dtype=torch.uint8))
    with pytest.raises(ValueError, match=r"ten views of 4x4 pixels need larger pictures, got 4x4"):
        evaluate(Window(), data, views=10)
    with pytest.raises(ValueError, match="expected views of 1 or 10, got 5"):
        evaluate(Window(), data, views=5)


def test_large_pictures_are_read_in_smaller_batches():
    """500 pictures of 256x256 would take gigabytes."""
    sizes, model = [], Window()
    model.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    data = grey(torch.zeros(600, 1, 8, 8, dtype=torch.uint8))
    evaluate(model, data, steps=(Centre(4),))
    assert sizes == [500, 100]
    sizes.clear()
    with pytest.raises(AssertionError):
        evaluate(model, data, steps=(Resize(256),))
    assert sizes == [25_000_000 // 256**2]


PLATEAU = Recipe(epochs=6, batch_size=16, lr=0.01, schedule="plateau", patience=1, cuts=2)


def test_the_rate_follows_the_validation_error_and_not_the_test_error(monkeypatch):
    errors = {"blobs": iter([0.5, 0.5, 0.4, 0.4, 0.4, 0.4]), "other": iter([0.9] * 6)}
    monkeypatch.setattr(
        "lessonlib.training.between_epochs.classified",
        lambda _, image_set, *__, **___: SimpleNamespace(error_rate=next(errors[image_set.name])),
    )
    test_set = replace(blobs(seed=2), name="other")
    history = fit(small(), blobs(), PLATEAU, validation_set=blobs(seed=1), test_set=test_set)
    columns = ["epoch", "lr", "train_loss", "validation_error", "test_error", "seconds"]
    assert list(history.table.columns) == columns
    assert history.table["lr"].tolist() == pytest.approx([0.01, 0.01, 1e-3, 1e-3, 1e-4, 1e-4])
    assert history.table["validation_error"].tolist() == [0.5, 0.5, 0.4, 0.4, 0.4, 0.4]


def test_a_plateau_needs_a_validation_set_of_its_own():
    with pytest.raises(ValueError, match=r"so fit needs validation_set=.*; hold a part of the tra"):
        fit(small(), blobs(), PLATEAU)
    for given in ({"test_set": blobs(seed=1)}, {}):
        same = given.get("test_set", blobs())
        with pytest.raises(ValueError, match=r"validation_set and t.*_set hold the same pictures"):
            fit(small(), blobs(), PLATEAU, validation_set=same, **given)
    with pytest.raises(ValueError, match="the validation set 'blobs' has the classes"):
        fit(small(), blobs(), PLATEAU, validation_set=blobs(classes=2))


@pytest.mark.parametrize("kind", ["validation", "test"])
def test_between_epochs_it_is_evaluated_as_it_is_later(kind):
    """It used to be computed with 16 bits where the network was trained so."""
    model, seen = small(), set()
    model.hidden.register_forward_hook(
        lambda _, __, output: seen.add((model.training, output.dtype))
    )
    fit(model, blobs(), RECIPE, precision="bf16", device=CPU, **{f"{kind}_set": blobs(seed=1)})
    assert (True, torch.bfloat16) in seen
    assert {dtype for training, dtype in seen if not training} == {torch.float32}


def test_a_loss_that_blows_up_names_epoch_step_and_rate():
    recipe = Recipe(epochs=5, batch_size=16, lr=1e30, momentum=0.0)
    with pytest.raises(FloatingPointError, match=r"epoch \d+, step \d+, at learning rate 1e\+30"):
        fit(small(), blobs(), recipe)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"epochs": -1}, "epochs as a whole number, at least 1, got -1"),
        ({"epochs": 2.5}, "epochs as a whole number"),
        ({"batch_size": 0}, "batch_size as a whole number, at least 1, got 0"),
        ({"lr": 0.0}, "finite lr above 0"),
        ({"lr": float("nan")}, "finite lr above 0"),
        ({"momentum": 1.0}, "momentum in 0 <= m < 1"),
        ({"weight_decay": -0.1}, "finite weight_decay"),
        ({"seed": -1}, "seed as a whole number"),
        ({"optimizer": "sdg"}, "unknown optimizer 'sdg'; known: adam, adamw, sgd"),
        ({"schedule": "steps"}, "unknown schedule"),
        ({"loss": "hinge"}, "unknown loss"),
    ],
)
def test_recipes_that_cannot_be_followed_are_refused(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        Recipe(**{"epochs": 1, "lr": 0.1, **change})


def test_a_set_with_more_classes_than_scores_is_refused_before_the_first_step():
    model, data = small(), blobs(classes=4)
    before = weights(model)
    with pytest.raises(ValueError, match="4 classes of 'blobs', but Small gives"):
        fit(model, data, Recipe(epochs=1, lr=0.1))
    assert torch.equal(weights(model), before)


def test_a_field_that_gives_maps_of_scores_is_refused():
    with pytest.raises(ValueError, match=r"LeNet5 gives \(1, 10, 2, 2\)"):
        fit(LeNet5(), blobs(side=36), Recipe(epochs=1, lr=0.1))


def test_a_network_without_prepare_is_refused():
    with pytest.raises(ValueError, match=r"prepare\(images\), got Linear"):
        fit(nn.Linear(64, 3), blobs(), Recipe(epochs=1, lr=0.1))


def test_evaluate_refuses_an_empty_batch():
    with pytest.raises(ValueError, match="batch_size of at least 1"):
        evaluate(LeNetClassic(), blobs(), batch_size=0)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "progress", "drawn"),
    [(_Terminal, True, True), (_Terminal, False, False), (io.StringIO, True, False)],
)
def test_a_bar_is_drawn_on_a_terminal_alone(monkeypatch, stream, progress, drawn):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(sys, "stderr", stream())
    fit(small(), blobs(), Recipe(epochs=1, batch_size=16, lr=0.1), progress=progress)
    assert ("epoch 1/1" in sys.stderr.getvalue()) == drawn


def test_the_environment_can_switch_the_bar_off(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setattr(sys, "stderr", _Terminal())
    fit(small(), blobs(), Recipe(epochs=1, batch_size=16, lr=0.1))
    assert sys.stderr.getvalue() == ""


def test_fit_with_augmentation_equals_a_plain_loop_with_indices():
    recipe = Recipe(epochs=2, batch_size=16, lr=0.1, augment=(Shift(2),), seed=3)
    data, fitted, plain = blobs(), small(), small()
    plain.dropout.p = fitted.dropout.p = 0.0
    fit(fitted, data, recipe, device=CPU)
    optimizer = torch.optim.SGD(plain.parameters(), 0.1, momentum=0.9)
    for epoch in (1, 2):
        augment = EpochDraws(recipe.augment, len(data), seed=3, epoch=epoch)
        for images, labels, indices in data.batches(epoch, 16, 3, indices=True):
            train_step(plain, plain.prepare(augment(images, indices)), labels, optimizer)
    assert torch.equal(weights(fitted), weights(plain))


class Masked(Small):
    """Keeps which of its units each training batch dropped."""

    def forward(self, x):
        mask = self.dropout(torch.ones(len(x), 16))
        if self.training and len(x) == 15:  # fewer are a trial before the first step
            self.masks.append(mask)
        return self.output(mask * torch.relu(self.hidden(x)))


def test_the_shift_of_a_picture_does_not_change_the_dropout():
    """Each purpose has a stream of its own: the units dropped are the same with and without."""
    dropped = []
    for augment in ((), (Shift(2),)):
        model, masks = Masked(), []
        model.masks = masks
        fit(model, blobs(), Recipe(epochs=1, batch_size=15, lr=0.1, augment=augment))
        dropped.append(torch.stack(masks))
    assert torch.equal(*dropped)
    with drawing_from(0, "dropout", 1):
        named = [F.dropout(torch.ones(15, 16), 0.2) for _ in range(4)]
    assert torch.equal(dropped[0], torch.stack(named))
