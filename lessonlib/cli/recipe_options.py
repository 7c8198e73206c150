"""Recipes as the shell shows them, and as its options change them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lessonlib.cli.names import command_name

if TYPE_CHECKING:
    from lessonlib.training import Recipe, SDLMRecipe


def changed(name: str, given: Mapping[str, Any]) -> "Recipe | SDLMRecipe":
    """The recipe of that name in `RECIPES`, with what the options say.

    Args:
        name: of the recipe's constant.
        given: values by the fields of `Recipe`; None leaves the recipe's own.

    Raises:
        ValueError: a value that the recipe refuses, or a field that it has not; the message names
            the option.
    """
    from lessonlib.training import RECIPES, SDLMRecipe

    recipe = RECIPES[name]
    given = {field: value for field, value in given.items() if value is not None}
    if not isinstance(recipe, SDLMRecipe):
        return replace(recipe, **given)
    for field in ("lr", "batch_size"):
        if field in given:
            raise ValueError(
                f"--{field.replace('_', '-')} does not go with {command_name(name)}, which takes "
                f"one picture per update and has a rate for each pass; leave it out, or choose a "
                f"recipe with batches ('lessonlib train' lists them)"
            )
    if "epochs" in given:
        recipe = _first_passes(name, recipe, given.pop("epochs"))
    return replace(recipe, **given)


def _first_passes(name: str, recipe: "SDLMRecipe", count: int) -> "SDLMRecipe":
    if not 1 <= count <= recipe.epochs:
        raise ValueError(
            f"expected --epochs from 1 to {recipe.epochs}, because {command_name(name)} has rates "
            f"for so many passes, got {count}"
        )
    before = recipe.curvature_before
    kept = None if before is None else tuple(number for number in before if number <= count)
    return replace(recipe, eta_by_pass=recipe.eta_by_pass[:count], curvature_before=kept)


def in_words(recipe: "Recipe | SDLMRecipe") -> str:
    """Passes, rate and loss, for a line of the listing."""
    from lessonlib.training import SDLMRecipe

    if isinstance(recipe, SDLMRecipe):
        return (
            f"epochs {recipe.epochs}, learning rate {_rates(recipe)} (divided by mu and the "
            f"curvature: stochastic diagonal Levenberg-Marquardt), single pictures, loss "
            f"{recipe.loss}"
        )
    return (
        f"epochs {recipe.epochs}, learning rate {recipe.lr:g} ({recipe.schedule}), batches of "
        f"{recipe.batch_size}, loss {recipe.loss}"
    )


def in_short(recipe: "Recipe | SDLMRecipe") -> str:
    """The same, for the line of a run."""
    from lessonlib.training import SDLMRecipe

    rate = _rates(recipe) if isinstance(recipe, SDLMRecipe) else f"{recipe.lr:g}"
    return f"epochs: {recipe.epochs}, loss: {recipe.loss}, learning rate: {rate}"


def _rates(recipe: "SDLMRecipe") -> str:
    first, last = recipe.eta_by_pass[0], recipe.eta_by_pass[-1]
    return f"{first:g}" if first == last else f"{first:g} to {last:g}"
