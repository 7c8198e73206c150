"""Recipes as data, and the register of those that the course follows."""

import importlib
import json
import pkgutil
from dataclasses import fields, replace

import pytest

import lessonlib
from lessonlib.data.augment import Shift
from lessonlib.data.crops import Flip, RandomCrop
from lessonlib.training import ALEXNET_2012, RECIPES, Recipe, SDLMRecipe, recipes
from lessonlib.training.sdlm import READINGS
from tests.paper_tables import ALEXNET_COLOUR_NOISE, ALEXNET_CROP, ALEXNET_TRAINING

SHIFTED = Recipe(epochs=2, lr=0.1, augment=(Shift(2), Shift(pixels=1)), seed=4)


def test_a_recipe_comes_back_from_json_equal():
    for recipe in (SHIFTED, *RECIPES.values()):
        text = json.dumps(recipe.as_data())
        assert type(recipe).from_data(json.loads(text)) == recipe
    assert SHIFTED.as_data()["augment"] == [
        {"kind": "Shift", "pixels": 2},
        {"kind": "Shift", "pixels": 1},
    ]
    assert set(SHIFTED.as_data()) == {field.name for field in fields(Recipe)}


@pytest.mark.parametrize(("stored", "steps"), [(None, ()), ("shift", (Shift(2),))])
def test_older_run_files_are_read(stored, steps):
    older = {**SHIFTED.as_data(), "augment": stored}
    assert Recipe.from_data(older) == replace(SHIFTED, augment=steps)
    for later in ("augment", "patience", "cuts"):
        del older[later]
    assert Recipe.from_data(older) == replace(SHIFTED, augment=())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"augment": "flip"}, "augment as a list of augmentations, got 'flip'"),
        ({"augment": [{"kind": "Blur"}]}, "unknown augmentation 'Blur'; known: Affine, Centre"),
        ({"augment": [{"kind": "Shift", "lines": 2}]}, "Shift takes pixels"),
        ({"rate": 0.1}, "a recipe takes epochs, lr, .*; got .*rate"),
        ({"lr": -1}, "finite lr above 0"),
    ],
)
def test_data_of_no_recipe_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        Recipe.from_data({**SHIFTED.as_data(), **change})


@pytest.mark.parametrize("augment", ["shift", Shift(2), [Shift(2)], (Shift,), None])
def test_an_augmentation_outside_a_tuple_is_refused_with_the_right_form(augment):
    with pytest.raises(ValueError, match=r"such as augment=\(Shift\(pixels=2\),\), got .*known:"):
        Recipe(epochs=1, lr=0.1, augment=augment)


def test_recipes_can_be_keys():
    assert len({SHIFTED, replace(SHIFTED), replace(SHIFTED, augment=())}) == 2


def test_every_recipe_of_the_library_is_in_the_register():
    """Any constant of any module that is a recipe; the register has it by its own name.

    Readings of 1998 have a register of their own.
    """
    for name, value in vars(recipes).items():
        if isinstance(value, Recipe | SDLMRecipe):
            assert RECIPES[name] is value
    known = [*RECIPES.values(), *READINGS.values()]
    for module in pkgutil.walk_packages(lessonlib.__path__, "lessonlib."):
        if module.name.endswith(("__main__", ".nbgrader_config")):  # these run when read
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, Recipe | SDLMRecipe):
                assert value in known, f"{module.name}.{name}"


def test_every_recipe_in_the_register_is_another():
    assert len(set(RECIPES.values())) == len(RECIPES)


def test_the_recipe_of_2012_is_the_papers():
    for field, value in ALEXNET_TRAINING.items():
        assert getattr(ALEXNET_2012, field) == value, field
    assert (ALEXNET_2012.optimizer, ALEXNET_2012.schedule) == ("sgd_2012", "plateau")
    crop, flip, colours = ALEXNET_2012.augment
    assert (crop, flip) == (RandomCrop(ALEXNET_CROP), Flip())
    assert (colours.scale, colours.times) == (ALEXNET_COLOUR_NOISE, "eigenvalue")
