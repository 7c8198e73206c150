"""`lessonlib data`: the sets of pictures."""

from typing import TYPE_CHECKING, Annotated

import typer

from lessonlib.cli.explain import explained

if TYPE_CHECKING:
    from lessonlib.data.inventory import Holding

data_app = typer.Typer()


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


@data_app.command(short_help="Download a set.", epilog="Example: lessonlib data fetch mnist")
@explained
def fetch(name: Annotated[str, typer.Argument(help="Name of a set, such as mnist.")]) -> None:
    """Download a set, with progress; what is there and whole is kept."""
    check_set(name)
    from lessonlib.data.inventory import FETCHERS, holding

    if name in FETCHERS:
        FETCHERS[name]()
    typer.echo(_line(holding(name)))


def check_set(name: str) -> None:
    """Refuse a set that does not exist, as a usage error that lists the names."""
    from lessonlib.data import NAMES

    if name not in NAMES:
        raise typer.BadParameter(f"unknown set {name!r}; known: {', '.join(NAMES)}")
