"""The networks that exist to be compared: what they share, and what they do not."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessonlib.geometry import receptive_field
from lessonlib.layers import LocallyConnected2d
from lessonlib.models import (
    MLP,
    LeNetClassic,
    LeNetFullyConnected,
    LeNetLocallyConnected,
    LeNetRectified,
    OneWideLayer,
    TwoSmallLayers,
    layer_table,
)
from tests import paper_tables as paper

NETWORKS = [
    MLP,
    LeNetFullyConnected,
    LeNetLocallyConnected,
    LeNetRectified,
    OneWideLayer,
    TwoSmallLayers,
]


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def test_the_fully_connected_network_has_lenet5s_unit_counts():
    units = [row.shape[0] for row in layer_table(LeNetFullyConnected())]
    printed = [torch.Size(shape).numel() for _, _, _, shape in paper.LENET5_LAYERS]
    assert units == printed == [4_704, 1_176, 1_600, 400, 120, 84, 10]


@pytest.mark.parametrize("network", [LeNetLocallyConnected, LeNetClassic])
def test_without_sharing_the_shapes_and_the_connections_stay(network):
    for row, same in zip(layer_table(network()), layer_table(LeNetRectified()), strict=True):
        assert row.shape == same.shape
        assert row.connections == same.connections


def test_local_weights_that_are_alike_are_shared_weights():
    shared, local = LeNetRectified(), LeNetLocallyConnected()
    local.c1 = LocallyConnected2d.repeating(shared.c1, input_size=32)
    local.c3 = LocallyConnected2d.repeating(shared.c3, input_size=14)
    for name in ("c5", "f6", "output"):
        getattr(local, name).load_state_dict(getattr(shared, name).state_dict())
    images = torch.randn(3, 1, 32, 32)
    torch.testing.assert_close(local(images), shared(images))


def test_one_wide_and_two_small_layers_differ_in_nothing_but_the_steps():
    one, two = layer_table(OneWideLayer()), layer_table(TwoSmallLayers())
    assert one.parameters == two.parameters == 15_550
    assert one["wide"].shape[1:] == two["second"].shape[1:] == (10, 10)
    assert one["pool"].shape[1:] == two["pool"].shape[1:] == (5, 5)
    assert receptive_field([(13, 2)]) == receptive_field([(5, 2), (5, 1)])


@pytest.mark.parametrize("network", NETWORKS)
def test_all_read_the_same_pixels(network):
    images = torch.randint(0, 256, (2, 1, 28, 28), dtype=torch.uint8)
    assert network.input_shape == (1, 32, 32)
    assert torch.equal(network.prepare(images), LeNetClassic.prepare(images))


def written_out(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """`LeNetRectified` once more, rectifier after pooling: for maxima the order is the same."""
    x = F.max_pool2d(F.conv2d(images, model.c1.weight, model.c1.bias), 2).clamp(min=0)
    x = F.max_pool2d(F.conv2d(x, model.c3.weight, model.c3.bias), 2).clamp(min=0)
    x = (x.flatten(1) @ model.c5.weight.flatten(1).T + model.c5.bias).clamp(min=0)
    x = (x @ model.f6.weight.T + model.f6.bias).clamp(min=0)
    return x @ model.output.weight.T + model.output.bias


def test_lenet_rectified_written_out_once_more():
    model, images = LeNetRectified(), torch.randn(3, 1, 32, 32)
    torch.testing.assert_close(model(images), written_out(model, images))
