"""The command `lessonlib`: data sets and training, from the shell.

What is slow to import (PyTorch and all that needs it) is imported by the command that uses it,
so that `lessonlib --help` answers at once.
"""

import functools
import io
import os
import tempfile
import warnings
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lessonlib import __version__

if TYPE_CHECKING:
    from torch import nn

    from lessonlib.data.inventory import Holding

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
data_app = typer.Typer()
app.add_typer(data_app, name="data")


class Network(StrEnum):
    """The networks that can be trained from the shell."""

    LENET5 = "lenet5"
    CLASSIC = "lenet-classic"
    HISTORICAL = "lenet-historical"
    MODERN = "lenet-modern"


PLAIN = {"epochs": 4, "lr": 0.02, "batch_size": 32, "schedule": "cosine"}
EQ_9 = {**PLAIN, "epochs": 6, "lr": 0.002, "loss": "discriminative"}
NETWORKS: dict[Network, tuple[str, dict[str, Any]]] = {
    Network.LENET5: ("LeNet5", EQ_9),
    Network.CLASSIC: ("LeNetClassic", PLAIN),
    Network.HISTORICAL: ("LeNetHistorical", PLAIN),
    Network.MODERN: ("LeNetModern", PLAIN),
}
"""Each network's class, and what it is trained with where no option says otherwise."""
LOSS_HELP = "cross_entropy, mse or discriminative."
LOSS_DEFAULT = "discriminative for lenet5, else cross_entropy"


def explained(command: Callable[..., None]) -> Callable[..., None]:
    """Turn a failure that a reader can mend into a paragraph on stderr and exit status 1."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        warnings.showwarning = _show_warning
        try:
            command(*args, **kwargs)
        except BrokenPipeError:  # the reader of our output left, as `head` does
            raise
        except Exception as error:
            from lessonlib.data import DataUnavailableError

            known = (ValueError, FloatingPointError, OSError, DataUnavailableError)
            if not isinstance(error, known):
                raise
            typer.echo(f"lessonlib: {_said(error)}", err=True)
            raise typer.Exit(1) from error

    return run


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'file'}: {error.strerror}"
    return str(error)


def _show_warning(message: Warning | str, *_: Any) -> None:
    typer.echo(f"lessonlib: {message}", err=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lessonlib {__version__}")
        raise typer.Exit


@app.callback(epilog="Examples: lessonlib data; lessonlib train lenet5")
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """LeNet-5 as printed: data sets and training, from the shell."""


@data_app.callback(
    invoke_without_command=True, epilog="Examples: lessonlib data; lessonlib data fetch mnist"
)
@explained
def data(context: typer.Context) -> None:
    """List the sets of pictures: where each is, and what is missing of it."""
    if context.invoked_subcommand is not None:
        return
    from lessonlib.data.inventory import inventory

    for holding in inventory():
        typer.echo(_line(holding))


def _line(holding: "Holding") -> str:
    state = "complete"
    if holding.missing:
        state = (
            f"not complete, missing or damaged: {', '.join(holding.missing)}; get it with "
            f"'lessonlib data fetch {holding.name}' ({holding.download_bytes / 1e6:.1f} MB in all)"
        )
    return (
        f"{holding.name}: {holding.train:,} pictures to train on, {holding.test:,} to test on\n"
        f"    where: {holding.where}\n"
        f"    state: {state}"
    )


@data_app.command(epilog="Example: lessonlib data fetch mnist")
@explained
def fetch(name: Annotated[str, typer.Argument(help="Name of a set, such as mnist.")]) -> None:
    """Download a set, with progress; what is there and whole is kept."""
    _check_set(name)
    from lessonlib.data.inventory import FETCHERS, inventory

    if name in FETCHERS:
        FETCHERS[name]()
    for holding in inventory():
        if holding.name == name:
            typer.echo(_line(holding))


def _check_set(name: str) -> None:
    from lessonlib.data import NAMES

    if name not in NAMES:
        raise typer.BadParameter(f"unknown set {name!r}; known: {', '.join(NAMES)}")


@app.command(
    epilog="Examples: lessonlib train lenet5; "
    "lessonlib train lenet-modern --data mnist --epochs 2 --save modern.pt"
)
@explained
def train(
    network: Annotated[Network, typer.Argument(help="Which network.")],
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
        int | None, typer.Option(help="Pictures a class.", show_default="LESSONLIB_SUBSET, or all")
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
    _check_set(data)
    if save is not None:
        _check_writable(save)
    model = _train(network, data, subset, {**NETWORKS[network][1], **given, "seed": seed})
    if save is not None:
        _save(model, save)
        typer.echo(f"weights written to {save}")


def _train(network: Network, name: str, subset: int | None, fields: dict[str, Any]) -> "nn.Module":
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


if __name__ == "__main__":
    app()
