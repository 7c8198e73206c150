"""Each layer against a slow loop in NumPy, PyTorch's own, finite differences and the paper."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd import gradcheck
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from lessonlib.layers import (
    C3_TABLE,
    DIGIT_CODES,
    AverageSubsample,
    RBFOutput,
    ScaledTanh,
    Subsample,
    TableConv2d,
    uniform_fan_in_,
)
from tests import paper_tables as paper

SMALL_TABLE = ("X.X", "XX.")


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def test_squashing_is_eq_6():
    a = np.linspace(-4, 4, 41)
    expected = paper.SQUASH_AMPLITUDE * np.tanh(paper.SQUASH_SLOPE * a)
    np.testing.assert_allclose(ScaledTanh()(torch.from_numpy(a)).numpy(), expected, rtol=1e-12)


def test_squashing_leaves_one_where_it_is():
    assert ScaledTanh()(torch.ones((), dtype=torch.float64)).item() == pytest.approx(1, abs=3e-6)


def test_c3_table_is_table_1():
    reads = [[r for r in range(6) if C3_TABLE[r][c] == "X"] for c in range(16)]
    assert reads == paper.LENET5_C3_READS


def test_subsample_adds_four_and_does_not_average():
    layer = Subsample(2)
    maps = torch.randn(3, 2, 6, 8)
    expected = np.zeros((3, 2, 3, 4))
    for n, m, i, j in np.ndindex(expected.shape):
        four = maps[n, m, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        expected[n, m, i, j] = layer.weight[m].item() * four.sum() + layer.bias[m].item()
    np.testing.assert_allclose(layer(maps).detach().numpy(), expected, rtol=1e-4, atol=1e-6)


def test_a_sum_is_an_average_with_four_times_the_coefficient():
    adds, averages = Subsample(3), AverageSubsample(3)
    averages.weight.data, averages.bias.data = 4 * adds.weight.data, adds.bias.data
    maps = torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(adds(maps), averages(maps))


def test_average_subsample_starts_as_plain_pooling():
    maps = torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(AverageSubsample(3)(maps), F.avg_pool2d(maps, 2))


def test_subsample_starts_from_the_coefficient_it_is_given():
    layer = Subsample(5, coefficient=0.25)
    assert layer.weight.tolist() == [0.25] * 5
    assert layer.bias.tolist() == [0.0] * 5


def test_table_conv_matches_a_slow_loop():
    layer = TableConv2d(SMALL_TABLE, 3)
    maps = torch.randn(2, 2, 5, 6)
    kernels = iter(layer.weight.detach().numpy())
    expected = np.zeros((2, 3, 3, 4))
    for column in range(3):
        for row in range(2):
            if SMALL_TABLE[row][column] == "X":
                kernel = next(kernels)
                for n, i, j in np.ndindex(2, 3, 4):
                    window = maps[n, row, i : i + 3, j : j + 3].numpy()
                    expected[n, column, i, j] += (window * kernel).sum()
        expected[:, column] += layer.bias[column].item()
    np.testing.assert_allclose(layer(maps).detach().numpy(), expected, rtol=1e-4, atol=1e-6)


def test_table_conv_is_a_masked_dense_convolution():
    layer = TableConv2d(C3_TABLE, 5)
    dense = nn.Conv2d(6, 16, 5)
    mask = torch.zeros(16, 6, 1, 1)
    for column, rows in enumerate(paper.LENET5_C3_READS):
        mask[column, rows] = 1
    drawn = dense.weight.data * mask
    kept = [drawn[c, r] for c, rows in enumerate(paper.LENET5_C3_READS) for r in rows]
    layer.weight.data, layer.bias.data = torch.stack(kept), dense.bias.data
    maps = torch.randn(4, 6, 14, 14)
    torch.testing.assert_close(layer(maps), F.conv2d(maps, drawn, dense.bias))


def test_table_conv_holds_its_weights_and_biases_and_nothing_else():
    state = TableConv2d(C3_TABLE, 5).state_dict()
    assert {name: value.numel() for name, value in state.items()} == {"weight": 1_500, "bias": 16}


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ((), "non-empty"),
        ("XX", "non-empty sequence of strings"),
        (("XX", "XX", "X"), "equally long, but row 2 has 1 columns and row 0 has 2"),
        (("XX", "Xo"), "only X .*in row 1, column 1"),
        (("X.", "X."), "output map 1 reads no input"),
    ],
)
def test_bad_tables_are_refused(table, complaint):
    with pytest.raises(ValueError, match=complaint):
        TableConv2d(table, 3)


def test_rbf_is_the_squared_distance_of_eq_7():
    codes = torch.randn(4, 7)
    x = torch.randn(3, 7)
    expected = np.zeros((3, 4))
    for n, i in np.ndindex(3, 4):
        expected[n, i] = sum((float(x[n, j]) - float(codes[i, j])) ** 2 for j in range(7))
    layer = RBFOutput(codes)
    np.testing.assert_allclose(layer.distances(x).numpy(), expected, rtol=1e-5)
    np.testing.assert_allclose(layer(x).numpy(), -expected, rtol=1e-5)


def test_rbf_reads_maps_position_by_position():
    layer = RBFOutput(DIGIT_CODES)
    maps = torch.randn(2, 84, 3, 4)
    assert layer(maps).shape == (2, 10, 3, 4)
    torch.testing.assert_close(layer(maps)[:, :, 1, 2], layer(maps[:, :, 1, 2]))


def test_rbf_codes_train_only_when_told():
    assert list(RBFOutput(DIGIT_CODES).parameters()) == []
    assert sum(p.numel() for p in RBFOutput(DIGIT_CODES, trainable=True).parameters()) == 840


def test_rbf_copies_its_codes():
    codes = torch.ones(2, 3)
    layer = RBFOutput(codes)
    codes.zero_()
    assert layer.codes.min() == 1


@pytest.mark.parametrize("shape", [(3, 83), (84,), (2, 3, 84)])
def test_rbf_refuses_other_inputs(shape):
    with pytest.raises(ValueError, match="expected \\(N, 84\\)"):
        RBFOutput(DIGIT_CODES)(torch.zeros(shape))


def test_digit_codes_are_the_transcribed_ones():
    assert DIGIT_CODES.shape == (10, 84)
    assert set(DIGIT_CODES.unique().tolist()) == {-1.0, 1.0}
    assert (DIGIT_CODES == 1).sum(1).tolist() == paper.DIGIT_CODE_INK
    assert DIGIT_CODES.square().sum(1).tolist() == [paper.CODE_LENGTH_SQUARED] * 10


def test_closest_codes():
    differ = (DIGIT_CODES[:, None] != DIGIT_CODES[None]).sum(-1) + 84 * torch.eye(10, dtype=int)
    a, b, pixels = paper.CLOSEST_CODES
    assert differ.min() == pixels
    assert (differ == pixels).nonzero().tolist() == [[a, b], [b, a]]


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (ScaledTanh(), (2, 3)),
        (Subsample(2), (2, 2, 4, 4)),
        (AverageSubsample(2), (2, 2, 4, 4)),
        (TableConv2d(SMALL_TABLE, 3), (2, 2, 5, 5)),
        (RBFOutput(torch.randn(3, 4), trainable=True), (2, 4)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_gradients_match_finite_differences(layer, shape):
    layer = layer.double()
    names = [name for name, _ in layer.named_parameters()]

    def call(x, *values):
        return torch.func.functional_call(layer, dict(zip(names, values, strict=True)), (x,))

    x = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    assert gradcheck(call, (x, *layer.parameters()))


def test_initial_range_is_2_4_over_the_inputs():
    drawn = uniform_fan_in_(torch.empty(100_000), 25)
    assert drawn.abs().max() <= 0.096
    assert drawn.std().item() == pytest.approx(0.05543, rel=0.02)


def test_fan_in_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        uniform_fan_in_(torch.empty(3), 0)


class LargeSteps(TorchDispatchMode):
    """Names of the operations whose results have as many numbers as the maps of a batch."""

    def __init__(self, least: int) -> None:
        super().__init__()
        self.least = least
        self.names: list[str] = []

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        results = operation(*args, **(kwargs or {}))
        tensors = [x for x in tree_leaves(results) if isinstance(x, torch.Tensor)]
        if any(tensor.numel() >= self.least for tensor in tensors):
            self.names.append(str(operation))
        return results


def test_table_conv_does_no_more_with_maps_than_a_dense_one():
    """Forward and backward; beside the dense layer's work only the few kernels are moved."""
    steps = []
    for layer in (TableConv2d(C3_TABLE, 5), nn.Conv2d(6, 16, 5)):
        maps = torch.randn(128, 6, 14, 14, requires_grad=True)
        with LargeSteps(least=128 * 6 * 14 * 14) as seen:
            layer(maps).sum().backward()
        steps.append(seen.names)
    assert steps[0] == steps[1]
    assert sum("convolution" in name for name in steps[0]) == 2
