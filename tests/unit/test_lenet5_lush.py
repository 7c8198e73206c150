"""LeNet-5 as its authors' code of 2002 builds it, and the named starts of layers."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessonlib.layers import BIASES, STARTS, Subsample, TableConv2d, UnitBiasConv2d, start_
from lessonlib.models import LeNet5, LeNet5Lush, layer_table
from tests import paper_tables as paper


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def test_lush_has_the_parameters_of_the_authors_code():
    table = layer_table(LeNet5Lush())
    assert [(row.name, row.parameters) for row in table] == paper.LUSH_LAYERS
    assert table.parameters == paper.LUSH_PARAMETERS


def test_lush_reads_bytes_times_a_hundredth_on_a_ground_of_0():
    images = torch.tensor([0, 100, 255], dtype=torch.uint8).view(1, 1, 1, 3)
    field = LeNet5Lush.prepare(images)[0, 0]
    assert field.shape == (32, 32)
    assert field[15, 14:17].tolist() == pytest.approx([0, 1, paper.LUSH_INK])
    assert field.count_nonzero() == 2


def test_lush_starts_as_the_authors_code():
    model = LeNet5Lush()
    for layer, bound in paper.LUSH_INIT_BOUNDS:
        drawn = getattr(model, layer).weight
        assert 0.8 * bound < drawn.abs().max() <= bound * (1 + 1e-5)
    first = 0
    for rows in paper.LENET5_C3_READS:
        drawn, bound = model.c3.weight[first : first + len(rows)], (25 * len(rows)) ** -0.5
        first += len(rows)
        assert 0.8 * bound < drawn.abs().max() <= bound
    for layer in (model.s2, model.s4):
        assert (layer.weight == paper.LUSH_COEFFICIENT).all()
    assert not any(layer.bias.any() for layer in model.children() if hasattr(layer, "bias"))


def test_lush_is_lenet5_up_to_c5_and_squashes_its_ten_outputs():
    model, other = LeNet5Lush(), LeNet5()
    other.load_state_dict(model.state_dict(), strict=False)  # c1 to c5; output has no such name
    seen = {}
    other.c5.register_forward_hook(lambda _, __, output: seen.update(c5=output.flatten(1)))
    images = torch.rand(4, 1, 32, 32) * paper.LUSH_INK
    other(images)

    def f(a):
        return paper.SQUASH_AMPLITUDE * torch.tanh(paper.SQUASH_SLOPE * a)

    wanted = f(F.linear(f(seen["c5"]), model.output.weight, model.output.bias))
    torch.testing.assert_close(model(images), wanted)


LAYERS = {
    "conv": (lambda: nn.Conv2d(16, 120, 5), 400, 120 * 25),
    "linear": (lambda: nn.Linear(120, 84), 120, 84),
    "table": (lambda: TableConv2d(("X" * 40,) * 30, 5), 750, 40 * 25),
    "units": (lambda: UnitBiasConv2d(("X" * 40,) * 30, 5, 16), 750, 40 * 25),
    "coefficients": (lambda: Subsample(4_000), 4, 1),
}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("name", STARTS)
def test_each_start_has_its_deviation_in_every_layer(layer, name):
    build, inputs, outputs = LAYERS[layer]
    deviation = {
        "2.4/F": 2.4 / inputs / 3**0.5,
        "1/sqrt(F)": (1 / inputs / 3) ** 0.5,
        "xavier": (2 / (inputs + outputs)) ** 0.5,
        "he": (2 / inputs) ** 0.5,
    }[name]
    made = build()
    assert start_(made, name, "like weights")
    assert made.weight.std().item() == pytest.approx(deviation, rel=0.05)
    assert made.bias.std().item() == pytest.approx(deviation, rel=0.4)
    assert start_(made, name, "zero")
    assert not made.bias.any()


def test_columns_of_a_table_start_by_their_own_inputs():
    layer = TableConv2d(("XX", ".X", ".X", ".X"), 5)
    start_(layer, "1/sqrt(F)", "like weights")
    assert 0.1 < layer.weight[0].abs().max() <= 0.2
    assert 0.08 < layer.weight[1:].abs().max() <= 0.1
    units = UnitBiasConv2d(("XX", ".X", ".X", ".X"), 5, 12)
    start_(units, "1/sqrt(F)", "like weights")
    assert 0.1 < units.bias[0].abs().max() <= 0.2
    assert 0.08 < units.bias[1].abs().max() <= 0.1


def test_a_given_coefficient_comes_with_biases_of_0_and_other_layers_stay_as_they_are():
    layer = Subsample(3)
    start_(layer, "2.4/F", BIASES[1], coefficient=0.25)
    assert layer.weight.tolist() == [0.25] * 3
    assert layer.bias.tolist() == [0] * 3
    norm = nn.BatchNorm2d(3)
    assert not start_(norm, "he", "zero")
    assert norm.weight.tolist() == [1] * 3
