"""LeNet-5 against the paper, and the networks that popular articles and we make of it."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessonlib.layers import DIGIT_CODES, TableConv2d
from lessonlib.models import LeNet5, LeNetClassic, LeNetHistorical, LeNetModern, layer_table
from tests import paper_tables as paper


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize(("layer", "count", "connections", "shape"), paper.LENET5_LAYERS)
def test_lenet5_matches_the_paper(layer, count, connections, shape):
    row = layer_table(LeNet5())[layer]
    assert (row.parameters, row.connections, row.shape) == (count, connections, shape)


def test_lenet5_totals_match_the_paper():
    table = layer_table(LeNet5())
    assert parameters(LeNet5()) == table.parameters == paper.LENET5_PARAMETERS
    assert table.connections == paper.LENET5_CONNECTIONS
    assert [row.name for row in table] == [name for name, *_ in paper.LENET5_LAYERS]


def test_lenet5_reads_the_maps_of_table_1():
    model = LeNet5()
    for column, rows in enumerate(paper.LENET5_C3_READS):
        maps = torch.randn(1, 6, 14, 14, requires_grad=True)
        model.c3(maps)[0, column].sum().backward()
        read = maps.grad.abs().sum((0, 2, 3)).nonzero().flatten().tolist()
        assert read == rows, f"C3 map {column}"


@pytest.mark.parametrize(("layer", "bound"), paper.LENET5_INIT_BOUNDS)
def test_lenet5_starts_in_the_papers_range(layer, bound):
    drawn = torch.cat([getattr(LeNet5(), layer).weight.flatten() for _ in range(20)])
    assert drawn.abs().max() <= bound
    assert drawn.std().item() == pytest.approx(bound / 3**0.5, rel=0.15)  # uniform


def test_c3_starts_by_the_inputs_of_each_map():
    layer = TableConv2d(LeNet5().c3.table, 5)
    first = 0
    for rows in paper.LENET5_C3_READS:
        drawn = layer.weight[first : first + len(rows)]
        first += len(rows)
        bound = paper.LENET5_C3_INIT_BOUNDS[len(rows)]
        assert 0.8 * bound < drawn.abs().max() <= bound


def test_scores_are_minus_the_squared_distances():
    model = LeNet5()
    seen = {}
    model.output.register_forward_hook(lambda _, inputs, __: seen.update(f6=inputs[0]))
    scores = model(torch.randn(5, 1, 32, 32))
    distances = (seen["f6"].flatten(1)[:, None] - DIGIT_CODES).square().sum(-1)
    torch.testing.assert_close(scores, -distances)


def test_lenet5_written_out_once_more():
    """The forward pass against plain functions, with the paper's formulas."""
    model = LeNet5()
    images = torch.rand(3, 1, 32, 32)

    def f(a):
        return paper.SQUASH_AMPLITUDE * torch.tanh(paper.SQUASH_SLOPE * a)

    def subsample(layer, x):
        four = x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]
        return f(layer.weight[None, :, None, None] * four + layer.bias[None, :, None, None])

    x = subsample(model.s2, f(F.conv2d(images, model.c1.weight, model.c1.bias)))
    maps, first = [], 0
    for column, rows in enumerate(paper.LENET5_C3_READS):
        kernel = model.c3.weight[first : first + len(rows)]
        first += len(rows)
        maps.append(F.conv2d(x[:, rows], kernel[None], model.c3.bias[column : column + 1]))
    x = subsample(model.s4, f(torch.cat(maps, 1)))
    x = f(x.flatten(1) @ model.c5.weight.flatten(1).T + model.c5.bias)
    x = f(x @ model.f6.weight.T + model.f6.bias)
    expected = -((x[:, None] - DIGIT_CODES) ** 2).sum(-1)
    torch.testing.assert_close(model(images), expected, rtol=1e-4, atol=1e-4)


def test_a_larger_field_gives_maps_of_scores():
    model = LeNet5()
    field = torch.rand(2, 1, 32, 64)
    scores = model(field)
    assert scores.shape == (2, 10, 1, 9)
    for place in range(9):
        crop = field[..., 4 * place : 4 * place + 32]
        torch.testing.assert_close(scores[:, :, 0, place], model(crop), rtol=1e-4, atol=1e-4)


def test_prepare_is_the_papers_field():
    images = torch.zeros(1, 1, 28, 28, dtype=torch.uint8)
    images[0, 0, 0, 0] = 255
    field = LeNet5.prepare(images)
    assert field.shape == (1, 1, 32, 32)
    assert field[0, 0, 2, 2].item() == pytest.approx(paper.LENET5_FOREGROUND)
    assert field[0, 0, 0, 0].item() == pytest.approx(paper.LENET5_BACKGROUND)
    assert (field > 0).sum() == 1


def test_prepare_keeps_larger_pictures_and_centres_odd_ones():
    assert LeNet5.prepare(torch.zeros(1, 1, 40, 90, dtype=torch.uint8)).shape[-2:] == (40, 90)
    odd = torch.full((1, 1, 27, 27), 255, dtype=torch.uint8)
    field = LeNet5.prepare(odd)[0, 0]
    assert (field > 0).nonzero().min(0).values.tolist() == [2, 2]
    assert (field > 0).nonzero().max(0).values.tolist() == [28, 28]


def test_counts_of_the_articles_networks():
    assert parameters(LeNetClassic()) == paper.LENET_CLASSIC_PARAMETERS
    assert parameters(LeNetHistorical()) == paper.LENET_HISTORICAL_PARAMETERS
    assert layer_table(LeNetClassic())["c3"].parameters == paper.FULL_C3_PARAMETERS


def test_modern_has_no_bias_before_batch_norm():
    model = LeNetModern()
    assert model.c1.bias is model.c3.bias is model.c5.bias is None
