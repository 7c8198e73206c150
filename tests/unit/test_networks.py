"""The register, and what all networks that read digits have in common."""

import importlib
import pkgutil

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from lessonlib import models
from lessonlib.models import NETWORKS, layer_table
from tests import paper_tables as paper
from tests.network_kinds import READ_DIGITS, READ_PICTURES

# By arithmetic: inputs * units + units, layer by layer.
PARAMETERS = {
    "ZipNet1989": paper.ZIPNET_PARAMETERS,
    "LeNet5": paper.LENET5_PARAMETERS,
    "LeNet5Lush": paper.LUSH_PARAMETERS,
    "LeNetClassic": paper.LENET_CLASSIC_PARAMETERS,
    "LeNetHistorical": paper.LENET_HISTORICAL_PARAMETERS,
    "LeNetModern": 150 + 2_400 + 48_000 + 2 * (6 + 16 + 120) + 10_164 + 850,
    "LeNetRectified": paper.LENET_CLASSIC_PARAMETERS,
    "LeNetLocallyConnected": 122_304 + 241_600 + 48_120 + 10_164 + 850,
    "LeNetFullyConnected": 12_937_414,  # LeNet-5's numbers of units, linear output
    "LinearClassifier": 7_850,
    "MLP": 307_500 + 30_100 + 1_010,
    "OneWideLayer": 37 * 170 + 9_260,
    "PlainStack": 131_200 + 9 * 16_512 + 1_290,
    "TwoSmallLayers": 286 + 8_004 + 7_260,
}
BYTES = torch.randint(0, 256, (8, 1, 28, 28), generator=torch.Generator().manual_seed(0)).byte()

every_network = pytest.mark.parametrize("network", READ_DIGITS.values(), ids=READ_DIGITS)


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


@pytest.fixture
def _float64():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def test_every_network_that_is_defined_is_in_the_register():
    defined = set()
    for module in pkgutil.walk_packages(models.__path__, "lessonlib.models."):
        for thing in vars(importlib.import_module(module.name)).values():
            is_module = isinstance(thing, type) and issubclass(thing, nn.Module)
            is_network = is_module and hasattr(thing, "input_shape")  # not a part of one
            if is_network and thing.__module__.startswith("lessonlib.models."):
                defined.add(thing)
    assert defined == set(NETWORKS.values())
    assert all(getattr(models, name) is network for name, network in NETWORKS.items())
    assert set(PARAMETERS) == set(READ_DIGITS)
    others = {name for name in READ_PICTURES if not name.startswith("AlexNet")}  # test_alexnets
    assert others == {"LeNetColour"}  # see test_lenet_colour


@every_network
def test_ten_finite_scores_and_a_gradient_for_every_parameter(network):
    model = network()
    scores = model(model.prepare(BYTES))
    assert scores.shape == (8, 10)
    assert scores.isfinite().all()
    F.cross_entropy(scores, torch.arange(8)).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


@every_network
def test_parameters_are_counted_and_told(network):
    count = PARAMETERS[network.__name__]
    assert sum(p.numel() for p in network().parameters()) == count
    assert layer_table(network()).parameters == count
    assert f"{count:,}" in network.__doc__


@every_network
def test_one_child_bends_the_sums_and_pooling_is_children_too(network):
    model = network()
    bends = [name for name in ("squash", "relu") if hasattr(model, name)]
    assert len(bends) == (network.__name__ != "LinearClassifier")
    traced = torch.fx.symbolic_trace(model)
    called = {str(node.target) for node in traced.graph.nodes if node.op == "call_function"}
    assert not [name for name in called if "relu" in name or "max_pool" in name], called


@every_network
def test_the_docstring_and_the_message_of_prepare_say_ground_and_ink(network):
    ends = torch.zeros(1, 1, 28, 28, dtype=torch.uint8)
    ends[0, 0, :2, :2] = 255  # as much as one pixel of a 16x16 field covers
    field = network.prepare(ends)
    ground, ink = (round(value.item(), 4) for value in (field.min(), field.max()))
    told = f"ground {ground:g}, ink {ink:g}"
    assert f"Pixels: {told}" in network.__doc__
    with pytest.raises(ValueError, match=f"uint8 images .* ground 0 and ink 255, .*: {told}"):
        network.prepare(ends.float())
    if network.input_shape[1] == 32:
        assert told in network.prepare.__doc__


# What people give to `prepare`, and what the message says of it.
MISREAD = [
    (BYTES / 255, r"got float32 \(8, 1, 28, 28\); if they run from 0 to 1, \(images \* 255"),
    (BYTES.expand(8, 3, 28, 28), r"one grey channel .*got uint8 \(8, 3, 28, 28\)"),
    (BYTES[0], r"got uint8 \(1, 28, 28\)"),
    (BYTES.numpy(), r"a tensor .*got a numpy ndarray of uint8 .*torch.from_numpy\(array\)"),
    (list(BYTES), r"a tensor .*got a list; torch.stack makes one tensor of a list of tensors"),
    ([[0, 255]], r"got a list; .*torch.tensor\(numbers, dtype=torch.uint8\)"),
    (Image.new("L", (28, 28)), r"got a PIL picture of mode L .*picture.convert\('L'\)"),
    (None, "expected a tensor .*got a NoneType"),
]


@every_network
def test_prepare_refuses_what_it_would_misread(network):
    for images, message in MISREAD:
        with pytest.raises(ValueError, match=message):
            network.prepare(images)


def test_the_ways_that_prepare_names_lead_there():
    """Follow the advice in the message of `prepare`."""
    wanted = NETWORKS["LeNet5"].prepare(BYTES)
    picture = Image.fromarray(BYTES[0, 0].numpy()).convert("RGB")
    for images, first in [
        ((BYTES / 255 * 255).round().to(torch.uint8), wanted),
        (torch.stack(list(BYTES)), wanted),
        (torch.tensor(BYTES.tolist(), dtype=torch.uint8), wanted),
        (torch.from_numpy(BYTES[:, 0].numpy())[:, None], wanted),
        (torch.from_numpy(np.array(picture.convert("L")))[None, None], wanted[:1]),
    ]:
        assert torch.equal(NETWORKS["LeNet5"].prepare(images), first)


@every_network
def test_forward_refuses_what_it_cannot_read_and_says_what_to_call(network):
    name, side = network.__name__, network.input_shape[1]
    for images, came in [
        (torch.zeros(4, 1, 30, 30), r"float32 \(4, 1, 30, 30\)"),
        (torch.zeros(4, 3, side, side), rf"float32 \(4, 3, {side}, {side}\)"),
        (torch.zeros(4, 1, side, side, dtype=torch.uint8), r"uint8 \(4, 1"),
        (torch.zeros(1, side, side), r"float32 \(1"),
        (torch.zeros(4, side**2), r"float32 \(4"),
        (np.zeros((4, 1, side, side), dtype=np.float32), "a numpy ndarray of float32"),
    ]:
        with pytest.raises(ValueError, match=f"{name} reads .*got {came}.*{name}.prepare"):
            network()(images)
    if name != "LeNet5":
        with pytest.raises(ValueError, match=rf"\(N, 1, {side}, {side}\)"):
            network()(torch.zeros(1, 1, 36, 36))


@every_network
def test_the_state_comes_back_as_it_was(network):
    model, other = network().eval(), network().eval()
    other.load_state_dict(model.state_dict())
    images = model.prepare(BYTES)
    assert torch.equal(model(images), other(images))


@every_network
def test_a_network_computes_in_the_type_of_its_weights(network):
    model = network().eval()
    scores = model(model.prepare(BYTES))
    twice = model.double()(model.prepare(BYTES))  # float32 fields
    assert twice.dtype == torch.float64
    torch.testing.assert_close(twice.float(), scores, rtol=1e-4, atol=1e-4)
    assert layer_table(model).parameters == PARAMETERS[network.__name__]
    assert model.bfloat16()(model.prepare(BYTES)).dtype == torch.bfloat16


@every_network
@pytest.mark.usefixtures("_float64")
def test_a_network_built_where_float64_is_the_default_is_of_it_throughout(network):
    model = network()
    assert model.prepare(BYTES).dtype == torch.float64
    floats = [value for value in model.state_dict().values() if value.is_floating_point()]
    assert {value.dtype for value in floats} == {torch.float64}
    assert model(model.prepare(BYTES)).dtype == torch.float64
    assert layer_table(model).parameters == PARAMETERS[network.__name__]


@every_network
def test_a_network_can_be_built_on_the_device_meta_and_filled_later(network):
    model = network().eval()
    with torch.device("meta"):
        empty = network().eval()
        loaded = network().eval()
    assert {value.device.type for value in empty.state_dict().values()} == {"meta"}
    assert empty(torch.empty(2, *network.input_shape, device="meta")).shape == (2, 10)
    assert list(layer_table(empty)) == list(layer_table(model))
    fields = model.prepare(BYTES)
    loaded.load_state_dict(model.state_dict(), assign=True)
    assert torch.equal(loaded(fields), model(fields))
    filled = empty.to_empty(device="cpu")
    for value in filled.state_dict().values():
        value.fill_(9)  # what stands there is anything
    if hasattr(network, "reset_parameters"):
        filled.reset_parameters()
        assert filled(fields).isfinite().all()
        if hasattr(model.output, "codes"):
            assert torch.equal(filled.output.codes, model.output.codes)
    filled.load_state_dict(model.state_dict())
    assert torch.equal(filled(fields), model(fields))
