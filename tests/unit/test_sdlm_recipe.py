"""A recipe for stochastic diagonal Levenberg-Marquardt as data, and what it refuses."""

import json
from dataclasses import fields, replace
from math import inf, nan

import pytest
import torch

from lessonlib.training import LECUN1998, LUSH2002, Recipe, SDLMRecipe, discriminative, mse, targets

WORDS = ("loss", "spread", "biases", "curvature_from", "output_curvature", "order")
PRINTED = [5e-4] * 2 + [2e-4] * 3 + [1e-4] * 3 + [5e-5] * 4 + [1e-5] * 8  # LeCun 1998, sec. III.B


def test_lecun1998_is_what_the_paper_prints():
    assert list(LECUN1998.eta_by_pass) == PRINTED
    assert (LECUN1998.epochs, LECUN1998.mu, LECUN1998.curvature_samples) == (20, 0.02, 500)
    assert (LECUN1998.spread, LECUN1998.order) == ("2.4/F", "one random order")
    assert all(LECUN1998.measures_before(number) for number in range(1, 21))


def test_lush2002_is_what_its_authors_code_does():
    assert LUSH2002.eta_by_pass == (1e-4,) * 10 + (1e-5,) * 10 + (1e-6,) * 10
    assert (LUSH2002.loss, LUSH2002.spread, LUSH2002.coefficient) == ("targets", "1/sqrt(F)", 0.5)
    assert [n for n in range(1, 31) if LUSH2002.measures_before(n)] == [1, 11, 21]
    assert (LUSH2002.biases, LUSH2002.order) == ("zero", "as stored")


def test_it_comes_back_from_json_equal_and_can_be_a_key():
    other = replace(LUSH2002, patterns_per_pass=60, seed=4)
    for recipe in (LECUN1998, LUSH2002, other):
        assert SDLMRecipe.from_data(json.loads(json.dumps(recipe.as_data()))) == recipe
    assert set(other.as_data()) == {field.name for field in fields(SDLMRecipe)}
    assert len({LECUN1998, replace(LECUN1998), LUSH2002, other}) == 3


def test_data_of_another_recipe_are_refused():
    with pytest.raises(ValueError, match=r"a recipe takes eta_by_pass, mu, .*got epochs, lr"):
        SDLMRecipe.from_data(Recipe(epochs=1, lr=0.1).as_data())
    with pytest.raises(ValueError, match=r"a recipe takes eta_by_pass, .*got mu"):
        SDLMRecipe.from_data({"mu": 0.02})


REFUSED = [
    ("mu", [-0.02, nan, inf, "0.02", None, True], "mu as a finite number at least 0"),
    ("eta_by_pass", [(), [], 1e-4, "1e-4", None], "eta_by_pass as a tuple with a rate for each"),
    (
        "eta_by_pass",
        [(1e-4, 0), (1e-4, -1.0), (1e-4, nan), [1e-4, "x"]],
        "eta_by_pass of pass 2 as a finite number above 0",
    ),
    ("distance_scale", [0, -1, inf, "1/84"], "distance_scale as a finite number above 0"),
    ("j", [0, -1.0, nan, None], "j as a finite number above 0"),
    ("coefficient", [nan, inf, "0.5", True], "coefficient as a finite number, or None"),
    ("curvature_samples", [0, -1, 2.0, None, True], "curvature_samples as a whole number, at le"),
    ("patterns_per_pass", [0, -5, 1.5, True], "patterns_per_pass as a whole number, at least 1"),
    ("seed", [-1, 2**31, 0.5, None, True], "seed as a whole number in 0 <= s < 2"),
    (
        "curvature_before",
        [(), (0, 1), (2,), (1, 4), 1, (1, 1.5), [1, "2"], (True, 2)],
        "curvature_before as None or a tuple of passes from 1 to 2",
    ),
    *[(word, ["other", "", None, ["mse"]], f"unknown {word} .*; known: ") for word in WORDS],
]


@pytest.mark.parametrize(("field", "values", "said"), REFUSED)
def test_impossible_values_are_refused_by_the_name_of_their_field(field, values, said):
    for value in values:
        with pytest.raises(ValueError, match=said):
            SDLMRecipe(**{"eta_by_pass": (1e-4, 1e-4), field: value})


def test_what_is_possible_is_taken():
    recipe = SDLMRecipe(eta_by_pass=[1e-4, 1], mu=0, coefficient=0, curvature_before=[1, 2])
    assert (recipe.eta_by_pass, recipe.curvature_before) == ((1e-4, 1), (1, 2))
    assert hash(recipe) == hash(replace(recipe))


def test_the_criterion_scales_the_penalties_before_the_loss():
    scores, labels = -torch.rand(5, 10) * 100, torch.arange(5)
    recipe = SDLMRecipe(eta_by_pass=(1e-4,), distance_scale=0.025, j=0.5)
    for loss, expected in (
        ("discriminative", discriminative(0.025 * scores, labels, 0.5)),
        ("mse", 0.025 * mse(scores, labels)),
        ("targets", targets(scores, labels)),
    ):
        assert torch.allclose(replace(recipe, loss=loss).criterion(scores, labels), expected)
