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
# By arithmetic: inputs * units + units, layer by layer.
PARAMETERS = [
    (LeNetFullyConnected, 12_937_414),  # LeNet-5's unit counts, linear output
    (MLP, 307_500 + 30_100 + 1_010),
    (LeNetRectified, paper.LENET_CLASSIC_PARAMETERS),
    (LeNetLocallyConnected, 122_304 + 241_600 + 48_120 + 10_164 + 850),
    (OneWideLayer, 37 * 170 + 9_260),
    (TwoSmallLayers, 286 + 8_004 + 7_260),
]


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


@pytest.mark.parametrize(("network", "count"), PARAMETERS)
def test_parameters(network, count):
    assert layer_table(network()).parameters == count


def test_the_fully_connected_network_has_lenet5s_unit_counts():
    units = [row.shape[0] for row in layer_table(LeNetFullyConnected())]
    printed = [torch.Size(shape).numel() for _, _, _, shape in paper.LENET5_LAYERS]
    assert units == printed == [4_704, 1_176, 1_600, 400, 120, 84, 10]


@pytest.mark.parametrize("network", [LeNetLocallyConnected, LeNetClassic])
def test_without_sharing_the_shapes_and_the_connections_stay(network):
    for row, same in zip(layer_table(network()), layer_table(LeNetRectified()), strict=True):
        assert row.shape == same.shape
        assert row.connections == same.connections


def test_own_weights_that_are_alike_are_shared_weights():
    shared, own = LeNetRectified(), LeNetLocallyConnected()
    own.c1 = LocallyConnected2d.repeating(shared.c1, input_size=32)
    own.c3 = LocallyConnected2d.repeating(shared.c3, input_size=14)
    for name in ("c5", "f6", "output"):
        getattr(own, name).load_state_dict(getattr(shared, name).state_dict())
    images = torch.randn(3, 1, 32, 32)
    torch.testing.assert_close(own(images), shared(images))


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


@pytest.mark.parametrize("network", NETWORKS)
def test_ten_finite_scores_and_a_gradient_for_every_parameter(network):
    model = network()
    images = torch.randint(0, 256, (8, 1, 28, 28), dtype=torch.uint8)
    scores = model(model.prepare(images))
    assert scores.shape == (8, 10)
    assert scores.isfinite().all()
    F.cross_entropy(scores, torch.arange(8)).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("network", NETWORKS)
def test_unprepared_images_are_refused(network):
    with pytest.raises(ValueError, match=f"{network.__name__} reads .*{network.__name__}.prepare"):
        network()(torch.zeros(4, 1, 28, 28))
    with pytest.raises(ValueError, match="expected a tensor of uint8 images"):
        network.prepare(torch.zeros(4, 1, 28, 28))


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
