"""When training counts as having left ln K, and that its steps are those of `fit`."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from lessonlib.training import Recipe, fit
from lessonlib.training.leaving import train_until_left
from tests.unit.training_examples import blobs, small, weights

RECIPE = Recipe(epochs=3, batch_size=16, lr=0.2)


def test_a_run_that_learns_leaves_and_stops_there():
    found = train_until_left(small(), blobs(), RECIPE)
    assert found.left
    assert 20 <= found.steps == len(found.losses) < 300
    bound = 0.97 * 1.0986  # ln 3
    assert sum(found.losses[-20:]) / 20 < bound
    assert found.last_loss == pytest.approx(sum(found.losses[-20:]) / 20)
    earlier = found.losses[:-1]
    assert len(earlier) < 20 or sum(earlier[-20:]) / 20 >= bound


def test_a_run_that_cannot_learn_stays():
    model = small()
    nn.init.zeros_(model.hidden.weight)
    nn.init.constant_(model.hidden.bias, -1)
    found = train_until_left(model, blobs(), RECIPE, steps=30)
    assert (found.left, found.steps) == (False, 30)


def test_its_steps_are_those_of_fit():
    fitted, own = small(), small()
    history = fit(fitted, blobs(), replace(RECIPE, lr=1e-3), device="cpu")
    found = train_until_left(own, blobs(), replace(RECIPE, lr=1e-3), steps=12)
    assert not found.left
    assert torch.equal(weights(fitted), weights(own))
    assert history.table["train_loss"].iloc[-1] == pytest.approx(sum(found.losses[-4:]) / 4)


def test_what_is_no_number_ends_it():
    model = small()
    with torch.no_grad():
        model.output.bias.fill_(float("inf"))
    found = train_until_left(model, blobs(), RECIPE)
    assert (found.left, found.steps) == (False, 1)


def test_the_callers_random_numbers_stay():
    model = small()
    before = torch.get_rng_state()
    train_until_left(model, blobs(), RECIPE, steps=2)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("wrong", [{"schedule": "cosine"}, {"loss": "mse"}])
def test_other_losses_and_schedules_are_refused(wrong):
    with pytest.raises(ValueError, match="expected loss 'cross_entropy', schedule 'constant'"):
        train_until_left(small(), blobs(), replace(RECIPE, **wrong))
