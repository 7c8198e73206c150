"""Each reason why a network learns nothing, made on purpose in a known layer, is named."""

import math

import pytest
import torch
from torch import nn

from lessonlib import runs
from lessonlib.data import load
from lessonlib.models import AlexNetSmall, LeNet5, PlainStack
from lessonlib.models.ablations import OtherActivation, OtherStart, Start2012
from lessonlib.training import diagnose, new_network

DIGITS = load("digits", train=False)
BATCH = DIGITS.images[:60], DIGITS.labels[:60]
PHOTOS = next(load("photos", train=False).batches(1, 60, 0))


def stack(activation: str = "ReLU", start: str = "he", depth: int = 6) -> nn.Module:
    def build() -> nn.Module:
        model = PlainStack(depth=depth, width=64)
        OtherActivation(activation).apply(model)
        OtherStart(start).apply(model)
        return model

    return new_network(build, 0)


def test_a_healthy_start_has_no_layer_that_blocks():
    for model, batch in ((stack(), BATCH), (new_network(AlexNetSmall, 0), PHOTOS)):
        found = diagnose(model, batch, lr=0.01)
        assert (found.blocked, found.block.reason) == (None, "none")
        assert str(found).startswith("No layer blocks")
        assert "look at the labels" in found.sentence


@pytest.mark.parametrize("layer", ["layer1", "layer3", "layer6", "output"])
def test_the_layer_whose_weights_are_far_too_small_is_named(layer):
    model = stack()
    with torch.no_grad():
        model.get_submodule(layer).weight.mul_(1e-4)
    found = diagnose(model, BATCH)
    assert (found.blocked, found.block.reason) == (layer, "signal")
    assert str(found).startswith(f"{layer} blocks: 0.0")
    assert "of the signal that enters it leaves it" in found.sentence


def test_of_several_the_first_is_named_and_mended_the_next_one():
    model = stack()
    with torch.no_grad():
        for layer in ("layer2", "layer4"):
            model.get_submodule(layer).weight.mul_(0.05)
    assert diagnose(model, BATCH).blocked == "layer2"
    with torch.no_grad():
        model.layer2.weight.mul_(20)
        model.layer4.weight.mul_(0.05)
    assert diagnose(model, BATCH).blocked == "layer4"


@pytest.mark.parametrize("version", ["as printed", "as released"])
def test_the_starts_of_2012_are_stuck_in_a_small_network(version):
    def build() -> nn.Module:
        model = AlexNetSmall()
        Start2012(version).apply(model)
        return model

    found = diagnose(new_network(build, 0), PHOTOS)
    assert (found.blocked, found.block.reason) == ("conv1", "signal")
    assert 0.01 < found["conv1"].kept < 0.2


def test_biases_that_drown_the_signal_are_said():
    model = stack()
    with torch.no_grad():
        model.layer2.weight.mul_(1e-4)
        model.layer2.bias.fill_(1)
    assert (
        "a part that all pictures share and that is far larger" in diagnose(model, BATCH).sentence
    )


@pytest.mark.parametrize("weight", [None, -1.0])
def test_a_dead_layer_is_named_before_those_that_get_nothing_from_it(weight):
    model = stack()
    with torch.no_grad():
        model.layer3.bias.fill_(-1e3)
        if weight:
            model.layer3.weight.fill_(weight)
    found = diagnose(model, BATCH)
    assert (found.blocked, found.block.reason) == ("layer3", "dead")
    assert "64 of its 64 units are 0 for every picture" in found.sentence


def test_a_gradient_that_vanishes_is_found_where_it_does():
    model = stack("Tanh", "xavier")
    with torch.no_grad():
        model.layer4.weight.mul_(1e6)  # saturated: the signs pass, their slopes are 0
    found = diagnose(model, BATCH)
    assert (found.blocked, found.block.reason) == ("layer4", "gradient")
    assert "of the gradient of the layer after it gets through its squashing" in found.sentence


def test_scores_that_are_far_too_large_name_the_layer_that_enlarges_most():
    model = stack()
    with torch.no_grad():
        model.layer5.weight.mul_(1e3)
    found = diagnose(model, BATCH)
    assert found.loss > 23  # ten times ln 10
    assert (found.blocked, found.block.reason) == ("layer5", "scores")
    assert "scores are far too large" in found.sentence


def test_a_rate_at_which_steps_are_longer_than_the_weights_is_named():
    model = stack()
    assert diagnose(model, BATCH).block.reason == "none"
    found = diagnose(model, BATCH, lr=100)
    assert found.block.reason == "step"
    assert "one step at the rate 100 moves its weights by" in found.sentence


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_weights_that_are_no_numbers_are_named(number):
    model = stack()
    with torch.no_grad():
        model.layer4.weight[3, 5] = number
    found = diagnose(model, BATCH, lr=0.1)
    assert (found.blocked, found.block.reason) == ("layer4", "numbers")
    assert "weights are NaN or infinite" in found.sentence


def test_a_batch_of_one_class_is_answered_with_a_sentence():
    found = diagnose(stack(), (BATCH[0], torch.full_like(BATCH[1], 3)))
    assert found.blocked is None
    assert found.sentence.startswith(
        "Nothing can be said: all pictures of this batch have the same"
    )


def test_a_network_that_has_learnt_is_not_stuck():
    found = diagnose(runs.network("modern-unembedded"), BATCH)
    assert (found.blocked, found.block.reason) == (None, "low loss")
    assert found.sentence.startswith("Nothing is stuck: the loss is 0.")


def test_the_same_picture_for_all_is_said():
    same = BATCH[0][:1].expand(60, -1, -1, -1)
    found = diagnose(stack(), (same, BATCH[1]))
    assert found.sentence == "layer1 blocks: all pictures that it reads are the same."


def test_other_losses_have_no_ln_k():
    found = diagnose(new_network(LeNet5, 0), BATCH, loss="discriminative")
    assert found.chance is None
    assert found.block.reason in ("none", "signal", "gradient")
