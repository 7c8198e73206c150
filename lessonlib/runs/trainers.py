"""The trainers that a recording can name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lessonlib.training import History, Recipe, SDLMRecipe, fit, sdlm_fit


@dataclass(frozen=True)
class Trainer:
    """A function that trains, and the class of its recipes.

    Attributes:
        train: called as `train(model, train_set, recipe, *, test_set, checkpoint,
            after_epoch)`, which `lessonlib.training.fit` describes.
        recipe: with `as_data()` and `from_data(data)`, so that a run file can hold it.
    """

    train: Callable[..., History]
    recipe: type[Recipe] | type[SDLMRecipe]


TRAINERS = {
    "fit": Trainer(fit, Recipe),
    "sdlm_fit": Trainer(partial(sdlm_fit, engine="fast"), SDLMRecipe),
}
"""The trainers by name."""
