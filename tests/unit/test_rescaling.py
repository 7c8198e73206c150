"""A layer is rescaled until it keeps what it should; nothing else is touched."""

from copy import deepcopy
from dataclasses import replace

import pandas as pd
import pytest
import torch
from prove_diagnosis import stuck

from lessonlib.data import load
from lessonlib.models import PlainStack
from lessonlib.models.ablations import OtherActivation, OtherStart
from lessonlib.runs import plateau_map
from lessonlib.training import diagnose, new_network, rescale, rescale_all

DIGITS = load("digits", train=False)
BATCH = DIGITS.images[:60], DIGITS.labels[:60]


def stack() -> PlainStack:
    def build() -> PlainStack:
        model = PlainStack(depth=5, width=64)
        OtherActivation("ReLU").apply(model)
        OtherStart("he").apply(model)
        return model

    return new_network(build, 0)


def shrunk(**factors: float) -> PlainStack:
    model = stack()
    with torch.no_grad():
        for layer, factor in factors.items():
            model.get_submodule(layer).weight.mul_(factor)
    return model


def test_only_the_layers_weights_are_multiplied():
    model = shrunk(layer3=0.01)
    before = deepcopy(model.state_dict())
    factor = rescale(model, "layer3", diagnose(stack(), BATCH)["layer3"].kept, BATCH)
    assert factor == pytest.approx(100, rel=0.06)  # the biases are 0
    for name, value in model.state_dict().items():
        other = before[name] * factor if name == "layer3.weight" else before[name]
        assert torch.allclose(value, other), name


def test_biases_are_taken_into_account():
    model = shrunk(layer2=0.01)
    torch.nn.init.ones_(model.layer2.bias)
    rescale(model, "layer2", 0.8, BATCH)
    assert diagnose(model, BATCH)["layer2"].kept == pytest.approx(0.8, rel=0.05)


def test_units_that_are_dead_because_of_their_weights_are_revived():
    model = stack()
    torch.nn.init.constant_(model.layer4.weight, -5)  # rectifiers feed it, so all sums are negative
    torch.nn.init.ones_(model.layer4.bias)
    assert diagnose(model, BATCH).block.reason == "dead"
    assert rescale(model, "layer4", 0.5, BATCH) < 1
    assert diagnose(model, BATCH)["layer4"].dead == 0


def test_one_after_another_all_that_block_are_rescaled():
    model = shrunk(layer1=0.01, layer4=0.002)
    factors = rescale_all(model, diagnose(stack(), BATCH), BATCH)
    assert list(factors) == ["layer1", "layer4"]
    assert list(factors.values()) == pytest.approx([100, 500], rel=0.06)
    assert diagnose(model, BATCH).blocked is None
    assert rescale_all(stack(), diagnose(stack(), BATCH), BATCH) == {}


def test_a_goal_of_nothing_is_refused():
    with pytest.raises(ValueError, match="expected kept above 0, got 0"):
        rescale(stack(), "layer1", 0, BATCH)


def test_the_proof_goes_on_from_runs_that_have_not_left():
    rows = [
        ("as printed", 0.01, 0, False, 2.30),
        ("as printed", 0.01, 3, False, 2.30),  # another seed
        ("He", 0.03, 1, False, float("nan")),  # diverged
        ("He", 0.01, 2, True, 2.2),
    ]
    columns = ["start", "rate", "seed", "left", "last_loss"]
    small = replace(plateau_map("recipe"), rows=pd.DataFrame(rows, columns=columns))
    assert stuck(small) == [{"start": "as printed", "rate": 0.01, "seed": 0}]
