"""`fit` says once that the loss stays at ln K, and trains as it would without saying so."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from lessonlib.training import Recipe, fit
from lessonlib.training.plateau import PlateauWatch
from tests.unit.training_examples import Small, blobs, small, weights

RECIPE = Recipe(epochs=90, batch_size=16, lr=1e-4)  # 4 steps per epoch: 360 steps
LN_3 = 1.0986


def stuck() -> Small:
    """A network whose first layer passes nothing on, and so stays at ln 3."""
    model = small()
    with torch.no_grad():
        model.hidden.weight.mul_(1e-5)
        model.hidden.bias.fill_(1)
        model.output.weight.zero_()
    return model


def test_a_network_that_stays_is_diagnosed_once(capsys):
    history = fit(stuck(), blobs(), RECIPE, device="cpu")
    assert (history.table["train_loss"] - LN_3).abs().max() < 0.01 * LN_3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("The loss has stayed within 1 % of ln 3 = 1.10, the loss of guessing, ")
    assert "for 300 steps. hidden blocks: " in line


def test_a_network_that_learns_is_left_in_peace(capsys):
    fit(small(), blobs(), replace(RECIPE, lr=0.1), device="cpu")
    assert capsys.readouterr().err == ""


def test_fewer_steps_say_nothing(capsys):
    fit(stuck(), blobs(), replace(RECIPE, epochs=74), device="cpu")  # 296 steps
    assert capsys.readouterr().err == ""


def test_the_weights_are_the_same_without_the_watch(monkeypatch, capsys):
    watched, unwatched = stuck(), stuck()
    fit(watched, blobs(), RECIPE, device="cpu")
    assert "hidden blocks" in capsys.readouterr().err
    monkeypatch.setattr(PlateauWatch, "look", lambda *_: None)
    fit(unwatched, blobs(), RECIPE, device="cpu")
    assert torch.equal(weights(watched), weights(unwatched))


def test_only_cross_entropy_is_watched(capsys):
    watch = PlateauWatch(replace(RECIPE, loss="mse"), 3)
    watch.look(torch.full((300,), LN_3), nn.Linear(1, 1), (torch.zeros(2), torch.zeros(2)), 0.1)
    assert capsys.readouterr().err == ""


def test_what_cannot_be_followed_is_no_reason_to_stop(capsys):
    watch = PlateauWatch(RECIPE, 3)
    batch = torch.zeros(4), torch.zeros(4)
    watch.look(torch.full((300,), LN_3), nn.Linear(1, 1), batch, 0.1)
    assert capsys.readouterr().err == (
        "The loss has stayed within 1 % of ln 3 = 1.10, the loss of guessing, for 300 steps.\n"
    )


# Six means of 50 losses in a row, each within 1 % of ln 3 = 1.0986: from 1.0876 to 1.1096.
STAYS = [
    ([1.10] * 300, True),
    ([1.10] * 299, False),
    ([1.0, 1.2] * 150, True),
    ([1.08] * 300, False),
    ([1.12] * 300, False),
    ([1.10] * 250 + [1.3] * 50 + [1.10] * 250, False),
    ([1.3] * 50 + [1.10] * 300, True),
]


@pytest.mark.parametrize(("losses", "stays"), STAYS)
@pytest.mark.parametrize("at_once", [1, 50, 1000])
def test_300_steps_within_1_percent(losses, stays, at_once):
    watch = PlateauWatch(RECIPE, 3)
    parts = [losses[i : i + at_once] for i in range(0, len(losses), at_once)]
    assert any([watch.stays(part) for part in parts]) == stays
