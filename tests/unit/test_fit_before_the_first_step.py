"""What cannot be trained is refused before the first step, and nothing is changed."""

import copy
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lessonlib.models import LeNet5, LeNetModern
from lessonlib.training import Recipe, evaluate, fit
from tests.unit.training_examples import Small, blobs, small

RECIPE = Recipe(epochs=1, batch_size=16, lr=0.1)


def refused(model: nn.Module, train_set, said: str, recipe: Recipe = RECIPE, **options) -> None:
    """`fit` says this and leaves weights, buffers, modes and random numbers as they were."""
    before, modes = copy.deepcopy(model.state_dict()), [part.training for part in model.modules()]
    state = torch.get_rng_state()
    with pytest.raises(ValueError, match=said):
        fit(model, train_set, recipe, **options)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert [part.training for part in model.modules()] == modes
    assert torch.equal(torch.get_rng_state(), state)


class Normed(Small):
    """With batch norm, which cannot be trained on one picture."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(16)

    def forward(self, x):
        return self.output(self.norm(torch.relu(self.hidden(x))))


class Lazy(Small):
    """Learns how many inputs its layers have from the first picture."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.output = nn.LazyLinear(16), nn.LazyLinear(3)


def test_a_last_batch_of_one_with_batch_norm():
    said = r"Normed cannot be trained on a single picture .*33 pictures of 'blobs' .*batch_size"
    refused(Normed(), blobs(count=33), said)
    refused(Normed().eval(), blobs(count=33), said)
    refused(Normed(), blobs(count=33), said, replace(RECIPE, batch_size=1))
    refused(LeNetModern(), blobs(count=17, side=28), "LeNetModern cannot be trained on a single")


def test_a_last_batch_of_one_is_trained_on_where_it_can_be():
    fit(small(), blobs(count=33), RECIPE)
    fit(Normed(), blobs(count=34), RECIPE)


def test_a_lazy_layer_can_be_trained():
    torch.manual_seed(0)
    model = Lazy()
    state = torch.get_rng_state()
    fit(model, blobs(), RECIPE)
    assert torch.equal(torch.get_rng_state(), state)
    start = fitted_start()
    assert not torch.equal(model.hidden.weight, start)
    assert torch.equal(start, fitted_start())  # it follows from the recipe's seed


def test_a_lazy_layer_that_was_evaluated_first_can_be_trained():
    model = Lazy()
    before = evaluate(model, blobs()).scores
    fit(model, blobs(), RECIPE)
    assert not torch.equal(evaluate(model, blobs()).scores, before)


def fitted_start() -> torch.Tensor:
    """A lazy layer's first weights, as a run with a rate of next to nothing leaves them."""
    model = Lazy()
    fit(model, blobs(), replace(RECIPE, lr=1e-30))
    return model.hidden.weight


def test_an_unfit_test_set():
    train_set = blobs()
    refused(LeNet5(), blobs(side=28), "LeNet5 gives .*'blobs'", test_set=blobs(side=36))
    named = replace(blobs(), name="letters", classes=("a", "b", "c"))
    refused(small(), train_set, r"'letters' has the classes \(a, b, c; 3", test_set=named)
    loader = DataLoader(TensorDataset(train_set.images, train_set.labels))
    refused(small(), train_set, "test_set as an ImageSet, got DataLoader", test_set=loader)


def test_a_data_loader_and_other_things_are_no_set():
    data = blobs()
    pairs = TensorDataset(data.images, data.labels)
    for given, name in (
        (DataLoader(pairs), "DataLoader"),
        (pairs, "TensorDataset"),
        (data.images, "Tensor"),
    ):
        said = rf"train_set as an ImageSet, got {name}; give the set .*load\('digits'\)"
        refused(small(), given, said)
        with pytest.raises(ValueError, match=f"image_set as an ImageSet, got {name}"):
            evaluate(small(), given)


def test_evaluate_refuses_maps_of_scores_with_what_to_do():
    """These were once taken for scores, which gave an accuracy of -227."""
    said = (
        r"LeNet5 gives \(60, 10, 2, 2\), maps of scores: it reads the 36x36 pictures of 'blobs' "
        r".*shrink the pictures to 32x32, or call model\(model.prepare\(images\)\)"
    )
    with pytest.raises(ValueError, match=said):
        evaluate(LeNet5(), blobs(side=36))


def test_evaluate_refuses_too_few_scores_and_no_tensor():
    with pytest.raises(ValueError, match=r"\(N, 4\) or wider for the 4 classes .*gives \(60, 3\)"):
        evaluate(small(), blobs(classes=4))

    class Pair(Small):
        def forward(self, x):
            return super().forward(x), x

    with pytest.raises(ValueError, match="Pair gives tuple"):
        evaluate(Pair(), blobs())


def test_evaluate_reads_bytes_alone():
    """Floats of another range once gave 15 to 96 % right instead of 98.7, without any message."""
    data = blobs()
    for images in (data.images.float(), data.images / 255):
        floats = copy.copy(data)
        object.__setattr__(floats, "images", images)
        with pytest.raises(ValueError, match=r"uint8 pictures, 0 for ground .*got torch.float32"):
            evaluate(small(), floats)


def test_evaluate_needs_prepare():
    with pytest.raises(ValueError, match=r"prepare\(images\), got Linear"):
        evaluate(nn.Linear(64, 3), blobs())


def test_something_like_a_set_is_not_one():
    alike = SimpleNamespace(images=blobs().images, labels=blobs().labels)
    with pytest.raises(ValueError, match="got SimpleNamespace"):
        evaluate(small(), alike)
