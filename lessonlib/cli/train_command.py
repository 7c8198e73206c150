"""`lessonlib train`: one network, one set, one line of result."""

import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lessonlib.cli.data_command import set_and_root
from lessonlib.cli.explain import explained
from lessonlib.cli.names import command_name, registered
from lessonlib.cli.recipe_options import changed, in_words
from lessonlib.writing import write_whole

if TYPE_CHECKING:
    from torch import nn

USUAL = "CROSS_ENTROPY_SHORT"
RECIPE_OF = {
    "LeNet5": "DISCRIMINATIVE_SHORT",
    "LeNet5Lush": "LUSH_DEMONSTRATION",
    "ZipNet1989": "TARGETS_SHORT",
    "AlexNet": "ALEXNET_2012",
    "AlexNetTwoTowers": "ALEXNET_2012",
    "AlexNet2012Source": "ALEXNET_2012",
}
"""The recipe that a network follows by default, if that is not the usual one."""
LOSS_HELP = "cross_entropy, mse, discriminative, scaled_discriminative or targets."
EPOCHS_HELP = "Passes over the set; of a recipe with a rate for each pass, the first ones."
OF_RECIPE = "the recipe's"
RECIPE_DEFAULT = "the network's own, see 'lessonlib train'"
DATA_HELP = "A set, see 'lessonlib data', or folder:PATH, where PATH has train and val."
PRECISION_HELP = "fp32; bf16 or fp16 compute with 16 bits, bf16 on newer GPUs only."
DEVICES_HELP = "How many GPUs; without GPUs, how many processes on the CPU. They share each batch."
CHECKPOINT_HELP = "Keep the run here after every epoch; the same command goes on from there."


@explained
def train(
    context: typer.Context,
    network: Annotated[
        str | None, typer.Argument(help="A network, such as lenet5; without it, all are listed.")
    ] = None,
    data: Annotated[str, typer.Option(help=DATA_HELP)] = "digits",
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
    precision: Annotated[str, typer.Option(help=PRECISION_HELP)] = "fp32",
    devices: Annotated[int, typer.Option(min=1, help=DEVICES_HELP)] = 1,
    checkpoint: Annotated[Path | None, typer.Option(help=CHECKPOINT_HELP)] = None,
    save: Annotated[Path | None, typer.Option(help="Write the weights to this file.")] = None,
) -> None:
    """Train a network and say how often it is wrong on the test part.

    Without a network, the command lists the networks and the recipes. Options change single numbers
    of the recipe.

    It runs on LESSONLIB_DEVICE if you set it, else on a GPU if there is one, else on the CPU. A
    recipe that waits for a plateau (alexnet-2012) holds a tenth of the training part back. The
    recipes of 1998 and 2002 (lecun1998, lush2002, lush-demonstration) take one picture per update,
    on the CPU; they are many times faster if numba is installed.
    """
    set_name, root = set_and_root(data)
    if network is None:
        _list()
        return
    from lessonlib import settings
    from lessonlib.cli.training_job import TrainingJob
    from lessonlib.models import NETWORKS
    from lessonlib.training import RECIPES

    name = registered(network, NETWORKS, "network")
    usual = RECIPE_OF.get(name, USUAL)
    asked = usual if recipe is None else registered(recipe, RECIPES, "recipe")
    given = {"epochs": epochs, "lr": lr, "batch_size": batch_size, "loss": loss, "seed": seed}
    job = TrainingJob(
        network=name,
        data=set_name,
        root=root,
        subset=subset,
        recipe=changed(asked, given),
        precision=precision,
        checkpoint=checkpoint,
        processes=settings.processes() if devices == 1 else devices,
    )
    job.check()
    if save is not None:
        _check_writable(save)
    if devices > 1 and settings.processes() == 1:
        from lessonlib.cli.together import run_together

        sys.exit(run_together(devices, _words(context)))
    model = job.run()
    if save is not None and settings.is_main_process():
        _save(model, save)
        typer.echo(f"weights written to {save}")


def _words(context: typer.Context) -> list[str]:
    """The command as it was typed, for each of the processes that it starts."""
    given = {key: value for key, value in context.params.items() if value is not None}
    network, _ = given.pop("network"), given.pop("devices")
    return ["train", network, *(f"--{key.replace('_', '-')}={given[key]}" for key in given)]


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
