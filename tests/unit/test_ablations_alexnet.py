"""Ablations of AlexNet's plan: what they replace, and what the paper compares with it."""

import pytest
import torch
from torch import nn

from lessonlib.layers import CrossMapNorm
from lessonlib.models import AlexNet, AlexNetOneTower, AlexNetSmall, LeNet5, layer_table
from lessonlib.models.ablations import (
    NarrowTower,
    OneTower,
    OtherDropout,
    OtherPooling,
    OtherWindows,
    ResponseNorm,
    Without,
)
from tests.unit.ablation_examples import (
    OF_ALEXNET,
    check_comes_back,
    check_fits_in,
    check_gradients,
)

FIELDS = torch.randn(3, 3, 56, 56, generator=torch.Generator().manual_seed(0))


def ablated(ablation, network=AlexNetSmall) -> nn.Module:
    torch.manual_seed(0)
    model = network().eval()
    ablation.apply(model)
    return model


def same_scores(one: nn.Module, other: nn.Module) -> bool:
    return torch.allclose(one(FIELDS), other(FIELDS), atol=1e-6)


@pytest.mark.parametrize("ablation", OF_ALEXNET, ids=lambda ablation: type(ablation).__name__)
def test_an_ablation_changes_the_scores_and_every_parameter_still_gets_a_gradient(ablation):
    torch.manual_seed(0)
    plain, model = AlexNetSmall().eval(), ablated(ablation)
    assert same_scores(plain, model) == isinstance(ablation, OtherDropout)  # only in training
    check_gradients(model, FIELDS)


@pytest.mark.parametrize("ablation", OF_ALEXNET, ids=lambda ablation: type(ablation).__name__)
def test_an_ablation_is_data_and_keeps_type_device_and_mode(ablation):
    check_comes_back(ablation)
    check_fits_in(ablation, AlexNetSmall, FIELDS)


def test_dropout_sets_its_share_to_zero_in_training_alone():
    ones = torch.ones(100_000)
    torch.manual_seed(0)
    dropout = ablated(OtherDropout(0.25)).train().dropout
    assert (dropout(ones) == 0).float().mean() == pytest.approx(0.25, abs=0.01)
    assert torch.equal(ablated(OtherDropout(0.0)).train().dropout(ones), ones)


def test_windows_side_by_side_give_maps_of_the_same_size():
    apart = ablated(OtherWindows(2))
    assert [apart.pool1(torch.rand(1, 1, side, side)).shape[-1] for side in (26, 13, 6)] == [
        *(13, 6, 3)
    ]
    places = torch.arange(16.0).view(1, 1, 4, 4)
    assert apart.pool1(places).flatten().tolist() == [5, 7, 13, 15]
    assert ablated(OtherWindows(3)).pool1(places).flatten().tolist() == [10, 11, 14, 15]


def test_windows_can_follow_another_pooling():
    model = AlexNetSmall()
    OtherPooling("AvgPool2d").apply(model)
    OtherWindows(2).apply(model)
    places = torch.arange(16.0).view(1, 1, 4, 4)
    assert model.pool1(places).flatten().tolist() == [2.5, 4.5, 10.5, 12.5]


def test_response_normalisation_stands_before_the_first_two_poolings():
    model = ablated(ResponseNorm(0.5))
    norm, pool = model.pool1
    assert isinstance(norm, CrossMapNorm)
    assert (norm.alpha, norm.k, norm.size, norm.beta, norm.towers) == (0.5, 2.0, 5, 0.75, 2)
    assert isinstance(pool, nn.MaxPool2d)
    assert isinstance(model.pool5, nn.MaxPool2d)
    maps = torch.rand(2, 32, 26, 26)
    assert torch.allclose(ablated(ResponseNorm(0)).pool1[0](maps), maps / 2**0.75)


def test_one_tower_of_alexnet_reads_all_maps_as_its_successor_does():
    """The convolutions of 2014 have other numbers of maps; conv4's successor reads all of them."""
    model = AlexNet()
    before = layer_table(model)
    OneTower().apply(model)
    after = layer_table(model)
    biases = {"conv2": 256, "conv4": 384, "conv5": 256}
    for name, bias in biases.items():
        weights = before[name].parameters - bias
        assert after[name].parameters == 2 * weights + bias
    assert after["conv5"].parameters == 256 * 384 * 9 + 256
    assert all(m.groups == 1 for m in AlexNetOneTower().modules() if isinstance(m, nn.Conv2d))


def test_a_narrow_tower_has_half_the_maps_but_in_the_last_convolution():
    model = AlexNet()
    NarrowTower().apply(model)
    maps = [(m.in_channels, m.out_channels) for m in model.children() if isinstance(m, nn.Conv2d)]
    assert maps == [(3, 48), (48, 128), (128, 192), (192, 192), (192, 256)]
    assert layer_table(model)["fc6"].parameters == layer_table(AlexNet())["fc6"].parameters


def test_what_a_layer_would_have_read_goes_on_as_it_is():
    model, plain = ablated(Without("conv4")), ablated(OtherDropout(0.5))
    seen = {}
    model.conv5.register_forward_hook(lambda _, inputs, output: seen.update(conv5=inputs[0]))
    plain.conv4.register_forward_hook(lambda _, inputs, output: seen.update(conv4=inputs[0]))
    model(FIELDS)
    plain(FIELDS)
    assert torch.equal(seen["conv5"], seen["conv4"])
    ablated(Without("fc7"))


@pytest.mark.parametrize(
    ("ablation", "network", "message"),
    [
        (OtherDropout(0.5), LeNet5, "a child `dropout` of class Dropout; LeNet5 has c1"),
        (OtherWindows(2), LeNet5, "children of class MaxPool2d or AvgPool2d; LeNet5 has c1"),
        (ResponseNorm(1.0), LeNet5, "a child `pool1` of class MaxPool2d; LeNet5 has c1"),
        (OneTower(), LeNet5, "convolutions in groups, which are its towers; LeNet5 has c1"),
        (NarrowTower(), LeNet5, "convolutions in groups, which are its towers; LeNet5 has c1"),
        (Without("conv9"), AlexNetSmall, "a child `conv9` of class Conv2d or Linear; .* conv1"),
        (Without("conv3"), AlexNetSmall, r"gives what it reads.*`conv3` does not: Conv2d\(64, 96"),
        (Without("fc8"), AlexNetSmall, r"`fc8` does not: Linear\(in_features=256, out_features=10"),
    ],
)
def test_what_does_not_fit_says_which_child_it_looked_for(ablation, network, message):
    model = network()
    before = list(model.children())
    with pytest.raises(ValueError, match=message):
        ablation.apply(model)
    assert list(model.children()) == before


def test_numbers_out_of_range_are_refused():
    with pytest.raises(ValueError, match="share of dropout in 0 <= p < 1, got 1"):
        OtherDropout(1)
    with pytest.raises(ValueError, match="size of a window, at least 1, got 0"):
        OtherWindows(0)
    with pytest.raises(ValueError, match="alpha of at least 0, got -1"):
        ResponseNorm(-1)
    with pytest.raises(ValueError, match="alpha of at least 0, got nan"):
        ResponseNorm(float("nan"))
