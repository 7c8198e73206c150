"""`lessonlib data`: the sets of pictures."""

from typing import TYPE_CHECKING, Annotated

import typer

from lessonlib.cli.explain import explained

if TYPE_CHECKING:
    from lessonlib.data import SetInfo

data_app = typer.Typer()


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
    return (
        f"{info.name}: {info.train:,} pictures to train on, {info.test:,} to test on\n"
        f"    where: {info.where()}\n"
        f"    state: {state}"
    )


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


def check_set(name: str) -> None:
    """Refuse a set that does not exist, as a usage error that lists the names."""
    from lessonlib.data import SETS

    if name not in SETS:
        raise typer.BadParameter(f"unknown set {name!r}; known: {', '.join(SETS)}")
