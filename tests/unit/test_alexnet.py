"""AlexNet against the paper of 2012, and what is mistaken for it."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.geometry import out_size
from lessonlib.layers import CrossMapNorm
from lessonlib.models import AlexNet, AlexNetSmall, LayerTable, layer_table, mixup
from lessonlib.models.ablations import OtherPooling, OtherStart
from lessonlib.models.alexnet_mixups import LOST_PADDING
from lessonlib.training import load_weights
from lessonlib.viz import plot_network
from tests import paper_tables as paper

BYTES = torch.randint(
    0, 256, (2, 3, 224, 224), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
)


@pytest.fixture(scope="module")
def built() -> tuple[AlexNet, dict[str, tuple[float, set[float]]]]:
    """One network for all tests, with He's start, which carries signals further; and how it began.

    For each layer: deviation of its first weights, and the values of its biases.
    """
    torch.manual_seed(0)
    network = AlexNet()
    start = {
        name: (layer.weight.std().item(), set(layer.bias.tolist()))
        for name, layer in network.named_children()
        if isinstance(layer, nn.Conv2d | nn.Linear)
    }
    OtherStart("he").apply(network)
    network.set_mean(BYTES.float().mean(0))
    return network.eval(), start


@pytest.fixture
def network(built) -> AlexNet:
    return built[0]


@pytest.fixture(scope="module")
def table(built) -> LayerTable:
    return layer_table(built[0])


@pytest.mark.parametrize(("layer", "parameters", "multiply_adds", "shape"), paper.ALEXNET_LAYERS)
def test_the_layers_match_the_paper(table, layer, parameters, multiply_adds, shape):
    row = table[layer]
    assert (row.parameters, row.multiply_adds, row.shape) == (parameters, multiply_adds, shape)


def test_the_totals_match_the_paper(table):
    assert [row.name for row in table] == [name for name, *_ in paper.ALEXNET_LAYERS]
    assert table.parameters == paper.ALEXNET_PARAMETERS
    assert table.multiply_adds == paper.ALEXNET_MULTIPLY_ADDS
    full = sum(row.parameters for row in table if row.kind == "Linear")
    assert full == paper.ALEXNET_FC_PARAMETERS
    windows = sum(row.multiply_adds for row in table if row.kind == "Conv2d")
    assert windows == paper.ALEXNET_CONV_MULTIPLY_ADDS
    assert f"{paper.ALEXNET_PARAMETERS:,}" in AlexNet.__doc__


def test_the_kernels_are_those_of_section_3_5(network):
    for name, count, shape in paper.ALEXNET_KERNELS:
        assert tuple(network.get_submodule(name).weight.shape) == (count, *shape)


def test_the_first_layers_neurons_are_misprinted(table):
    neurons = [row.neurons for row in table if row.neurons]
    assert neurons == paper.ALEXNET_NEURONS
    wrong = [a for a, b in zip(paper.ALEXNET_NEURONS_PRINTED, neurons, strict=True) if a != b]
    assert wrong == [55 * 48 * 96]
    said = paper.ALEXNET_NEURONS_ABSTRACT
    assert abs(table.neurons - said) < abs(sum(paper.ALEXNET_NEURONS_PRINTED) - said)
    assert torch.Size(table.input_shape).numel() == paper.ALEXNET_INPUT_PRINTED
    assert table.frame(neurons=True).loc["total", "neurons"] == table.neurons


def test_it_starts_as_printed(built):
    _, start = built
    assert set(start) == {name for name, count, *_ in paper.ALEXNET_LAYERS if count}
    for name, (deviation, biases) in start.items():
        assert deviation == pytest.approx(paper.ALEXNET_DEVIATION, rel=0.02), name
        assert biases == {1.0 if name in paper.ALEXNET_BIASES_OF_ONE else 0.0}, name


def test_fixed_names_are_its_children(network):
    convolutions = [f"conv{i}" for i in range(1, 6)]
    wanted = {*convolutions, "fc6", "fc7", "fc8", "norm1", "norm2", "pool1", "pool2", "pool5"}
    assert {name for name, _ in network.named_children()} == {*wanted, "relu", "dropout"}


def written_out(model: AlexNet, images: Tensor) -> Tensor:
    """The paper's formulas once more, one tower after the other."""

    def half(layer: nn.Conv2d, x: Tensor, tower: int, padding: int) -> Tensor:
        weight, bias = layer.weight.chunk(2)[tower], layer.bias.chunk(2)[tower]
        return F.conv2d(x, weight, bias, padding=padding).clamp(min=0)

    def pooled(x: Tensor) -> Tensor:
        alpha = paper.ALEXNET_SIZE * paper.ALEXNET_ALPHA_PRINTED  # PyTorch divides it
        beta, k = paper.ALEXNET_BETA, paper.ALEXNET_K
        return F.max_pool2d(F.local_response_norm(x, paper.ALEXNET_SIZE, alpha, beta, k), 3, 2)

    images = torch.cat([images, torch.zeros(len(images), 3, 3, images.shape[3])], 2)
    images = torch.cat([images, torch.zeros(len(images), 3, images.shape[2], 3)], 3)
    x = F.conv2d(images, model.conv1.weight, model.conv1.bias, stride=4).clamp(min=0)
    towers = [pooled(maps) for maps in x.chunk(2, 1)]
    towers = [pooled(half(model.conv2, maps, i, 2)) for i, maps in enumerate(towers)]
    x = torch.cat(towers, 1)
    x = F.conv2d(x, model.conv3.weight, model.conv3.bias, padding=1).clamp(min=0)
    for layer in (model.conv4, model.conv5):
        x = torch.cat([half(layer, maps, i, 1) for i, maps in enumerate(x.chunk(2, 1))], 1)
    x = F.max_pool2d(x, 3, 2).flatten(1)
    for layer in (model.fc6, model.fc7):
        x = (x @ layer.weight.T + layer.bias).clamp(min=0)
    return x @ model.fc8.weight.T + model.fc8.bias


def assert_near(got: Tensor, wanted: Tensor) -> None:
    """To 1e-5 of the largest."""
    torch.testing.assert_close(got, wanted, rtol=0, atol=1e-5 * wanted.abs().max().item())


@torch.no_grad()
def test_alexnet_written_out_once_more(network):
    images = network.prepare(BYTES)
    assert_near(network(images), written_out(network, images))


@torch.no_grad()
def test_224_pixels_are_read_as_227_of_which_the_last_three_are_empty(network):
    images = network.prepare(BYTES)
    wide = F.pad(images, (0, 3, 0, 3))
    assert torch.equal(network(wide), network(images))
    wide[..., -1] = 1000  # the last windows reach there
    assert not torch.equal(network(wide), network(images))


def test_windows_that_are_rounded_up_have_55_positions_from_224_to_227(network):
    for side in range(224, 228):
        assert out_size(side + 3, 11, 4) == 55
        assert network(torch.zeros(1, 3, side, side)).shape == (1, 1000)
    assert out_size(224, 11, 4) == 54


def test_no_tower_sees_the_other_before_conv3(network):
    seen = {}
    hook = network.pool2.register_forward_hook(lambda *given: seen.update(maps=given[2]))
    other = torch.randn(1, 96, 55, 55).requires_grad_()
    into = network.conv1.register_forward_hook(lambda *_: other)
    network(network.prepare(BYTES[:1]))
    into.remove()
    hook.remove()
    seen["maps"][:, :128].square().sum().backward()
    read = other.grad.abs().sum((0, 2, 3)) > 0
    assert read.nonzero().flatten().tolist() == list(range(48))


def test_every_parameter_gets_a_gradient(network):
    F.cross_entropy(network.train()(network.prepare(BYTES)), torch.tensor([1, 2])).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad.abs().max() > 0, name
    network.zero_grad(set_to_none=True)
    network.eval()


def test_normalisation_and_pooling_can_be_replaced(network, table):
    kept = dict(network.named_children())
    network.norm1 = network.norm2 = nn.Identity()
    OtherPooling("AvgPool2d").apply(network)
    assert (network.pool5.kernel_size, network.pool5.stride) == (3, 2)
    assert [row.shape for row in layer_table(network)] == [row.shape for row in table]
    with pytest.raises(ValueError, match=r"windows of 2x2 .*child `pool1` has others"):
        OtherPooling("Subsample").apply(network)
    for name, child in kept.items():
        setattr(network, name, child)


def test_the_table_can_be_drawn(table):
    assert plot_network(table, title="AlexNet").axes


# Met in public.


def without_padding() -> nn.Sequential:
    """As many write it: 224 pixels, and no padding before conv1."""
    return nn.Sequential(
        *(nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), CrossMapNorm(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), CrossMapNorm(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 384, 3, padding=1)),
        *(nn.ReLU(), nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Flatten(), nn.Linear(9216, 8)),  # as far as it goes wrong
    )


def test_224_pixels_without_padding_give_6400_inputs_to_fc6_and_not_9216():
    model = without_padding()
    assert model(torch.zeros(1, 3, 227, 227)).shape == (1, 8)
    with pytest.raises(RuntimeError, match="1x6400 and 9216x8"):
        model(torch.zeros(1, 3, 224, 224))
    assert all(word in LOST_PADDING for word in ("6,400", "9,216", "227", "224 with 3 more"))


@pytest.mark.parametrize(
    ("total", "groups", "fc6_inputs", "words"),
    [
        (paper.ALEXNET_WITHOUT_GROUPS, 1, 9216, "groups=2"),
        (paper.ALEXNET_WITHOUT_PADDING, 2, 6400, "instead of 9,216"),
        (paper.ALEXNET_WITHOUT_EITHER, 1, 6400, "groups=2. And fc6 reads 6,400"),
    ],
)
def test_known_totals_say_what_is_wrong(total, groups, fc6_inputs, words):
    with torch.device("meta"):
        model = AlexNet()
        model.conv2 = nn.Conv2d(96, 256, 5, groups=groups)
        model.conv4 = nn.Conv2d(384, 384, 3, groups=groups)
        model.conv5 = nn.Conv2d(384, 256, 3, groups=groups)
        model.fc6 = nn.Linear(fc6_inputs, 4096)
    assert sum(p.numel() for p in model.parameters()) == total
    assert words in mixup(total)
    assert mixup(total - 990 * 4097, classes=10) == mixup(total)


def test_other_totals_that_are_known_and_not_known():
    assert "AlexNetOneTower" in mixup(paper.ALEXNET_ONE_TOWER)
    assert "one GPU" in mixup(paper.ALEXNET_ONE_GPU)
    assert mixup(paper.ALEXNET_PARAMETERS) is None
    assert mixup(paper.LENET5_PARAMETERS) is None


def state(**shapes: tuple[int, ...]) -> dict[str, Tensor]:
    """Weights by name (`_` for the dot) without memory."""
    empty = {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}
    return {name.replace("_", "."): value for name, value in empty.items()}


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            {"features.0.weight": torch.zeros(64, 3, 11, 11), "classifier.6.bias": torch.zeros(9)},
            "not AlexNet's but of another network, the one tower of 2014 .*AlexNetOneTower takes",
        ),
        ({"tower1.conv1.weight": torch.zeros(48, 3, 11, 11)}, r"from_towers\(network\) makes"),
        (state(conv1_weight=(96, 3), fc6_weight=(8, 6400)), "6,400 values.*227 pixels, or 224"),
        (state(conv1_weight=(9,), conv2_weight=(256, 96, 5, 5), fc6_weight=(1,)), "groups=2"),
    ],
)
def test_weights_of_other_networks_are_refused_with_the_reason(network, tmp_path, weights, message):
    with pytest.raises(ValueError, match=message):
        network.load_state_dict(weights)
    with pytest.raises(ValueError, match=message):
        nn.ModuleDict({"inside": network}).load_state_dict(
            {f"inside.{name}": value for name, value in weights.items()}
        )
    kept = {name: torch.zeros(value.shape) for name, value in weights.items()}
    torch.save(kept, tmp_path / "weights.pt")
    with pytest.raises(ValueError, match=f"weights.pt .*{message}"):
        load_weights(network, tmp_path / "weights.pt")


def test_a_picture_smaller_than_the_network_reads_is_refused_with_the_least_side(network):
    with pytest.raises(ValueError, match=r"from 224 to 227, got .*the least side is 224 pixels"):
        network(torch.zeros(1, 3, 200, 300))
    with pytest.raises(ValueError, match=r"at least 224x224 pixels, got 64x64; .*AlexNetSmall"):
        network.prepare(torch.zeros(1, 3, 64, 64, dtype=torch.uint8))
    with pytest.raises(ValueError, match="from 224 to 227"):
        network(torch.zeros(1, 3, 256, 256))


def test_the_small_networks_weights_do_not_fit(network):
    with pytest.raises(RuntimeError, match="size mismatch"):
        network.load_state_dict(AlexNetSmall().state_dict())


def test_there_is_at_least_one_class():
    with pytest.raises(ValueError, match="at least one class, got classes=0"):
        AlexNet(classes=0)
