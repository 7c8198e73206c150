"""The networks around AlexNet: the released source's, torchvision's, an article's, a small one."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.models import (
    AlexNet,
    AlexNet2012Source,
    AlexNetAsTold,
    AlexNetOneTower,
    AlexNetSmall,
    layer_table,
)
from lessonlib.models.ablations import OtherStart
from lessonlib.training import load_weights
from lessonlib.viz import plot_network
from tests import paper_tables as paper

PIXELS = torch.randn((2, 3, 224, 224), generator=torch.Generator().manual_seed(0)) * 60


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def assert_near(got: Tensor, wanted: Tensor) -> None:
    """To 1e-5 of the largest."""
    torch.testing.assert_close(got, wanted, rtol=0, atol=1e-5 * wanted.abs().max().item())


# Experiment 145 of the released source.


@pytest.fixture(scope="module")
def source() -> tuple[AlexNet2012Source, dict[str, tuple[float, set[float]]]]:
    """The network with He's start, and deviations and biases of each layer as it began."""
    torch.manual_seed(0)
    network = AlexNet2012Source(classes=10).eval()
    start = {
        name: (layer.weight.std().item(), set(layer.bias.tolist()))
        for name, layer in network.named_children()
        if isinstance(layer, nn.Conv2d | nn.Linear)
    }
    OtherStart("he").apply(network)
    return network, start


def test_the_source_starts_three_layers_wider(source):
    for name, (deviation, biases) in source[1].items():
        wanted = paper.ALEXNET_SOURCE_DEVIATIONS.get(name, paper.ALEXNET_DEVIATION)
        assert deviation == pytest.approx(wanted, rel=0.02), name
        assert biases == {1.0 if name in paper.ALEXNET_BIASES_OF_ONE else 0.0}, name


def spatial(maps: Tensor) -> Tensor:
    """The source's `cnorm2`, by sums of 25 shifted copies."""
    wide, (height, width) = F.pad(maps.square(), (2, 2, 2, 2)), maps.shape[2:]
    sums = sum(wide[:, :, y : y + height, x : x + width] for y in range(5) for x in range(5))
    return maps / (1 + paper.ALEXNET_SPATIAL_ALPHA * sums) ** paper.ALEXNET_BETA


def across(maps: Tensor) -> Tensor:
    """The source's `rnorm`: PyTorch's layer divides alpha by the size, as the source does."""
    alpha, beta, k = paper.ALEXNET_ALPHA_PRINTED, paper.ALEXNET_BETA, paper.ALEXNET_K
    towers = [F.local_response_norm(half, 5, alpha, beta, k) for half in maps.chunk(2, 1)]
    return torch.cat(towers, 1)


@torch.no_grad()
def test_the_source_written_out_once_more(source):
    model = source[0]
    x = F.conv2d(F.pad(PIXELS, (0, 3, 0, 3)), model.conv1.weight, model.conv1.bias, stride=4)
    assert (x < -60).any()  # responses whose squares the normalisation sums, though below 0
    x = F.max_pool2d(across(x), 3, 2).clamp(min=0)
    x = model.conv2(x).clamp(min=0)
    x = F.max_pool2d(spatial(across(x)), 3, 2)
    x = model.conv4(model.conv3(x).clamp(min=0)).clamp(min=0)
    x = F.max_pool2d(model.conv5(x), 3, 2).clamp(min=0).flatten(1)
    x = model.fc7(model.fc6(x).clamp(min=0)).clamp(min=0)
    assert_near(model(PIXELS), model.fc8(x))


@torch.no_grad()
def test_the_source_and_the_paper_read_each_others_weights_and_differ(source):
    model = source[0]
    with torch.device("meta"):
        printed = AlexNet(classes=10).eval()
        assert parameters(AlexNet2012Source()) == paper.ALEXNET_PARAMETERS
    printed.load_state_dict(model.state_dict(), assign=True)
    scores = model(PIXELS)
    assert (printed(PIXELS) - scores).abs().max() > 0.01 * scores.abs().max()
    assert f"{paper.ALEXNET_PARAMETERS:,}" in AlexNet2012Source.__doc__
    assert layer_table(model).multiply_adds == paper.ALEXNET_MULTIPLY_ADDS - 990 * 4096


# The one tower of 2014.


def test_the_one_tower_loads_torchvisions_weights_and_gives_its_scores():
    from torchvision.models import alexnet  # late: its import takes seconds

    theirs = alexnet(num_classes=10).eval()
    with torch.device("meta"):
        ours = AlexNetOneTower(classes=10).eval()
    ours.load_state_dict(theirs.state_dict(), assign=True)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert ours.classifier[1].in_features == 9216
    images = PIXELS / 60
    with torch.no_grad():
        assert torch.equal(ours(images), theirs(images))
        assert torch.equal(ours(images[..., :63, :80]), theirs(images[..., :63, :80]))
        with pytest.raises(RuntimeError, match="Output size is too small"):
            theirs(images[..., :62, :62])
    with pytest.raises(ValueError, match="too small: the least side is 63 pixels"):
        ours(images[..., :62, :62])
    table = layer_table(ours)
    assert table.multiply_adds == paper.ALEXNET_ONE_TOWER_MULTIPLY_ADDS - 990 * 4096
    assert table.parameters == paper.ALEXNET_ONE_TOWER - 990 * 4097


def test_the_one_tower_is_another_network():
    with torch.device("meta"):
        model, printed = AlexNetOneTower(), AlexNet()
    assert parameters(model) == paper.ALEXNET_ONE_TOWER
    assert f"{paper.ALEXNET_ONE_TOWER:,}" in AlexNetOneTower.__doc__
    with pytest.raises(ValueError, match=r"the one tower of 2014 .*AlexNetOneTower takes"):
        printed.load_state_dict(model.state_dict())
    with pytest.raises(ValueError, match="layers of AlexNet, which takes them"):
        model.load_state_dict(printed.state_dict())


# An article's sketch.


def test_the_network_as_told_is_counted_as_its_listing():
    model = AlexNetAsTold()
    table = layer_table(model)
    assert table.parameters == parameters(model) == paper.ALEXNET_AS_TOLD
    assert f"{paper.ALEXNET_AS_TOLD:,}" in AlexNetAsTold.__doc__
    full = sum(row.parameters for row in table if row.kind == "Linear")
    assert full == paper.ALEXNET_AS_TOLD_FC
    assert table["pool5"].shape == (256, 6, 6)
    assert plot_network(table).axes


def test_the_network_as_told_reads_grey_pictures_of_63_pixels_and_more():
    model = AlexNetAsTold().eval()
    bytes_ = torch.randint(0, 256, (2, 1, 300, 256), dtype=torch.uint8)
    fields = model.prepare(bytes_)
    assert fields.shape == (2, 1, 224, 224)
    assert torch.equal(fields, bytes_[:, :, 38:262, 16:240] / 255)
    small = model.prepare(bytes_[..., :70, :63])
    with torch.no_grad():
        assert model(small).shape == (2, 10)
    for wrong in (small[..., :62], small.expand(2, 3, 63, 63)):
        with pytest.raises(ValueError, match=r"\(N, 1, H, W\) with H, W >= 63, got"):
            model(wrong)
    with pytest.raises(ValueError, match="at least 63x63 pixels, got 28x28"):
        model.prepare(bytes_[..., :28, :28])
    with pytest.raises(ValueError, match="one grey channel"):
        model.prepare(bytes_.expand(2, 3, 300, 256))


def test_the_network_as_told_gives_every_parameter_a_gradient():
    model = AlexNetAsTold()
    F.cross_entropy(model(torch.rand(2, 1, 63, 63)), torch.tensor([1, 2])).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("network", [AlexNetAsTold, AlexNetSmall])
def test_weights_of_its_own_are_taken_for_nothing_else(network, tmp_path):
    model, other = network(), network()
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    load_weights(other, tmp_path / "weights.pt")
    assert torch.equal(other.fc6.weight, model.fc6.weight)


# The small one.


def test_the_small_network_has_alexnets_children_without_normalisation():
    with torch.device("meta"):
        printed = AlexNet()
    wanted = [name for name, _ in printed.named_children() if not name.startswith("norm")]
    small = AlexNetSmall()
    assert [name for name, _ in small.named_children()] == wanted
    for name in wanted:
        ours, theirs = small.get_submodule(name), printed.get_submodule(name)
        assert type(ours) is type(theirs), name
        for same in ("groups", "padding") if name.startswith("conv") else ():
            assert getattr(ours, same) == getattr(theirs, same), name
        if name in ("conv2", "conv3", "conv4", "conv5") or name.startswith("pool"):
            assert ours.stride == theirs.stride
            assert ours.kernel_size == theirs.kernel_size


def test_the_small_network_is_small():
    table = layer_table(AlexNetSmall())
    assert f"{table.parameters:,}" in AlexNetSmall.__doc__
    assert 300_000 < table.parameters < 400_000
    assert plot_network(table).axes


@pytest.mark.parametrize("side", [28, 32, 40, 48, 56, 64])
def test_the_small_network_reads_pictures_of_28_to_64_pixels(side):
    model = AlexNetSmall(classes=20, side=side)
    images = model.prepare(torch.randint(0, 256, (3, 3, 64, 64), dtype=torch.uint8))
    assert images.shape == (3, 3, side, side)
    scores = model(images)
    assert scores.shape == (3, 20)
    scores.square().sum().backward()
    assert all(p.grad.abs().max() > 0 for p in model.parameters())


def test_the_small_network_reads_one_size_only():
    with pytest.raises(ValueError, match=r"reads prepared float images \(N, 3, 56, 56\), got"):
        AlexNetSmall()(torch.zeros(1, 3, 64, 64))
    with pytest.raises(ValueError, match="of 28 to 64 pixels, got side=224"):
        AlexNetSmall(side=224)


def test_the_small_networks_towers_meet_in_conv3():
    model, seen = AlexNetSmall().eval(), {}
    model.pool2.register_forward_hook(lambda *given: seen.update(maps=given[2]))
    other = torch.randn(1, *layer_table(model)["conv1"].shape).requires_grad_()
    model.conv1.register_forward_hook(lambda *_: other)
    model(torch.zeros(1, *model.input_shape))
    maps = seen["maps"]
    maps[:, : maps.shape[1] // 2].square().sum().backward()
    read = (other.grad.abs().sum((0, 2, 3)) > 0).nonzero().flatten().tolist()
    assert read == list(range(other.shape[1] // 2))


def test_the_small_network_keeps_the_types_and_devices_that_others_keep():
    model = AlexNetSmall().eval()
    images = model.prepare(torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8))
    scores = model(images)
    torch.testing.assert_close(model.double()(images).float(), scores, rtol=1e-4, atol=1e-4)
    assert model.bfloat16()(images).dtype == torch.bfloat16
    with torch.device("meta"):
        empty = AlexNetSmall()
    assert {value.device.type for value in empty.state_dict().values()} == {"meta"}
    filled = empty.to_empty(device="cpu").eval()
    for value in filled.state_dict().values():
        value.fill_(9)
    filled.reset_parameters()
    assert filled(images).isfinite().all()
    assert not filled.mean.any()


def test_the_small_network_fits_a_few_pictures():
    model = AlexNetSmall()
    images, labels = torch.randn(8, 3, 56, 56), torch.arange(8)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(60):
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    assert (model.eval()(images).argmax(1) == labels).all()


def test_the_bench_compares_normalisation_and_networks_round_by_round(monkeypatch):
    import bench_alexnet  # late: it imports torchvision

    one = {"CrossMapNorm": bench_alexnet.norms()["CrossMapNorm"], "other": nn.Identity}
    monkeypatch.setattr(bench_alexnet, "norms", lambda: one)
    monkeypatch.setattr(bench_alexnet, "MAPS", {"norm1": (4, 3, 3)})
    small = {"AlexNet": lambda: nn.Sequential(nn.Flatten(), nn.Linear(150528, 1000))}
    monkeypatch.setattr(bench_alexnet, "networks", lambda: {**small, "theirs": small["AlexNet"]})
    found = bench_alexnet.measure(2, 3, bench_alexnet.spread)
    assert set(found["norm1"]) == {"CrossMapNorm", "other", "other / CrossMapNorm"}
    assert found["network"]["theirs / AlexNet"]["min"] > 0
    assert (found["batch_size"], found["rounds"]) == (2, 3)
