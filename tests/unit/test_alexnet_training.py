"""`fit` with AlexNet's relatives: the mean that it sets, and two towers as one network."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from lessonlib.data import ImageSet, load
from lessonlib.data.crops import Flip, RandomCrop, Resize
from lessonlib.models import AlexNet, AlexNetSmall, AlexNetTwoTowers, from_towers
from lessonlib.training import Recipe, evaluate, fit, load_weights, new_network
from lessonlib.training.optimizers import is_fused
from lessonlib.training.recipes import ALEXNET_EIGHT, ALEXNET_TEN_AS_PRINTED

RECIPE = Recipe(epochs=2, batch_size=4, lr=0.001, augment=(RandomCrop(56), Flip()))


def noise(count: int = 8, side: int = 64, seed: int = 0) -> ImageSet:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 3, side, side), generator=generator, dtype=torch.uint8)
    return ImageSet("noise", images, torch.arange(count) % 2, ("a", "b"), "made for a test", "none")


def small_alexnet() -> AlexNetSmall:
    return new_network(lambda: AlexNetSmall(classes=2), 0)


def test_fit_sets_the_mean_of_the_training_pictures():
    model, data = small_alexnet(), noise()
    fit(model, data, RECIPE, test_set=noise(seed=1))
    expected = data.images.double().mean(0)[:, 4:60, 4:60].float()  # of 64x64 the middle 56x56
    torch.testing.assert_close(model.mean, expected)


def test_a_mean_that_is_there_stays():
    model = small_alexnet()
    model.set_mean(torch.tensor([1.0, 2.0, 3.0]))
    fit(model, noise(), RECIPE)
    assert model.mean[:, 0, 0].tolist() == [1, 2, 3]


def test_where_pictures_are_enlarged_so_is_their_mean():
    model, data = small_alexnet(), noise(side=16)
    fit(model, data, Recipe(epochs=1, batch_size=4, lr=1e-3, augment=(Resize(64), RandomCrop(56))))
    expected = Resize(64).apply(data.images).float().mean(0)[:, 4:60, 4:60]
    assert (model.mean - expected).abs().max() < 1.5  # rounded to levels twice
    assert evaluate(model, data, steps=(Resize(64),)).scores.shape == (8, 2)


def test_the_mean_is_kept_with_the_weights(tmp_path):
    model, again = small_alexnet(), small_alexnet()
    fit(model, noise(), RECIPE, checkpoint=tmp_path / "c.pt")
    load_weights(again, tmp_path / "c.pt")
    assert torch.equal(again.mean, model.mean)
    fit(again, noise(), RECIPE, checkpoint=tmp_path / "c.pt")
    assert torch.equal(again.conv1.weight, model.conv1.weight)


@pytest.mark.slow
def test_two_towers_learn_what_one_network_learns():
    """61 million parameters, so by the fused update; on one device, for there is but a CPU."""
    towers = new_network(lambda: AlexNetTwoTowers(classes=2), 0).place("cpu", "cpu")
    together = from_towers(towers)
    for part in (*towers.modules(), *together.modules()):
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    recipe = Recipe(epochs=1, batch_size=2, lr=1e-4, optimizer="sgd_2012", weight_decay=5e-4)
    assert is_fused(list(towers.parameters()))
    data = noise(count=4, side=224)
    losses = [fit(each, data, recipe).table["train_loss"][0] for each in (towers, together)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    found = from_towers(towers).state_dict()
    for name, value in together.state_dict().items():
        torch.testing.assert_close(found[name], value, rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_the_recipe_for_eight_pictures_moves_no_weight_far_and_the_printed_rule_does():
    photos = load("photos")
    eight = replace(photos.take(torch.arange(8)), classes=photos.classes[:8])
    recipe = replace(ALEXNET_EIGHT, epochs=1)
    printed = replace(ALEXNET_TEN_AS_PRINTED, epochs=1, batch_size=8, augment=recipe.augment)
    before, moved = new_network(lambda: AlexNet(classes=8), 0).state_dict(), {}
    for each in (recipe, printed):
        model = new_network(lambda: AlexNet(classes=8), 0)
        history = fit(model, eight, each, progress=False)
        assert len(history.rows) == 1  # an epoch is one step
        moved[each.optimizer] = max(
            (value - before[name]).abs().max().item() for name, value in model.named_parameters()
        )
    assert moved["adam"] <= 1.01 * ALEXNET_EIGHT.lr
    assert moved["sgd_2012"] > 0.01  # the deviation of the first weights
