"""Own weights at each place: against a slow loop, a convolution and finite differences."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd import gradcheck

from lessonlib.layers import LocallyConnected2d
from lessonlib.models import layer_table
from tests import paper_tables as paper


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def test_every_place_has_its_own_weights_and_bias():
    layer = LocallyConnected2d(2, 3, 3, input_size=5)
    maps = torch.randn(4, 2, 5, 5)
    expected = np.zeros((4, 3, 3, 3))
    for n, m, i, j in np.ndindex(expected.shape):
        window = maps[n, :, i : i + 3, j : j + 3].numpy()
        weight = layer.weight[i, j, m].detach().numpy()
        expected[n, m, i, j] = (window * weight).sum() + layer.bias[i, j, m].item()
    np.testing.assert_allclose(layer(maps).detach().numpy(), expected, rtol=1e-4, atol=1e-6)


def test_repeating_a_convolution_is_that_convolution():
    shared = nn.Conv2d(3, 4, 3)
    local = LocallyConnected2d.repeating(shared, input_size=6)
    maps = torch.randn(5, 3, 6, 6)
    torch.testing.assert_close(local(maps), shared(maps))


def test_repeating_copies_the_weights():
    shared = nn.Conv2d(1, 2, 3)
    local = LocallyConnected2d.repeating(shared, input_size=6)
    maps = torch.randn(1, 1, 6, 6)
    before = local(maps)
    nn.init.zeros_(shared.weight)
    assert torch.equal(local(maps), before)


def test_the_shared_gradient_is_the_sum_over_places():
    """LeCun et al. 1998, sec. II.A: a shared weight sums the gradients of its uses."""
    shared = nn.Conv2d(2, 3, 3)
    local = LocallyConnected2d.repeating(shared, input_size=6)
    maps, weigh = torch.randn(5, 2, 6, 6), torch.randn(5, 3, 4, 4)
    (shared(maps) * weigh).sum().backward()
    (local(maps) * weigh).sum().backward()
    torch.testing.assert_close(local.weight.grad.sum((0, 1)), shared.weight.grad)
    torch.testing.assert_close(local.bias.grad.sum((0, 1)), shared.bias.grad)


def test_gradients_match_finite_differences():
    layer = LocallyConnected2d(2, 2, 2, input_size=3).double()
    names = [name for name, _ in layer.named_parameters()]

    def call(x, *values):
        return torch.func.functional_call(layer, dict(zip(names, values, strict=True)), (x,))

    x = torch.randn(2, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    assert gradcheck(call, (x, *layer.parameters()))


def test_c1_without_sharing_has_a_parameter_for_each_connection():
    _, _, connections, shape = paper.LENET5_LAYERS[0]
    (row,) = layer_table(nn.Sequential(LocallyConnected2d(1, 6, 5, input_size=32)), (1, 32, 32))
    (shared,) = layer_table(nn.Sequential(nn.Conv2d(1, 6, 5)), (1, 32, 32))
    assert row.parameters == row.connections == connections
    assert row.shape == shared.shape == shape
    assert (row.connections, row.multiply_adds) == (shared.connections, shared.multiply_adds)


def test_it_starts_in_the_range_of_a_convolution():
    local = LocallyConnected2d(2, 8, 5, input_size=12)
    bound = nn.Conv2d(2, 8, 5).weight.abs().max().item()
    assert local.weight.abs().max().item() == pytest.approx(bound, rel=0.02)
    assert local.bias.abs().max() <= 1 / 50**0.5
    assert local.weight.std((0, 1)).min() > 0  # no two places alike


def test_it_works_without_gradients():
    layer = LocallyConnected2d(1, 2, 3, input_size=4)
    with torch.inference_mode():
        assert layer(torch.zeros(0, 1, 4, 4)).shape == (0, 2, 2, 2)
        assert layer(torch.zeros(3, 1, 4, 4)).shape == (3, 2, 2, 2)


@pytest.mark.parametrize("shape", [(2, 1, 5, 5), (2, 2, 6, 5), (2, 3, 5, 5), (2, 5, 5)])
def test_other_sizes_are_refused(shape):
    with pytest.raises(ValueError, match="expected maps \\(N, 2, 5, 5\\), got"):
        LocallyConnected2d(2, 3, 3, input_size=5)(torch.zeros(shape))


@pytest.mark.parametrize("numbers", [(0, 1, 3, 5), (1, 0, 3, 5), (1, 1, 0, 5), (1, 1, 6, 5)])
def test_impossible_layers_are_refused(numbers):
    with pytest.raises(ValueError, match="of at least 1 and input_size of at least kernel_size"):
        LocallyConnected2d(*numbers)


@pytest.mark.parametrize("option", [{"stride": 2}, {"padding": 1}, {"bias": False}, {"groups": 2}])
def test_other_convolutions_cannot_be_repeated(option):
    with pytest.raises(ValueError, match="expected a convolution like"):
        LocallyConnected2d.repeating(nn.Conv2d(2, 2, 3, **option), input_size=6)


def test_print_tells_the_sizes():
    text = "LocallyConnected2d(1, 6, kernel_size=5, input_size=32)"
    assert repr(LocallyConnected2d(1, 6, 5, input_size=32)) == text
