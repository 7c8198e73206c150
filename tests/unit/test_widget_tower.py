"""The interactive towers: what a unit of AlexNet reads, in numbers, in words, in a notebook."""

import base64
import io
import json
import re

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from paper_tables import ALEXNET_KERNELS, ALEXNET_LAYERS
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data.photos import photograph
from lessonlib.geometry import receptive_field
from lessonlib.models import AlexNet
from lessonlib.viz.canvas import MARGIN
from lessonlib.widgets import TowerExplorer
from lessonlib.widgets.base import STATE_MIME, WIDGET_MIME, module_source
from lessonlib.widgets.tower_reads import alexnet_layers, fitted, parts, sides_of

LAYERS = {layer.name: layer for layer in alexnet_layers()}
MAPS = [name for name, layer in LAYERS.items() if layer.kind in ("conv", "pool")]
# Side of a unit's field in pixels, worked out by hand: 11, then (kernel - 1) * jump more each time,
# with jumps of 4, 8, 8, 16, 16, 16, 16, 16.
FIELDS = {
    **{"conv1": 11, "pool1": 19, "conv2": 51, "pool2": 67},
    **{"conv3": 99, "conv4": 131, "conv5": 163, "pool5": 195},
}


@pytest.fixture(scope="module")
def explorer() -> TowerExplorer:
    return TowerExplorer()


@pytest.mark.parametrize(("name", "shape"), [(row[0], row[3]) for row in ALEXNET_LAYERS])
def test_layers_have_the_papers_shapes(name, shape):
    layer = LAYERS[name]
    sides = () if layer.kind == "full" else (layer.height, layer.width)
    first = layer.towers * (layer.width if layer.kind == "full" else layer.maps)
    assert (first, *sides) == shape


@pytest.mark.parametrize(("name", "kernels", "sides"), ALEXNET_KERNELS)
def test_kernels_are_as_deep_as_printed(name, kernels, sides):
    """So a unit reads both towers where the printed depth is that of both, which is at conv3."""
    layer, below = LAYERS[name], list(LAYERS.values())[list(LAYERS).index(name) - 1]
    depth = below.maps * (2 if layer.crosses else 1)
    assert (layer.towers * layer.maps, depth, layer.kernel, layer.kernel) == (kernels, *sides)


def cone(name: str, unit: tuple[int, int, int]) -> dict[str, Tensor]:
    """Gradient of a unit for what is below it, by layer, (towers, rows, columns).

    One map per tower, weights of 1; strides and padding as in Krizhevsky et al. 2012 and the
    released source.
    """
    picture = torch.ones(1, 1, 224, 224, requires_grad=True)
    field, one, two = F.pad(picture, (0, 3, 0, 3)), torch.ones(1), {}
    two["conv1"] = F.conv2d(field, one.expand(2, 1, 11, 11), stride=4)
    two["pool1"] = F.avg_pool2d(two["conv1"], 3, 2)
    two["conv2"] = F.conv2d(two["pool1"], one.expand(2, 1, 5, 5), padding=2, groups=2)
    two["pool2"] = F.avg_pool2d(two["conv2"], 3, 2)
    two["conv3"] = F.conv2d(two["pool2"], one.expand(2, 2, 3, 3), padding=1)
    two["conv4"] = F.conv2d(two["conv3"], one.expand(2, 1, 3, 3), padding=1, groups=2)
    two["conv5"] = F.conv2d(two["conv4"], one.expand(2, 1, 3, 3), padding=1, groups=2)
    two["pool5"] = F.avg_pool2d(two["conv5"], 3, 2)
    below = {"picture": picture} | {k: two[k] for k in MAPS[: MAPS.index(name)]}
    found = torch.autograd.grad(two[name][0][unit], list(below.values()))
    return {layer: gradient[0] for layer, gradient in zip(below, found, strict=True)}


@pytest.mark.parametrize("tower", [0, 1])
@pytest.mark.parametrize("name", MAPS)
def test_a_unit_depends_on_what_has_a_gradient(name, tower):
    side = LAYERS[name].width
    for row, column in [(0, side - 1), (side // 2, 1), (side - 1, side // 2)]:
        gradients = cone(name, (tower, row, column))
        found = parts(alexnet_layers(), name, (tower, row, column))
        assert [part.layer for part in found] == list(reversed(gradients))
        for part in found:
            expected = torch.zeros_like(gradients[part.layer])
            for which in part.towers or (0,):
                rows, columns = part.rows, part.columns
                expected[which, rows.start : rows.stop, columns.start : columns.stop] = 1
            assert ((gradients[part.layer] != 0) == expected.bool()).all(), part


@pytest.mark.parametrize(("name", "size"), FIELDS.items())
def test_fields_are_the_librarys_cut_at_the_border(name, size):
    through = [LAYERS[each] for each in MAPS[: MAPS.index(name) + 1]]
    field = receptive_field([(each.kernel, each.stride, each.padding) for each in through])
    assert field.size == size
    for i, centre in enumerate(field.centres(LAYERS[name].height)):
        seen = parts(alexnet_layers(), name, (0, i, 0))[-1].rows
        first, last = centre - (size - 1) / 2, centre + (size - 1) / 2
        assert (seen[0], seen[-1]) == (max(first, 0), min(last, 223))


@pytest.mark.parametrize("name", ["fc6", "fc7", "fc8"])
def test_a_fully_connected_unit_sees_everything(explorer, name):
    explorer.layer, explorer.unit = name, (0, 0)
    below = explorer.parts[0]
    assert below.towers == (0, 1)
    assert len(below.rows) * len(below.columns) == {"fc6": 36, "fc7": 2048, "fc8": 2048}[name]
    assert explorer.field.rows == explorer.field.columns == range(224)


SAID = {
    ("conv1", (0, 27, 27)): [
        "conv1: 48 maps of 55×55 in each tower.",
        "conv1, first tower, row 27, column 27 reads the 3 colours of the picture, "
        "11×11 pixels of each.",
        "That makes 3 × 11 × 11 = 363 inputs.",
        "It sees 11×11 pixels: rows 108 to 118, columns 108 to 118.",
        "Nothing of the other tower reaches it.",
    ],
    ("pool1", (1, 0, 26)): [
        "pool1: 48 maps of 27×27 in each tower.",
        "pool1, second tower, row 0, column 26 reads one map of conv1, in its own tower, "
        "3×3 units of it.",
        "Its value is the largest of these 9 numbers.",
        "It sees 19×16 pixels: rows 0 to 18, columns 208 to 223; the border cuts off the rest of "
        "19×19.",
        "Nothing of the other tower reaches it. The normalisation before it (not drawn) sums over "
        "up to 5 maps of one tower.",
    ],
    ("conv3", (0, 0, 6)): [
        "conv3: 192 maps of 13×13 in each tower.",
        "conv3, first tower, row 0, column 6 reads 256 maps of pool2, those of both towers, "
        "2×3 units of each; the rest of its 3×3 window is padding.",
        "That makes 256 × 2 × 3 = 1,536 inputs.",
        "It sees 67×99 pixels: rows 0 to 66, columns 64 to 162; the border cuts off the rest of "
        "99×99.",
        "Half of what it reads comes from the other tower.",
    ],
    ("conv5", (1, 6, 6)): [
        "conv5: 128 maps of 13×13 in each tower.",
        "conv5, second tower, row 6, column 6 reads 192 maps of conv4, those of its own tower "
        "(192 to 383), 3×3 units of each.",
        "That makes 192 × 3 × 3 = 1,728 inputs.",
        "It sees 163×163 pixels: rows 32 to 194, columns 32 to 194.",
        "The other tower reaches it through conv3.",
    ],
    ("fc6", (1, 7)): [
        "fc6: 2,048 units in each tower.",
        "fc6, second tower, unit 7 reads 256 maps of pool5, those of both towers, all 6×6 units "
        "of each.",
        "That makes 256 × 6 × 6 = 9,216 inputs.",
        "It sees the whole picture, 224×224 pixels.",
        "Half of what it reads comes from the other tower.",
    ],
    ("fc8", (0, 999)): [
        "fc8: 1,000 scores, in the first tower.",
        "fc8, score 999 reads the 4,096 units of fc7, those of both towers.",
        "That makes 2 × 2,048 = 4,096 inputs.",
        "It sees the whole picture, 224×224 pixels.",
        "Half of what it reads comes from the other tower.",
    ],
}


@pytest.mark.parametrize(("chosen", "said"), SAID.items(), ids=[name for name, _ in SAID])
def test_says_what_a_unit_reads(chosen, said):
    assert TowerExplorer(*chosen).sentences() == said


@pytest.mark.parametrize("name", [name for name, *_ in ALEXNET_KERNELS])
def test_what_enters_a_sum_is_a_kernel_with_its_bias_less(name):
    """In the middle of a map; as counted: parameters of the layer, over its maps, less 1."""
    counted = {row[0]: row[1] // row[3][0] - 1 for row in ALEXNET_LAYERS if row[1]}
    said = TowerExplorer(name, None).sentences()[2]
    assert said.endswith(f" = {counted[name]:,} inputs.")


BAD = {
    r"layer of \['conv1', .*, 'fc8'\], got 'norm1'": {"layer": "norm1"},
    "got 'picture'": {"layer": "picture"},
    r"got \['conv5'\]": {"layer": ["conv5"]},
    r"unit of conv5 as \(tower, row, column\), got \(0, 6\)": {"unit": (0, 6)},
    r"unit of conv5 as \(tower, row, column\), got 3": {"unit": 3},
    "tower in conv5 to be a whole number 0 to 1, got 2": {"unit": (2, 6, 6)},
    "row in conv5 to be a whole number 0 to 12, got 13": {"unit": (0, 13, 6)},
    "column in conv5 to be a whole number 0 to 12, got -1": {"unit": (0, 6, -1)},
    "column in conv5 to be a whole number 0 to 12, got 1.5": {"unit": (0, 6, 1.5)},
    r"uint8 picture \(3, H, W\) of at least 224×224 px, got float64": {
        "picture": np.zeros((3, 224, 224))
    },
    r"got uint8 \(1, 224, 224\)": {"picture": np.zeros((1, 224, 224), np.uint8)},
    r"got uint8 \(3, 223, 300\)": {"picture": np.zeros((3, 223, 300), np.uint8)},
    r"a picture \(3, H, W\)": {"picture": np.zeros((224, 224), np.uint8)},
}


@pytest.mark.parametrize(("message", "arguments"), BAD.items(), ids=list(BAD))
def test_refuses_and_says_what_came(message, arguments):
    with pytest.raises(ValueError, match=message):
        TowerExplorer(**arguments)
    explorer = TowerExplorer()
    before = explorer.state()
    ((name, value),) = arguments.items()
    with pytest.raises(ValueError, match=message):
        setattr(explorer, name, value)
    assert explorer.state() == before


@pytest.mark.parametrize(
    ("layer", "unit", "message"),
    [
        ("fc6", (0, 6, 6), r"unit of fc6 as \(tower, number\), got \(0, 6, 6\)"),
        ("fc7", (1, 2048), "number in fc7 to be a whole number 0 to 2047, got 2048"),
        ("fc8", (1, 0), "tower in fc8 to be a whole number 0 to 0, got 1"),
    ],
)
def test_refuses_a_unit_that_another_layer_has(layer, unit, message):
    with pytest.raises(ValueError, match=message):
        TowerExplorer(layer, unit)


def test_the_unit_stays_where_the_new_layer_has_it():
    explorer = TowerExplorer("conv2", (1, 20, 3))
    explorer.layer = "conv1"
    assert explorer.unit == (1, 20, 3)
    explorer.layer = "conv3"  # has no row 20
    assert explorer.unit == (1, 6, 6)
    explorer.layer = "fc7"
    assert explorer.unit == (1, 1024)
    explorer.layer = "fc8"
    assert explorer.unit == (0, 500)
    assert TowerExplorer("pool5", None).unit == (0, 3, 3)


@pytest.mark.parametrize("layer", list(LAYERS.values())[1:], ids=lambda layer: layer.name)
def test_fitted_units_exist(layer):
    for unit in [(1, 54, 54), (1, 2047), (0, 0, 0)]:
        tower, *place = fitted(layer, unit)
        assert tower < layer.towers
        assert all(0 <= i < side for i, side in zip(place, sides_of(layer), strict=True))


def test_state_from_the_screen_is_taken_over(explorer):
    for layer, unit in [("fc6", [1, 2000]), ("conv1", [0, 54, 1]), ("conv5", [1, 12, 12])]:
        explorer.set_state({"layer": layer, "unit": unit})
        assert (explorer.layer, explorer.unit) == (layer, tuple(unit))


def test_state_is_plain_json(explorer):
    state = json.loads(json.dumps(explorer.state()))
    assert [layer["name"] for layer in state["layers"]] == list(LAYERS)
    assert set(state["places"]["boxes"]) == set(LAYERS)
    assert state["unit"] == list(explorer.unit)


def shown(explorer: TowerExplorer) -> np.ndarray:
    """The picture that a page gets, (H, W, 3)."""
    kind, data = explorer.state()["picture"].split(",")
    assert kind == "data:image/jpeg;base64"
    assert len(data) < 20_000
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))), np.float64)


def test_the_picture_is_cut_as_alexnet_cuts_it():
    cat = photograph("chelsea")
    with torch.device("meta"):
        network = AlexNet()
    network.mean = torch.zeros(network.input_shape)
    expected = network.prepare(cat[None])[0]
    explorer = TowerExplorer(picture=cat)
    np.testing.assert_array_equal(explorer.picture, expected)
    assert np.abs(shown(explorer) - expected.permute(1, 2, 0).numpy()).mean() < 4
    np.testing.assert_array_equal(TowerExplorer().picture, expected)
    with pytest.raises(ValueError, match="read-only"):
        explorer.picture[0, 0, 0] = 5


def test_a_stored_output_holds_widget_picture_state_and_words():
    explorer = TowerExplorer("conv4", (1, 0, 12))
    data = explorer._repr_mimebundle_()[0]
    assert set(data) == {"text/plain", "image/png", STATE_MIME, WIDGET_MIME}
    assert len(data["image/png"]) < 125_000
    assert data[STATE_MIME]["module"] == "tower"
    assert data[STATE_MIME]["state"] == explorer.state()
    assert all(sentence in data[STATE_MIME]["alt"] for sentence in explorer.sentences())
    assert data["text/plain"] == "TowerExplorer('conv4', (1, 0, 12))"


@pytest.mark.parametrize(
    ("layer", "unit"), [("conv1", (1, 54, 54)), ("pool1", (1, 0, 26)), ("fc8", (0, 999))]
)
def test_still_pictures_are_not_cut_off(layer, unit):
    figure = TowerExplorer(layer, unit).still()
    room = figure.bbox.padded(-MARGIN / 2 * figure.dpi / 72)
    for text in filter(Text.get_text, figure.axes[0].texts):
        box = text.get_window_extent()
        assert room.x0 <= box.x0 < box.x1 <= room.x1, text.get_text()
        assert room.y0 <= box.y0, text.get_text()


def test_a_notebook_gets_each_module_once_in_one_text():
    text = module_source("tower")
    assert "import" not in re.findall(r"^\w+", text, re.MULTILINE)
    assert text.count("export default") == 1
    names = re.findall(r"^(?:export )?(?:const|function) (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names)), "a name is declared twice"
    assert {"followPointer", "parts", "drawMarks", "render"} <= set(names)
    assert text.index("function parts") < text.index("function drawMarks")
    assert str(TowerExplorer()._esm) == text
