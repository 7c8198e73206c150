"""Networks outside plain PyTorch: exported, traced, compiled, taken apart; the same scores."""

import io
import warnings

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lessonlib.layers import CrossMapNorm, SpatialNorm
from lessonlib.models import NETWORKS, AlexNet, AlexNetSmall, AlexNetTwoTowers, LeNet5
from tests.network_kinds import READ_DIGITS

pytestmark = pytest.mark.slow

FREE = torch.export.Dim("batch")
SIDES = {  # of fields, and one that reads it
    32: "LeNet5",
    28: "LinearClassifier",
    16: "ZipNet1989",
    56: "AlexNetSmall",
    224: "AlexNet",
}


def narrow(network: nn.Module, *towers: nn.Module) -> nn.Module:
    """AlexNet with a few fully connected units: the others would only take time."""
    units = 8 // len(towers)
    for tower in towers:
        tower.fc6, tower.fc7 = nn.Linear(9216, units), nn.Linear(8, units)
    towers[0].fc8 = nn.Linear(8, 10)
    return network


def built() -> dict[str, nn.Module]:
    """Those that read digits, and of the AlexNets one of each kind."""
    networks = {name: network() for name, network in READ_DIGITS.items()}
    whole, towers = AlexNet(), AlexNetTwoTowers()
    networks["AlexNet"] = narrow(whole, whole)
    networks["AlexNetTwoTowers"] = narrow(towers, towers.tower1, towers.tower2)
    return {**networks, "AlexNetSmall": AlexNetSmall()}


class Together(nn.Module):
    """All networks side by side, so that the exporter that takes a second each runs once."""

    def __init__(self, networks: dict[str, nn.Module]) -> None:
        super().__init__()
        self.networks = nn.ModuleDict(networks)

    def forward(
        self, fields: Tensor, digits: Tensor, codes: Tensor, small: Tensor, large: Tensor
    ) -> tuple[Tensor, ...]:
        by_side = dict(zip(SIDES, (fields, digits, codes, small, large), strict=True))
        return tuple(network(by_side[network.input_shape[1]]) for network in self.networks.values())


@pytest.fixture(scope="module")
def networks() -> dict[str, nn.Module]:
    """Each with weights that tell its layers apart, and statistics that are not 0 and 1."""
    torch.manual_seed(0)
    everything = built()
    for network in everything.values():
        for parameter in network.parameters():
            if not parameter.any():
                nn.init.normal_(parameter)
        with torch.no_grad():
            network(torch.rand(9, *network.input_shape))
    return {name: network.eval() for name, network in everything.items()}


@pytest.fixture(scope="module")
def side_by_side(networks) -> dict[str, nn.Module]:
    """Without the two towers: the newer exporter takes long, and they have AlexNet's parts."""
    return {name: network for name, network in networks.items() if "Towers" not in name}


def fields(network: nn.Module, count: int = 5) -> Tensor:
    draw = torch.Generator().manual_seed(count)
    shape = (count, *(network.input_shape if network.input_shape[0] == 3 else (1, 28, 28)))
    images = torch.randint(0, 256, shape, dtype=torch.uint8, generator=draw)
    return network.prepare(images)


def of_all_sides(networks: dict[str, nn.Module], count: int = 5) -> dict[int, Tensor]:
    """The same pictures for `Together` as fields of each side, by side."""
    return {side: fields(networks[name], count) for side, name in SIDES.items()}


def in_onnxruntime(model: bytes, *inputs: Tensor) -> list[np.ndarray]:
    import onnxruntime  # late, too

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]
    return session.run(None, {n: x.numpy() for n, x in zip(names, inputs, strict=True)})


def assert_close(got: Tensor | np.ndarray, network: nn.Module, images: Tensor, name: str) -> None:
    with torch.no_grad():
        wanted = network(images).numpy()
    got = got.detach().numpy() if isinstance(got, Tensor) else got
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-4, err_msg=name)


def test_onnx_gives_the_same_scores_for_any_number_of_pictures(side_by_side):
    together = Together(side_by_side).eval()
    program = torch.onnx.export(
        together,
        tuple(of_all_sides(side_by_side).values()),
        dynamo=True,
        dynamic_shapes=tuple({0: FREE} for _ in SIDES),
        verbose=False,
    )
    many = of_all_sides(side_by_side, 7)
    results = in_onnxruntime(program.model_proto.SerializeToString(), *many.values())
    assert len(results) == len(side_by_side)
    for (name, network), got in zip(side_by_side.items(), results, strict=True):
        assert_close(got, network, many[network.input_shape[1]], name)


def test_onnx_by_the_older_exporter_gives_the_same_scores(networks):
    for name, network in networks.items():
        file = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # PyTorch's, on this exporter
            torch.onnx.export(
                network,
                (fields(network),),
                file,
                dynamo=False,
                input_names=["images"],
                dynamic_axes={"images": {0: "batch"}},
            )
        images = fields(network, 7)
        assert_close(in_onnxruntime(file.getvalue(), images)[0], network, images, name)


def test_an_exported_program_takes_any_number_of_pictures(networks):
    for name, network in networks.items():
        program = torch.export.export(network, (fields(network),), dynamic_shapes=({0: FREE},))
        images = fields(network, 7)
        assert_close(program.module()(images), network, images, name)


def test_an_exported_program_keeps_the_check_at_the_door():
    with pytest.raises(ValueError, match="LeNet5 reads prepared float images"):
        torch.export.export(LeNet5(), (torch.zeros(2, 1, 28, 28),))


def test_a_trace_gives_the_same_scores_and_our_code_warns_of_nothing(networks):
    for name, network in networks.items():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            traced = torch.jit.trace(network, (fields(network),))
        ours = [w for w in caught if "lessonlib" in w.filename]
        ours += [w for w in caught if issubclass(w.category, torch.jit.TracerWarning)]
        assert not ours, f"{name}: {[str(w.message) for w in ours]}"
        images = fields(network, 7)
        assert_close(traced(images), network, images, name)


def test_compiled_networks_give_the_same_scores_without_a_break(side_by_side):
    compiled = torch.compile(Together(side_by_side).eval(), backend="aot_eager", fullgraph=True)
    few = of_all_sides(side_by_side)
    with torch.no_grad():
        results = compiled(*few.values())
    for (name, network), got in zip(side_by_side.items(), results, strict=True):
        assert_close(got, network, few[network.input_shape[1]], name)


def test_compiled_networks_give_the_same_gradients():
    for name in ("LeNet5", "LeNetLocallyConnected"):
        torch.manual_seed(0)
        network = NETWORKS[name]()
        gradients = []
        for run in (network, torch.compile(network, backend="aot_eager", fullgraph=True)):
            network.zero_grad()
            run(fields(network)).square().sum().backward()
            gradients.append([parameter.grad.clone() for parameter in network.parameters()])
        torch.testing.assert_close(*gradients)


def test_a_feature_extractor_takes_every_network_apart(networks):
    from torchvision.models.feature_extraction import (  # late: its import takes seconds
        create_feature_extractor,
        get_graph_node_names,
    )

    for name, network in networks.items():
        nodes, _ = get_graph_node_names(network)
        first = next(name for name, _ in network.named_modules() if name in nodes)
        seen = create_feature_extractor(network, [first, nodes[-1]])(fields(network, 7))
        assert len(seen[first]) == 7
        assert_close(seen[nodes[-1]], network, fields(network, 7), name)


def test_a_feature_extractor_reads_larger_fields_as_its_network_does():
    from torchvision.models.feature_extraction import create_feature_extractor

    network = LeNet5().eval()
    extractor = create_feature_extractor(network, {"c5": "c5", "_without_one_place": "scores"})
    images = torch.rand(2, 1, 32, 40)
    assert extractor(images)["c5"].shape == (2, 120, 1, 3)
    assert_close(extractor(images)["scores"], network, images, "LeNet5")


def responses(count: int) -> Tensor:
    draw = torch.Generator().manual_seed(count)
    return torch.randn((count, 8, 6, 6), generator=draw) * 100


@pytest.mark.parametrize("layer", [CrossMapNorm(towers=2), SpatialNorm()], ids=str)
def test_normalisation_with_a_gradient_of_its_own_can_be_taken_apart_and_compiled(layer):
    several = responses(5)
    exported = torch.export.export(layer, (responses(2),), dynamic_shapes=({0: FREE},))
    for way in (
        torch.fx.symbolic_trace(nn.Sequential(layer)),
        torch.jit.trace(layer, (responses(2),)),
        exported.module(),
        torch.compile(layer, backend="aot_eager", fullgraph=True),
    ):
        torch.testing.assert_close(way(several), layer(several))


def test_compiled_normalisation_gives_the_same_gradients():
    layer, gradients = CrossMapNorm(towers=2), []
    for run in (layer, torch.compile(layer, backend="aot_eager", fullgraph=True)):
        maps = responses(2).requires_grad_()
        run(maps).square().sum().backward()
        gradients.append(maps.grad)
    torch.testing.assert_close(*gradients)
