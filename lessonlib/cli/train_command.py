"""`lessonlib train`: one network, one set, one line of result."""

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lessonlib.cli.data_command import check_set
from lessonlib.cli.explain import explained
from lessonlib.cli.names import command_name, registered
from lessonlib.cli.recipe_options import changed, in_short, in_words
from lessonlib.writing import write_whole

if TYPE_CHECKING:
    from torch import nn

    from lessonlib.data import ImageSet
    from lessonlib.training import History, Recipe, SDLMRecipe

USUAL = "CROSS_ENTROPY_SHORT"
RECIPE_OF = {
    "LeNet5": "DISCRIMINATIVE_SHORT",
    "LeNet5Lush": "LUSH_DEMONSTRATION",
    "ZipNet1989": "TARGETS_SHORT",
}
"""The recipe that a network follows by default, if that is not the usual one."""
LOSS_HELP = "cross_entropy, mse, discriminative, scaled_discriminative or targets."
EPOCHS_HELP = "Passes over the set; of a recipe with a rate for each pass, the first ones."
OF_RECIPE = "the recipe's"
RECIPE_DEFAULT = (
    "discriminative-short for lenet5, lush-demonstration for lenet5-lush, targets-short for "
    "zipnet1989, else cross-entropy-short"
)


@explained
def train(
    network: Annotated[
        str | None, typer.Argument(help="A network, such as lenet5; without it, all are listed.")
    ] = None,
    data: Annotated[str, typer.Option(help="Name of a set, see 'lessonlib data'.")] = "digits",
    recipe: Annotated[
        str | None, typer.Option(help="Which recipe.", show_default=RECIPE_DEFAULT)
    ] = None,
    epochs: Annotated[int | None, typer.Option(help=EPOCHS_HELP, show_default=OF_RECIPE)] = None,
    lr: Annotated[
        float | None, typer.Option(help="First learning rate.", show_default=OF_RECIPE)
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(help="Pictures per update.", show_default=OF_RECIPE)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the first weights and of the order.")] = 0,
    subset: Annotated[
        int | None, typer.Option(help="Pictures per class.", show_default="LESSONLIB_SUBSET or all")
    ] = None,
    loss: Annotated[str | None, typer.Option(help=LOSS_HELP, show_default=OF_RECIPE)] = None,
    save: Annotated[Path | None, typer.Option(help="Write the weights to this file.")] = None,
) -> None:
    """Train a network and say how often it is wrong on the test part.

    Without a network, the command lists the networks and the recipes. Options change single numbers
    of the recipe.

    It runs on LESSONLIB_DEVICE if you set it, else on a GPU if there is one, else on the CPU. The
    recipes of 1998 and 2002 (lecun1998, lush2002, lush-demonstration) take one picture per update,
    on the CPU; they are many times faster if numba is installed.
    """
    check_set(data)
    if network is None:
        _list()
        return
    from lessonlib.models import NETWORKS
    from lessonlib.training import RECIPES

    name = registered(network, NETWORKS, "network")
    usual = RECIPE_OF.get(name, USUAL)
    asked = usual if recipe is None else registered(recipe, RECIPES, "recipe")
    given = {"epochs": epochs, "lr": lr, "batch_size": batch_size, "loss": loss, "seed": seed}
    followed = changed(asked, given)
    if save is not None:
        _check_writable(save)
    model = _train(name, data, subset, followed)
    if save is not None:
        _save(model, save)
        typer.echo(f"weights written to {save}")


def _list() -> None:
    """Print what can be trained, and by which recipes."""
    from lessonlib.models import NETWORKS
    from lessonlib.training import RECIPES

    typer.echo("Networks, each with the recipe that it follows unless you choose another:")
    for name in NETWORKS:
        typer.echo(f"  {command_name(name)}: {command_name(RECIPE_OF.get(name, USUAL))}")
    typer.echo("Recipes:")
    for name, recipe in RECIPES.items():
        typer.echo(f"  {command_name(name)}: {in_words(recipe)}")


def _train(
    network: str, name: str, subset: int | None, recipe: "Recipe | SDLMRecipe"
) -> "nn.Module":
    from lessonlib import settings
    from lessonlib.data import load
    from lessonlib.models import NETWORKS
    from lessonlib.training import SDLMRecipe, evaluate, new_network

    device = "cpu" if isinstance(recipe, SDLMRecipe) else settings.device()
    subset = settings.subset() if subset is None else subset
    train_set, test_set = (load(name, train=part, subset=subset) for part in (True, False))
    model = new_network(NETWORKS[network], recipe.seed)
    typer.echo(
        f"{command_name(network)} on {device}; {len(train_set):,} pictures: "
        f"{train_set.describe()}; {in_short(recipe)}"
    )
    history = _follow(recipe, model, train_set, device)
    error_rate = evaluate(model, test_set, device=device).error_rate
    typer.echo(
        f"test error {error_rate:.2%} of {len(test_set):,} pictures, "
        f"after {history.seconds:.1f} seconds of training"
    )
    return model


def _follow(
    recipe: "Recipe | SDLMRecipe", model: "nn.Module", train_set: "ImageSet", device: str
) -> "History":
    """Train by the trainer that the recipe is for, the compiled one if it can run."""
    from lessonlib.training import SDLMRecipe, fit, sdlm_fit

    if not isinstance(recipe, SDLMRecipe):
        return fit(model, train_set, recipe, device=device)
    try:
        import numba  # noqa: F401
    except ImportError:
        typer.echo(
            "numba is not installed, so the readable engine trains, which is many times slower "
            "than the compiled one: pip install 'lessonlib[fast]', or pip install numba"
        )
        return sdlm_fit(model, train_set, recipe, engine="torch")
    return sdlm_fit(model, train_set, recipe, engine="fast")


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise ValueError(f"--save {path} is a folder; expected the name of a file")
    if not path.parent.is_dir():
        raise ValueError(f"--save {path}: there is no folder {path.parent}; make it first")
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def _save(model: "nn.Module", path: Path) -> None:
    """Write the state dict, from the CPU; `lessonlib.training.load_weights` reads it."""
    import torch

    buffer = io.BytesIO()  # so that a full disk shows as an OSError
    torch.save({name: value.cpu() for name, value in model.state_dict().items()}, buffer)
    write_whole(path, buffer.getvalue())
