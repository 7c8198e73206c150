"""`lessonlib train`: one network, one set, one line of result."""

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lessonlib.cli.data_command import check_set
from lessonlib.cli.explain import explained

if TYPE_CHECKING:
    from torch import nn


PLAIN = {"epochs": 4, "lr": 0.02, "batch_size": 32, "schedule": "cosine"}
EQ_9 = {**PLAIN, "epochs": 6, "lr": 0.002, "loss": "discriminative"}
NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "lenet5": ("LeNet5", EQ_9),
    "lenet-classic": ("LeNetClassic", PLAIN),
    "lenet-historical": ("LeNetHistorical", PLAIN),
    "lenet-modern": ("LeNetModern", PLAIN),
}
"""Each network's class, and what it is trained with where no option says otherwise."""
LOSS_HELP = "cross_entropy, mse or discriminative."
LOSS_DEFAULT = "discriminative for lenet5, else cross_entropy"


@explained
def train(
    network: Annotated[str, typer.Argument(help=f"One of {', '.join(NETWORKS)}.")],
    data: Annotated[str, typer.Option(help="Name of a set, see 'lessonlib data'.")] = "digits",
    epochs: Annotated[
        int | None, typer.Option(help="Passes over the set.", show_default="6 for lenet5, else 4")
    ] = None,
    lr: Annotated[
        float | None,
        typer.Option(help="First learning rate.", show_default="0.002 for lenet5, else 0.02"),
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(help="Pictures an update.", show_default="32")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the first weights and the order.")] = 0,
    subset: Annotated[
        int | None, typer.Option(help="Pictures a class.", show_default="LESSONLIB_SUBSET or all")
    ] = None,
    loss: Annotated[str | None, typer.Option(help=LOSS_HELP, show_default=LOSS_DEFAULT)] = None,
    save: Annotated[Path | None, typer.Option(help="Write the weights to this file.")] = None,
) -> None:
    """Train a network and say how often it is wrong on the test part.

    Where no option says otherwise, with momentum 0.9 and a rate that falls along a cosine.

    It runs on LESSONLIB_DEVICE, else on a GPU where there is one, else on the CPU.
    """
    given = {"epochs": epochs, "lr": lr, "batch_size": batch_size, "loss": loss}
    given = {field: value for field, value in given.items() if value is not None}
    if network not in NETWORKS:
        raise typer.BadParameter(f"unknown network {network!r}; known: {', '.join(NETWORKS)}")
    check_set(data)
    if save is not None:
        _check_writable(save)
    model = _train(network, data, subset, {**NETWORKS[network][1], **given, "seed": seed})
    if save is not None:
        _save(model, save)
        typer.echo(f"weights written to {save}")


def _train(network: str, name: str, subset: int | None, fields: dict[str, Any]) -> "nn.Module":
    import torch

    from lessonlib import models, settings
    from lessonlib.data import load
    from lessonlib.training import Recipe, evaluate, fit

    recipe, device = Recipe(**fields), settings.device()
    subset = settings.subset() if subset is None else subset
    train_set, test_set = (load(name, train=part, subset=subset) for part in (True, False))
    torch.manual_seed(recipe.seed)
    model = getattr(models, NETWORKS[network][0])()
    typer.echo(
        f"{network} on {device}; {len(train_set):,} pictures: {train_set.describe()}; "
        f"epochs: {recipe.epochs}, loss: {recipe.loss}, learning rate: {recipe.lr:g}"
    )
    history = fit(model, train_set, recipe, device=device)
    error_rate = evaluate(model, test_set, device=device).error_rate
    typer.echo(
        f"test error {error_rate:.2%} of {len(test_set):,} pictures, "
        f"after {history.seconds:.1f} seconds of training"
    )
    return model


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise ValueError(f"--save {path} is a folder; expected the name of a file")
    if not path.parent.is_dir():
        raise ValueError(f"--save {path}: there is no folder {path.parent}; make it first")
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def _save(model: "nn.Module", path: Path) -> None:
    """Write the state dict, from the CPU, to a temporary name first."""
    import torch

    buffer = io.BytesIO()  # so that a full disk shows as an OSError
    torch.save({name: value.cpu() for name, value in model.state_dict().items()}, buffer)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(buffer.getvalue())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
