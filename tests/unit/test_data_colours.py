"""AlexNet's change of colours, and the means of a set: against NumPy on all pixels at once."""

import json

import numpy as np
import pytest
import torch

from lessonlib.data import ImageSet, as_colour, load
from lessonlib.data.augment import EpochDraws, settled
from lessonlib.data.colours import ColourPCA
from lessonlib.data.statistics import statistics
from lessonlib.training import Recipe, fit
from tests.unit.picture_folders import blocks, in_memory, write
from tests.unit.training_examples import blobs


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "data"))


def photos(count: int = 40) -> ImageSet:
    return load("photos", view="raw").take(torch.arange(count))


def test_means_and_covariance_are_those_of_all_pixels():
    data = photos(70)  # more than one batch
    found = statistics(data)
    images = data.images.double().numpy()
    pixels = images.transpose(1, 0, 2, 3).reshape(3, -1)
    assert found.pictures == 70
    np.testing.assert_allclose(found.mean, images.mean(0), rtol=1e-6)
    np.testing.assert_allclose(found.colour, pixels.mean(1), rtol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(pixels, bias=True), rtol=1e-9)


def test_a_folders_means_are_kept_and_are_those_of_its_pictures(tmp_path, monkeypatch):
    folder, known = load("folder", root=write(tmp_path / "pictures")), statistics(in_memory())
    for _ in range(2):
        found = statistics(folder)
        assert found.pictures == 12
        for name in ("mean", "colour", "covariance"):
            assert torch.equal(getattr(found, name), getattr(known, name))
        monkeypatch.setattr(type(folder), "ordered", lambda *_: pytest.fail("it was read again"))
    monkeypatch.undo()
    (kept,) = (tmp_path / "data" / "statistics").iterdir()
    kept.write_bytes(b"damaged")
    assert torch.equal(statistics(folder).mean, known.mean)


def test_a_folder_that_cannot_be_written_to_costs_only_a_pass(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "file"))
    folder = load("folder", root=write(tmp_path / "pictures"))
    assert torch.equal(statistics(folder).mean, statistics(in_memory()).mean)


def test_directions_are_eigenvectors_the_largest_first():
    data = photos()
    colours = ColourPCA().settled(data)
    pixels = data.images.double().numpy().transpose(1, 0, 2, 3).reshape(3, -1) / 255
    covariance = np.cov(pixels, bias=True)
    assert list(colours.eigenvalues) == sorted(colours.eigenvalues, reverse=True)
    for value, direction in zip(colours.eigenvalues, colours.directions, strict=True):
        np.testing.assert_allclose(covariance @ direction, value * np.array(direction), atol=1e-12)
        assert np.linalg.norm(direction) == pytest.approx(1)
    assert min(colours.directions[0]) > 0  # all three colours get lighter
    assert colours.settled(blobs()) is colours


@pytest.mark.parametrize(("times", "power"), [("eigenvalue", 1), ("deviation", 0.5)])
def test_each_picture_gets_one_colour_as_the_formula_says(times, power):
    data = photos()
    colours = ColourPCA(scale=0.2, times=times).settled(data)
    draws = EpochDraws((colours,), 40, seed=0, epoch=1)
    made = draws(data.images, torch.arange(40))
    alphas = 0.2 * draws.steps[0][1].double()
    values, directions = (
        torch.tensor(each, dtype=torch.float64)
        for each in (colours.eigenvalues, colours.directions)
    )
    added = 255 * sum(
        alphas[:, i, None] * values[i] ** power * directions[i] for i in range(3)
    )  # (N, 3)
    expected = (data.images + added[:, :, None, None]).clamp(0, 255)
    assert (made - expected).abs().max() <= 0.5 + 1e-4
    assert made.dtype == torch.uint8
    assert added.std() > 0.5  # levels
    assert draws.steps[0][1].std() == pytest.approx(1, abs=0.2)


def test_fit_puts_in_the_directions_of_the_set_it_trains_on():
    data = in_memory()
    known = ColourPCA().settled(data)
    results = []
    for colours in (ColourPCA(), known):
        model = blocks()
        fit(model, data, Recipe(epochs=2, lr=0.1, batch_size=6, augment=(colours,)), device="cpu")
        results.append(model.output.weight)
    assert torch.equal(*results)
    assert settled((ColourPCA(),), data) == (known,)


def test_what_it_cannot_do_is_refused():
    with pytest.raises(ValueError, match=r"three colours, but those of 'blobs' have 1.*as_colour"):
        ColourPCA().settled(blobs())
    with pytest.raises(ValueError, match="not known yet; call settled"):
        ColourPCA().apply(photos().images, torch.zeros(40, 3))
    with pytest.raises(ValueError, match="three colours, got 1"):
        ColourPCA().settled(photos()).apply(blobs().images, torch.zeros(60, 3))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scale": 0}, "scale as a finite number above 0, got 0"),
        ({"scale": float("inf")}, "got inf"),
        ({"times": "variance"}, "unknown times 'variance'; known: eigenvalue, deviation"),
        ({"eigenvalues": (1, 1, 1)}, "three eigenvalues and three directions"),
        ({"eigenvalues": (1,), "directions": ((1,),)}, "three eigenvalues and three directions"),
    ],
)
def test_amounts_that_mean_nothing_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        ColourPCA(**given)


def test_a_recipe_keeps_it_through_json():
    for colours in (ColourPCA(), ColourPCA(times="deviation").settled(photos())):
        recipe = Recipe(epochs=1, lr=0.1, augment=(colours,))
        assert Recipe.from_data(json.loads(json.dumps(recipe.as_data()))) == recipe


def test_grey_pictures_become_three_equal_colours():
    grey = blobs()
    colour = as_colour(grey)
    assert colour.images.shape == (60, 3, 8, 8)
    assert all(torch.equal(colour.images[:, c : c + 1], grey.images) for c in range(3))
    assert as_colour(colour) is colour
    odd = ImageSet("odd", grey.images.repeat(1, 2, 1, 1), grey.labels, grey.classes, "", "")
    with pytest.raises(ValueError, match=r"1 channel \(grey\) or 3 .*got 2"):
        as_colour(odd)
