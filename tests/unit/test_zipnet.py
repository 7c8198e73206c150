"""The network of 1989: counts from the paper, our scheme for H2, and its pixels."""

import pytest
import torch
from torch.nn import functional as F

from lessonlib.data import load
from lessonlib.layers import UnitBiasConv2d
from lessonlib.models import ZipNet1989, layer_table
from lessonlib.models.zipnet import H2_TABLE
from lessonlib.training import Recipe, evaluate, fit, new_network
from tests import paper_tables as paper


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


@pytest.mark.parametrize(("layer", "count", "connections", "shape"), paper.ZIPNET_LAYERS)
def test_zipnet_matches_the_paper(layer, count, connections, shape):
    row = layer_table(ZipNet1989())[layer]
    assert (row.parameters, row.connections, row.shape) == (count, connections, shape)


def test_zipnet_totals_match_the_paper():
    table = layer_table(ZipNet1989())
    assert table.parameters == paper.ZIPNET_PARAMETERS
    assert table.connections == paper.ZIPNET_CONNECTIONS
    units = sum(torch.Size(row.shape).numel() for row in table)
    assert 16 * 16 + units == paper.ZIPNET_UNITS


def test_each_map_of_h2_reads_eight_others_and_each_map_of_h1_is_used_equally():
    columns = list(zip(*H2_TABLE, strict=True))
    assert {column.count("X") for column in columns} == {paper.ZIPNET_H2_READS}
    assert {row.count("X") for row in H2_TABLE} == {paper.ZIPNET_H2_READS}
    assert len(set(columns)) == 12  # no two maps read the same


def test_h2_reads_the_maps_of_its_table():
    model = ZipNet1989()
    for column in range(12):
        maps = torch.randn(1, 12, 8, 8, requires_grad=True)
        model.h2(maps)[0, column].sum().backward()
        read = maps.grad.abs().sum((0, 2, 3)) > 0
        assert "".join("X" if x else "." for x in read) == "".join(row[column] for row in H2_TABLE)


def test_a_layer_with_biases_for_units_against_a_slow_loop():
    layer = UnitBiasConv2d(("X.", "XX"), 3, 5, stride=2, padding=1, background=-1.0)
    maps = torch.randn(2, 5, 5)
    framed = torch.full((2, 7, 7), -1.0)
    framed[:, 1:6, 1:6] = maps
    kernels = {(0, 0): layer.weight[0], (1, 0): layer.weight[1], (1, 1): layer.weight[2]}
    with torch.no_grad():
        found = layer(maps[None])[0]
        assert found.shape == (2, 3, 3)
        for column, y, x in torch.cartesian_prod(torch.arange(2), *[torch.arange(3)] * 2).tolist():
            window = framed[:, 2 * y : 2 * y + 3, 2 * x : 2 * x + 3]
            total = layer.bias[column, y, x].clone()
            for row in range(2):
                if (row, column) in kernels:
                    total += (window[row] * kernels[row, column]).sum()
            torch.testing.assert_close(found[column, y, x], total)


def test_a_layer_with_biases_for_units_reads_one_size_only():
    layer = UnitBiasConv2d(("X",), 3, 5)
    with pytest.raises(ValueError, match=r"expected maps \(N, 1, 5, 5\), got .*fit one size only"):
        layer(torch.zeros(1, 1, 6, 6))
    assert "pairs=1 of 1, input_size=5, stride=1, padding=0 of 0" in repr(layer)


@pytest.mark.parametrize(
    ("layer", "fan_in"), [("h1", 25), ("h2", 200), ("h3", 192), ("output", 30)]
)
def test_zipnet_starts_within_its_fan_in(layer, fan_in):
    part, bound = getattr(ZipNet1989(), layer), 2.4 / fan_in
    assert 0.8 * bound < part.weight.abs().max() <= bound
    assert part.bias.abs().max() <= bound


def test_zipnet_written_out_once_more():
    model, images = ZipNet1989(), torch.rand(3, 1, 16, 16) * 2 - 1

    def f(a):
        return paper.SQUASH_AMPLITUDE * torch.tanh(paper.SQUASH_SLOPE * a)

    x = F.pad(images, (2, 2, 2, 2), value=-1.0)
    x = f(F.conv2d(x, model.h1.weight[:, None], stride=2) + model.h1.bias)
    x, maps, first = F.pad(x, (2, 2, 2, 2), value=-1.0), [], 0
    for column in range(12):
        rows = [row for row in range(12) if H2_TABLE[row][column] == "X"]
        kernel = model.h2.weight[first : first + 8]
        first += 8
        maps.append(F.conv2d(x[:, rows], kernel[None], stride=2) + model.h2.bias[column])
    x = f(torch.cat(maps, 1)).flatten(1)
    x = f(x @ model.h3.weight.T + model.h3.bias)
    torch.testing.assert_close(model(images), f(x @ model.output.weight.T + model.output.bias))


def test_prepare_reads_small_pictures_as_they_are_and_shrinks_others_whole():
    small = torch.randint(0, 256, (2, 1, 16, 16)).byte()
    torch.testing.assert_close(ZipNet1989.prepare(small), small / 127.5 - 1)
    shrunk = ZipNet1989.prepare(small.repeat_interleave(2, 2).repeat_interleave(2, 3))
    torch.testing.assert_close(shrunk, small / 127.5 - 1)
    ink = torch.full((1, 1, 28, 28), 255, dtype=torch.uint8)
    assert torch.equal(ZipNet1989.prepare(ink), torch.ones(1, 1, 16, 16))


def test_zipnet_learns_with_targets():
    train_set, test_set = load("digits", subset=100), load("digits", train=False, subset=50)
    model = new_network(ZipNet1989, 0)
    fit(model, train_set, Recipe(epochs=20, lr=0.01, batch_size=16, loss="targets"))
    assert evaluate(model, test_set).error_rate < 0.3
