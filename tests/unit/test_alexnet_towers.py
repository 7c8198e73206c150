"""AlexNet in two modules: the same function, the same weights, and what crosses between them."""

import copy

import pytest
import torch
from torch.nn import functional as F

from lessonlib.models import (
    AlexNet,
    AlexNetTwoTowers,
    crossings,
    from_towers,
    layer_table,
    to_towers,
)
from lessonlib.models.ablations import OtherStart
from tests import paper_tables as paper

PIXELS = torch.randn((2, 3, 224, 224), generator=torch.Generator().manual_seed(0)) * 60


@pytest.fixture(scope="module")
def whole() -> AlexNet:
    """One module, with ten classes; He's start carries signals further than the printed one."""
    torch.manual_seed(0)
    network = AlexNet(classes=10).eval()
    OtherStart("he").apply(network)
    network.set_mean(torch.rand(3, 224, 224) * 255)
    return network


@pytest.fixture(scope="module")
def towers(whole) -> AlexNetTwoTowers:
    return to_towers(whole)


@torch.no_grad()
def test_two_towers_give_the_scores_of_one_module(whole, towers):
    wanted = whole(PIXELS)
    got = towers(PIXELS)
    torch.testing.assert_close(got, wanted, rtol=0, atol=1e-5 * wanted.abs().max().item())


def test_weights_convert_both_ways_without_a_change(whole, towers):
    random = torch.random.get_rng_state()
    back = from_towers(towers)
    assert torch.equal(torch.random.get_rng_state(), random)
    assert (back.training, towers.training) == (False, False)
    assert {name: value.shape for name, value in back.state_dict().items()} == {
        name: value.shape for name, value in whole.state_dict().items()
    }
    for name, value in whole.state_dict().items():
        assert torch.equal(back.state_dict()[name], value), name
        assert back.state_dict()[name].data_ptr() != value.data_ptr(), name
    assert all(parameter.requires_grad for parameter in back.parameters())


def test_each_tower_has_half_of_each_layer(whole, towers):
    for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7"):
        both = [tower.get_submodule(name).weight for tower in (towers.tower1, towers.tower2)]
        assert torch.equal(torch.cat(both), whole.get_submodule(name).weight)
        assert both[0].shape == both[1].shape
    assert not hasattr(towers.tower2, "fc8")


def test_it_is_counted_as_the_paper_counts(towers):
    with torch.device("meta"):
        parameters = sum(p.numel() for p in AlexNetTwoTowers().parameters())
    assert parameters == paper.ALEXNET_PARAMETERS
    assert f"{parameters:,}" in AlexNetTwoTowers.__doc__
    table, fc8 = layer_table(towers), 990 * 4096  # ten classes
    assert table.multiply_adds == paper.ALEXNET_MULTIPLY_ADDS - fc8
    assert table.neurons == sum(paper.ALEXNET_NEURONS) - 990


def test_what_crosses_between_the_towers_is_counted(towers):
    found = crossings(towers)
    assert [(crossing.reader, crossing.values) for crossing in found] == paper.ALEXNET_CROSSINGS
    assert [crossing.bytes for crossing in found] == [4 * crossing.values for crossing in found]
    batch = crossings(towers, pictures=3)
    assert [crossing.values for crossing in batch] == [3 * crossing.values for crossing in found]
    assert not towers.exchange._forward_hooks
    assert not towers.training


def test_they_start_as_printed():
    torch.manual_seed(0)
    start = AlexNetTwoTowers(classes=10)
    for tower in (start.tower1, start.tower2):
        for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"):
            if not hasattr(tower, name):
                continue
            layer, one = getattr(tower, name), name in paper.ALEXNET_BIASES_OF_ONE
            deviation = layer.weight.std().item()
            assert deviation == pytest.approx(paper.ALEXNET_DEVIATION, rel=0.03), name
            assert (layer.bias == float(one)).all(), name
    assert not torch.equal(start.tower1.conv1.weight, start.tower2.conv1.weight)
    F.cross_entropy(start(PIXELS), torch.tensor([1, 2])).backward()
    for name, parameter in start.named_parameters():
        assert parameter.grad.abs().max() > 0, name


def test_the_forms_are_named_where_weights_of_the_other_are_given(whole, towers):
    with pytest.raises(ValueError, match=r"weights of AlexNet; to_towers\(network\) makes"):
        towers.load_state_dict(whole.state_dict())
    with pytest.raises(
        ValueError, match=r"weights of AlexNetTwoTowers; from_towers\(network\) makes"
    ):
        whole.load_state_dict(towers.state_dict())


def test_placing_both_towers_on_the_cpu_changes_nothing(towers):
    with torch.no_grad():
        wanted = towers(PIXELS[:1])
        assert towers.place("cpu", "cpu") is towers
        assert torch.equal(towers(PIXELS[:1]), wanted)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a second device")
@pytest.mark.parametrize("devices", [("cpu", "cuda:0"), ("cuda:0", "cpu")])
def test_towers_on_two_devices_give_the_same_scores_and_gradients(towers, devices):
    apart = copy.deepcopy(towers).place(*devices)
    wanted, got = towers(PIXELS), apart(PIXELS)
    assert got.device == torch.device(devices[0])
    largest = wanted.abs().max().item()
    torch.testing.assert_close(got.cpu(), wanted, rtol=0, atol=2e-3 * largest)  # TF32
    got.sum().backward()
    assert all(parameter.grad is not None for parameter in apart.parameters())
    assert from_towers(apart).conv1.weight.device == torch.device(devices[0])
