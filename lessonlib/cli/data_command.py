"""`lessonlib data`: the sets of pictures."""

from typing import TYPE_CHECKING, Annotated

import typer

from lessonlib.cli.explain import explained

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lessonlib.data import PictureSet, SetInfo

data_app = typer.Typer()
Named = Annotated[str, typer.Argument(help="A set, such as imagenette, or folder:PATH.")]
View = Annotated[str | None, typer.Option(help="A view of the set.", show_default="none")]


@data_app.callback(
    invoke_without_command=True, epilog="Examples: lessonlib data; lessonlib data fetch mnist"
)
@explained
def data(context: typer.Context) -> None:
    """List the sets of pictures: where each is, and which of its files are missing."""
    if context.invoked_subcommand is not None:
        return
    from lessonlib.data import SETS

    for each in SETS.values():
        typer.echo(_line(each))


def _line(info: "SetInfo") -> str:
    state, missing = "complete", info.missing()
    if missing:
        state = (
            f"not complete, missing or damaged: {', '.join(missing)}; get it with "
            f"'lessonlib data fetch {info.name}' ({info.download_bytes / 1e6:.1f} MB in all)"
        )
    sizes = "as many pictures as the folder holds"
    if info.train is not None:
        sizes = f"{info.train:,} pictures to train on, {info.test:,} to test on"
    return f"{info.name}: {sizes}\n    where: {info.where()}\n    state: {state}"


@data_app.command(short_help="Download a set.", epilog="Example: lessonlib data fetch mnist")
@explained
def fetch(name: Annotated[str, typer.Argument(help="Name of a set, such as mnist.")]) -> None:
    """Download a set and show the progress. Files that are already there and complete are kept."""
    check_set(name)
    from lessonlib.data import SETS

    info = SETS[name]
    if info.fetch is not None:
        info.fetch()
    typer.echo(_line(info))


@data_app.command(
    short_help="Read all pictures of a set.", epilog="Example: lessonlib data check folder:photos"
)
@explained
def check(name: Named, view: View = None) -> None:
    """Read every picture of both parts; count those that are converted, list those left out.

    A set whose pictures are in memory is read whole when it is loaded.
    """
    for part in (True, False):
        image_set = _loaded(name, view, train=part)
        typer.echo(f"{'to train on' if part else 'to test on'}: {image_set.describe()}")
        typer.echo(f"    {_found(image_set)}")


def _found(image_set: "PictureSet") -> str:
    from lessonlib.data import FolderSet

    if isinstance(image_set, FolderSet):
        return str(image_set.read_all())
    return f"{len(image_set):,} pictures, all in memory"


@data_app.command(
    short_help="Find how a set's colours vary.", epilog="Example: lessonlib data colours imagenette"
)
@explained
def colours(name: Named, view: View = None) -> None:
    """Print mean colour, eigenvalues and directions of the pictures to train on.

    AlexNet's change of colours (ColourPCA) takes them; levels count from 0 to 1. What is found for
    a set that is read from a disk is kept in the data folder, so that training need not read the
    set for it.
    """
    from lessonlib.data.colours import ColourPCA
    from lessonlib.data.statistics import statistics

    image_set = _loaded(name, view, train=True)
    found = ColourPCA().settled(image_set)
    means = [level / 255 for level in statistics(image_set).colour.tolist()]
    typer.echo(f"{image_set.describe()}\nmean: {_numbers(means)}")
    for value, direction in zip(found.eigenvalues, found.directions, strict=True):
        typer.echo(f"eigenvalue {value:.6f}, direction {_numbers(direction)}")


def _numbers(values: "Iterable[float]") -> str:
    return " ".join(f"{value:.4f}" for value in values)


def _loaded(given: str, view: str | None, train: bool) -> "PictureSet":
    from lessonlib.data import load

    name, root = set_and_root(given)
    return load(name, train, root=root, view=view)


def set_and_root(given: str) -> tuple[str, str | None]:
    """A set's name and, as in folder:PATH, its folder, from one word of the shell.

    Raises:
        typer.BadParameter: there is no such set, or it takes no folder, or needs one.
    """
    from lessonlib.data import SETS

    name, _, root = given.partition(":")
    check_set(name)
    if SETS[name].takes_root != bool(root):
        expected = f"{name}:PATH, with the folder of train and val" if not root else name
        raise typer.BadParameter(f"expected {expected}, got {given!r}")
    return name, root or None


def check_set(name: str) -> None:
    """Refuse a set that does not exist, as a usage error that lists the names."""
    from lessonlib.data import SETS

    if name not in SETS:
        raise typer.BadParameter(f"unknown set {name!r}; known: {', '.join(SETS)}")
