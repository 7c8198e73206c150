"""Networks of other types, and another default type: pictures follow the parameters."""

import pytest
import torch

from lessonlib.data.augment import Shift
from lessonlib.models import LeNet5, LeNetClassic, LeNetModern
from lessonlib.training import LOSSES, Recipe, evaluate, fit, new_network
from tests.unit.training_examples import blobs, small, weights

RECIPE = Recipe(epochs=2, batch_size=16, lr=0.05)


@pytest.fixture
def double_by_default():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_network_of_another_type_is_trained_and_evaluated_in_it(dtype):
    model = small().to(dtype)
    history = fit(model, blobs(), RECIPE, test_set=blobs(seed=1), device="cpu")
    assert {parameter.dtype for parameter in model.parameters()} == {dtype}
    assert evaluate(model, blobs(), device="cpu").scores.dtype == dtype
    assert history.table["train_loss"].is_monotonic_decreasing


def test_in_float64_it_learns_as_in_float32():
    single, double = small(), small().double()
    for model in (single, double):
        model.dropout.p = 0.0
        fit(model, blobs(), RECIPE, device="cpu")
    torch.testing.assert_close(weights(single).double(), weights(double), rtol=1e-4, atol=1e-6)
    assert not torch.equal(weights(single).double(), weights(double))


def test_the_loss_of_float64_is_not_rounded():
    model = small().double()
    data = blobs(count=16)
    model.dropout.p = 0.0
    expected = LOSSES["cross_entropy"](evaluate(model, data).scores, data.labels).item()
    history = fit(model, data, Recipe(epochs=1, batch_size=16, lr=0.1))
    assert history.table["train_loss"][0] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("network", [LeNet5, LeNetClassic, LeNetModern])
def test_a_default_of_float64_changes_no_more_than_the_type(double_by_default, network):
    model = new_network(network, 0)
    data = blobs(count=32, side=28)
    recipe = Recipe(epochs=1, batch_size=16, lr=0.002, augment=(Shift(2),))
    loss = fit(model, data, recipe, device="cpu").table["train_loss"][0]
    assert evaluate(model, data, device="cpu").scores.dtype == torch.float64
    single = new_network(network, 0).float()
    torch.set_default_dtype(torch.float32)
    assert single.output(torch.zeros(1, 84)).dtype == torch.float32
    assert loss == loss  # a number


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_losses_keep_the_type_of_the_scores(loss, double_by_default):
    labels = torch.tensor([0, 2])
    for dtype in (torch.float32, torch.float64):
        scores = torch.randn(2, 3, dtype=dtype)
        assert LOSSES[loss](scores, labels).dtype == dtype


def test_another_default_device_changes_nothing():
    """Orders and draws are made on the CPU, whatever device new tensors go to by default."""
    data, augment = blobs(), (Shift(2),)
    recipe = Recipe(epochs=1, batch_size=16, lr=0.05, augment=augment)
    expected, model = small(), small()
    fit(expected, data, recipe, device="cpu")
    order = data.order(1, 0)
    with torch.device("meta"):
        assert torch.equal(data.order(1, 0), order)
        fit(model, data, recipe, device="cpu", test_set=data)
    assert torch.equal(weights(model), weights(expected))
