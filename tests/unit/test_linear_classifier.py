"""The linear classifier: its count, its start, its function, its refusals."""

import numpy as np
import pytest
import torch

from lessonlib.data import load
from lessonlib.models import LinearClassifier, layer_table
from lessonlib.training import Recipe, cross_entropy, fit

DIGITS = torch.arange(2 * 784, dtype=torch.int64).remainder(256).to(torch.uint8).view(2, 1, 28, 28)


def drawn() -> LinearClassifier:
    """With weights that differ from those of the start and from each other."""
    model = LinearClassifier()
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator)
    return model


def test_it_is_one_layer():
    table = layer_table(LinearClassifier())
    assert [(row.name, row.shape) for row in table] == [("output", (10,))]


def test_at_the_start_every_class_is_equally_likely():
    scores = LinearClassifier()(LinearClassifier.prepare(DIGITS))
    assert torch.equal(scores, torch.zeros(2, 10))
    assert cross_entropy(scores, torch.tensor([3, 8])).item() == pytest.approx(2.302585, abs=1e-6)


def test_scores_are_weighted_sums():
    model = drawn()
    fields = model.prepare(DIGITS)
    pixels = DIGITS.numpy().reshape(2, 784) / 255.0
    weight, bias = (p.detach().numpy().astype(float) for p in model.parameters())
    expected = np.array([[bias[k] + (weight[k] * x).sum() for k in range(10)] for x in pixels])
    np.testing.assert_allclose(model(fields).detach().numpy(), expected, rtol=1e-4, atol=1e-4)


def test_prepare_makes_ink_one():
    images = torch.tensor([0, 51, 255], dtype=torch.uint8)[:, None, None, None].expand(3, 1, 28, 28)
    fields = LinearClassifier.prepare(images)
    assert fields.dtype == torch.float32
    assert fields.shape == (3, 1, 28, 28)
    assert fields[:, 0, 5, 7].tolist() == pytest.approx([0.0, 0.2, 1.0])


def test_the_gradient_by_hand():
    """Probability minus one at the right class, times the pixel; float64."""
    model = drawn().double()
    fields, labels = model.prepare(DIGITS).double(), torch.tensor([3, 8])
    scores = model(fields)
    cross_entropy(scores, labels).backward()
    wrong = scores.detach().softmax(1)
    wrong[[0, 1], labels] -= 1
    torch.testing.assert_close(model.output.weight.grad, wrong.T @ fields.flatten(1) / 2)
    torch.testing.assert_close(model.output.bias.grad, wrong.mean(0))


def test_it_learns_digits():
    model, train, test = LinearClassifier(), load("digits", subset=50), load("digits", train=False)
    recipe = Recipe(epochs=5, lr=0.1, batch_size=20)
    history = fit(model, train, recipe, test_set=test, device="cpu", progress=False)
    assert history.table["test_error"].iloc[-1] < 0.25
