"""Response normalisation against plain loops, PyTorch's own and finite differences."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.autograd import gradcheck
from torch.nn import functional as F

from lessonlib.layers import (
    ALPHA_AS_PRINTED,
    ALPHA_AS_RELEASED,
    CrossMapNorm,
    SpatialNorm,
    normalization,
)
from tests import paper_tables as paper

K, SIZE, BETA = paper.ALEXNET_K, paper.ALEXNET_SIZE, paper.ALEXNET_BETA
ALPHAS = [
    (ALPHA_AS_PRINTED, paper.ALEXNET_ALPHA_PRINTED),
    (ALPHA_AS_RELEASED, paper.ALEXNET_ALPHA_RELEASED),
]


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def responses(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """As large as those of conv1, so that alpha matters."""
    return torch.randn(shape, dtype=dtype) * 100


def across_maps(maps: np.ndarray, alpha: float, k: float = K, towers: int = 1) -> np.ndarray:
    """Sec. 3.3, written out."""
    out, per_tower = np.zeros_like(maps), maps.shape[1] // towers
    for n, i, y, x in np.ndindex(maps.shape):
        first = i // per_tower * per_tower
        low, high = max(first, i - SIZE // 2), min(first + per_tower - 1, i + SIZE // 2)
        total = sum(maps[n, j, y, x] ** 2 for j in range(low, high + 1))
        out[n, i, y, x] = maps[n, i, y, x] / (k + alpha * total) ** BETA
    return out


def across_places(maps: np.ndarray) -> np.ndarray:
    """The source's `rnorm`: a window of 5x5 places in each map."""
    out, (height, width) = np.zeros_like(maps), maps.shape[2:]
    for n, i, y, x in np.ndindex(maps.shape):
        total = 0.0
        for row in range(max(0, y - 2), min(height, y + 3)):
            for column in range(max(0, x - 2), min(width, x + 3)):
                total += maps[n, i, row, column] ** 2
        scale = 1 + paper.ALEXNET_SPATIAL_ALPHA * total
        out[n, i, y, x] = maps[n, i, y, x] / scale**BETA
    return out


@pytest.mark.parametrize(("alpha", "told"), ALPHAS)
@pytest.mark.parametrize("towers", [1, 2])
def test_across_maps_matches_a_slow_loop(alpha, told, towers):
    maps = responses(2, 12, 3, 2)
    expected = across_maps(maps.double().numpy(), told, towers=towers)
    got = CrossMapNorm(alpha, towers=towers)(maps)
    np.testing.assert_allclose(got.numpy(), expected, rtol=2e-5)


@pytest.mark.parametrize("layer", [CrossMapNorm(towers=2), SpatialNorm()])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_in_parts_it_is_the_same(layer, count, monkeypatch):
    """Five pictures, two at a time, so that the last part is smaller."""
    got = []
    for numbers in (10**9, 2 * 12 * 4 * 4):
        monkeypatch.setattr(normalization, "IN_CACHE", numbers)
        torch.manual_seed(1)
        maps = responses(count, 12, 4, 4).requires_grad_()
        result = layer(maps)
        result.backward(responses(count, 12, 4, 4))
        got.append((result.detach(), maps.grad))
    (whole, whole_grad), (parts, parts_grad) = got
    torch.testing.assert_close(parts, whole)
    torch.testing.assert_close(parts_grad, whole_grad)


def test_spatial_matches_a_slow_loop():
    maps = responses(2, 3, 7, 6)
    expected = across_places(maps.double().numpy())
    np.testing.assert_allclose(SpatialNorm()(maps).numpy(), expected, rtol=2e-5)


@pytest.mark.parametrize(("alpha", "_"), ALPHAS)
def test_pytorchs_layer_divides_alpha_by_the_number_of_maps(alpha, _):
    """So its alpha is five times the one in the formula."""
    maps = responses(2, 16, 4, 4)
    theirs = nn.LocalResponseNorm(SIZE, 5 * alpha, BETA, K)
    torch.testing.assert_close(CrossMapNorm(alpha)(maps), theirs(maps))


def test_the_papers_numbers_given_to_pytorch_are_the_sources_normalisation():
    maps = responses(2, 16, 4, 4)
    theirs = F.local_response_norm(maps, SIZE, paper.ALEXNET_ALPHA_PRINTED, BETA, K)
    torch.testing.assert_close(CrossMapNorm(ALPHA_AS_RELEASED)(maps), theirs)
    printed = CrossMapNorm(ALPHA_AS_PRINTED)(maps)
    assert (theirs - printed).abs().max() > 0.1 * printed.abs().max()


def test_pytorchs_k_is_one_unless_it_is_given():
    maps = responses(1, 8, 3, 3)
    theirs = nn.LocalResponseNorm(SIZE, paper.ALEXNET_ALPHA_PRINTED, BETA)(maps)
    expected = across_maps(maps.double().numpy(), paper.ALEXNET_ALPHA_RELEASED, k=1)
    np.testing.assert_allclose(theirs.numpy(), expected, rtol=2e-5)
    assert CrossMapNorm().k == K


def test_two_towers_do_not_see_each_other_and_one_does_at_maps_46_to_49():
    maps = responses(1, 96, 2, 2)
    halves = [CrossMapNorm()(half) for half in maps.chunk(2, 1)]
    assert torch.equal(CrossMapNorm(towers=2)(maps), torch.cat(halves, 1))
    differ = (CrossMapNorm()(maps) != CrossMapNorm(towers=2)(maps)).any((0, 2, 3))
    assert differ.nonzero().flatten().tolist() == [46, 47, 48, 49]


@pytest.mark.parametrize(
    "layer",
    [
        CrossMapNorm(0.1),
        CrossMapNorm(0.1, towers=2),
        CrossMapNorm(0.3, size=3, k=1.0, beta=0.5),
        SpatialNorm(0.1),
    ],
    ids=str,
)
def test_gradients_match_finite_differences(layer):
    maps = torch.randn(2, 6, 4, 3, dtype=torch.float64, requires_grad=True)
    assert gradcheck(layer, maps)


@pytest.mark.parametrize(("alpha", "_"), ALPHAS)
def test_gradients_are_those_of_pytorchs_layer(alpha, _):
    ours, theirs = (responses(2, 16, 5, 5).requires_grad_() for _ in range(2))
    theirs.data.copy_(ours.data)
    back = torch.randn(2, 16, 5, 5)
    CrossMapNorm(alpha)(ours).backward(back)
    nn.LocalResponseNorm(SIZE, 5 * alpha, BETA, K)(theirs).backward(back)
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_only_the_maps_are_kept_for_the_gradient():
    maps, kept = responses(1, 8, 6, 6).requires_grad_(), []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
        CrossMapNorm(towers=2)(maps)
    assert [t.data_ptr() for t in kept] == [maps.data_ptr()]


@pytest.mark.parametrize("layer", [CrossMapNorm(towers=2), SpatialNorm()], ids=str)
def test_the_order_in_memory_changes_nothing_and_stays(layer):
    maps = responses(2, 8, 6, 6)
    last = layer(maps.contiguous(memory_format=torch.channels_last))
    assert torch.equal(last, layer(maps))
    assert last.is_contiguous(memory_format=torch.channels_last)


def test_squares_too_large_for_16_bits_are_computed_in_32():
    maps = torch.full((1, 8, 2, 2), 300.0)
    half = maps.half().requires_grad_()
    got = CrossMapNorm()(half)
    got.sum().backward()
    assert got.dtype == torch.float16
    torch.testing.assert_close(got.float(), CrossMapNorm()(maps), rtol=1e-3, atol=0)
    assert half.grad.isfinite().all()


def test_it_mostly_scales_by_two_to_the_minus_three_quarters():
    small = torch.randn(1, 8, 3, 3)
    torch.testing.assert_close(CrossMapNorm()(small), small * 0.5946, rtol=2e-3, atol=0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: CrossMapNorm(size=4), "odd size, .* got size=4"),
        (lambda: CrossMapNorm(k=0), "alpha >= 0 and k > 0, .*k=0"),
        (lambda: CrossMapNorm(-1e-4), "alpha=-0.0001"),
        (lambda: CrossMapNorm(towers=0), "at least one tower"),
        (lambda: SpatialNorm(size=0), "odd size"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


def test_its_numbers_are_shown():
    shown = "CrossMapNorm(alpha=2e-05, size=5, k=2, beta=0.75, towers=2)"
    assert repr(CrossMapNorm(ALPHA_AS_RELEASED, towers=2)) == shown
    assert "alpha=4e-05, size=5, k=1" in repr(SpatialNorm())
