"""`diagnose` against gradients and spreads computed in another way, and what it leaves alone."""

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessonlib import runs
from lessonlib.data import load
from lessonlib.models import LeNet5, LeNetModern, LeNetRectified, PlainStack
from lessonlib.models.ablations import OtherActivation
from lessonlib.training import diagnose, new_network

DIGITS = load("digits", train=False)
BATCH = DIGITS.images[:40], DIGITS.labels[:40]


def test_a_stack_is_what_a_loop_by_hand_finds():
    model = new_network(lambda: PlainStack(depth=3, width=16), 0).double()
    x = PlainStack.prepare(BATCH[0]).double().flatten(1)
    sums, states = [], []
    for name in ("layer1", "layer2", "layer3"):
        layer = model.get_submodule(name)
        sums.append((x @ layer.weight.T + layer.bias).requires_grad_())
        sums[-1].retain_grad()
        x = torch.tanh(sums[-1])
        states.append(x.detach())
    loss = F.cross_entropy(model.output(x), BATCH[1])
    loss.backward()
    found = diagnose(model, BATCH)
    assert [row.layer for row in found] == ["layer1", "layer2", "layer3", "output"]
    for row, total, state in zip(found, sums, states, strict=False):
        gradient = (40 * total.grad).square().mean().sqrt().item()
        spread = ((state - state.mean(0)).square().sum(0) / 39).mean().sqrt().item()
        assert row.gradient == pytest.approx(gradient, rel=1e-9)
        assert row.signal == pytest.approx(spread, rel=1e-9)
        layer = model.get_submodule(row.layer)
        norm = (layer.weight.grad.square().sum() + layer.bias.grad.square().sum()).sqrt().item()
        assert row.weight_gradient == pytest.approx(norm, rel=1e-9)
        assert row.level == pytest.approx(state.mean(0).square().mean().sqrt().item(), rel=1e-9)
        step = layer.weight.grad.norm().item() / layer.weight.norm().item()
        assert row.step == pytest.approx(step, rel=1e-9)
    assert found[1].incoming == pytest.approx(found[0].signal, rel=1e-9)
    assert found[1].kept == pytest.approx(found[1].signal / found[0].signal, rel=1e-9)
    assert found.chance == pytest.approx(2.302585)  # ln 10
    assert (found.loss, found.labels, found.lr) == (pytest.approx(loss.item()), 10, None)


def test_a_unit_that_says_the_same_of_every_picture_has_no_signal():
    model = PlainStack(depth=1, width=4)
    with torch.no_grad():
        model.layer1.weight.zero_()
        model.layer1.bias.fill_(0.7)
    row = diagnose(model, BATCH)["layer1"]
    assert row.signal == pytest.approx(0, abs=1e-7)
    assert row.gradient > 0


def test_every_layer_of_lenet5_is_found_and_its_f6_is_squashed():
    found = diagnose(runs.network("lenet5-unembedded"), BATCH, loss="discriminative")
    assert [row.layer for row in found] == ["c1", "s2", "c3", "s4", "c5", "f6"]
    assert [row.units for row in found] == [6, 6, 16, 16, 120, 84]
    assert found["f6"].signal < 1.7159
    assert not any(row.dead for row in found)


def test_dead_rectifiers_are_counted_in_maps_and_in_units():
    model = new_network(LeNetRectified, 0)
    with torch.no_grad():
        model.c1.weight[2] = model.f6.weight[5] = 0
        model.c1.bias[2] = model.f6.bias[5] = -1
    found = diagnose(model, BATCH)
    leaky = new_network(LeNetRectified, 0)
    OtherActivation("LeakyReLU").apply(leaky)
    assert found["c1"].dead == 1
    assert found["f6"].dead >= 1
    assert not any(row.dead for row in diagnose(leaky, BATCH))


def test_norms_belong_to_the_layer_before_them():
    found = diagnose(LeNetModern(), BATCH)
    assert [row.layer for row in found] == ["c1", "c3", "c5", "f6", "output"]


def test_the_network_is_left_as_it_was():
    model = LeNetModern().train()
    model.c1.weight.requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    random = torch.get_rng_state()
    with torch.no_grad():
        diagnose(model, BATCH)
    assert model.training
    assert not model.c1.weight.requires_grad
    assert all(number.grad is None for number in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(random, torch.get_rng_state())
    assert not any(part._forward_hooks for part in model.modules())


def test_prepared_images_give_the_same():
    model = new_network(LeNet5, 0)
    ready = LeNet5.prepare(BATCH[0]), BATCH[1]
    assert diagnose(model, ready) == diagnose(model, BATCH)


def test_the_table_has_a_row_per_layer():
    frame = diagnose(PlainStack(depth=2), BATCH).frame()
    assert list(frame.index) == ["layer1", "layer2", "output"]
    assert list(frame.columns) == [
        "signal", "gradient", "weight_gradient", "weights", "dead", "units",
        "incoming", "level", "step",
    ]  # fmt: skip


def test_a_rate_makes_the_step_of_plain_sgd():
    model = new_network(PlainStack, 0)
    free, with_rate = diagnose(model, BATCH), diagnose(model, BATCH, lr=0.25)
    for row, other in zip(free, with_rate, strict=True):
        assert other.step == pytest.approx(0.25 * row.step)
    layer = model.get_submodule("layer2")
    before = layer.weight.detach().clone()
    model.zero_grad()
    F.cross_entropy(model(model.prepare(BATCH[0])), BATCH[1]).backward()
    torch.optim.SGD(model.parameters(), 0.25).step()
    moved = (layer.weight - before).norm() / before.norm()
    assert with_rate["layer2"].step == pytest.approx(moved.item(), rel=1e-4)


def test_weights_of_0_have_an_infinite_step():
    model = new_network(lambda: PlainStack(depth=1), 0)
    nn.init.zeros_(model.output.weight)
    assert diagnose(model, BATCH)["output"].step == float("inf")


def test_a_diagnosis_can_be_copied_and_pickled():
    found = diagnose(PlainStack(depth=2), BATCH, lr=0.1)
    for again in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert again == found
        assert (again.sentence, again.loss, again.lr) == (found.sentence, found.loss, 0.1)


def test_an_unknown_layer_is_refused_with_the_names():
    with pytest.raises(KeyError, match=r"no layer 'c1'; there are: layer1, layer2, output"):
        diagnose(PlainStack(depth=2), BATCH)["c1"]


class NoWeights(nn.Module):
    prepare = staticmethod(PlainStack.prepare)

    def forward(self, x):
        return x.flatten(1)


class Lazy(nn.Module):
    prepare = staticmethod(PlainStack.prepare)

    def __init__(self):
        super().__init__()
        self.output = nn.LazyLinear(10)

    def forward(self, x):
        return self.output(x.flatten(1))


REFUSED = {
    "output.weight is lazy: it gets its shape": (Lazy(), BATCH, "cross_entropy"),
    "expected labels below 10, the number of scores, got 11": (
        PlainStack(),
        (BATCH[0], BATCH[1] + 2),
        "cross_entropy",
    ),
    "at least two images": (PlainStack(), (BATCH[0][:1], BATCH[1][:1]), "cross_entropy"),
    r"got \(40, 1, 28, 28\) and \(3,\)": (PlainStack(), (BATCH[0], BATCH[1][:3]), "cross_entropy"),
    "unknown loss 'hinge'; known: cross_entropy": (PlainStack(), BATCH, "hinge"),
    r"a network with prepare\(images\)": (nn.Linear(2, 2), BATCH, "cross_entropy"),
    "NoWeights has none": (NoWeights(), BATCH, "cross_entropy"),
}


@pytest.mark.parametrize(("message", "given"), REFUSED.items(), ids=list(REFUSED))
def test_what_cannot_be_diagnosed_is_refused(message, given):
    model, batch, loss = given
    with pytest.raises(ValueError, match=message):
        diagnose(model, batch, loss=loss)


@pytest.mark.parametrize("wrong", [{"depth": 0}, {"width": -1}])
def test_a_stack_without_layers_or_units_is_refused(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"expected {name} of at least 1, got {value}"):
        PlainStack(**wrong)
