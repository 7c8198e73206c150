"""`lessonlib record`: recordings, which are trained once and kept as runs."""

import sys
from typing import Annotated

import typer

from lessonlib.cli.explain import explained


@explained
def record(
    name: Annotated[
        str | None, typer.Argument(help="Which recording; without it, all are listed.")
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option(help="Train only these seeds, such as 3,4.", show_default="all of them"),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Stop after the last epoch that ends within this time.",
            show_default="no limit",
        ),
    ] = None,
    restart: Annotated[
        bool,
        typer.Option(
            "--restart",
            help="Begin again at today's commit, either to repeat a finished recording or to "
            "give up one that is under way, including its finished seeds.",
        ),
    ] = False,
) -> None:
    """Make a recording's run, seed by seed, or list what is recorded, under way and not begun.

    A recording begins with the code of today's commit, so lessonlib must be committed, and finishes
    with that code: it runs in a worktree of its own, so it does not matter what is changed or
    committed meanwhile. If it was stopped, by Ctrl-C or --minutes, the same command goes on after
    its last epoch, with the code it began with. Only --restart begins again.

    Each finished seed is a file in lessonlib/runs/kept/NAME that you can commit at once. When all
    are there, they become NAME.json and NAME.csv in lessonlib/runs/kept. You need a git checkout
    and the full data sets (see 'lessonlib data').
    """
    from lessonlib.runs.overview import all_names, overview

    if name is None:
        for paragraph in overview():
            typer.echo(paragraph)
        return
    if name not in (known := all_names()):
        raise typer.BadParameter(f"unknown recording {name!r}; known: {', '.join(known)}")
    chosen = _numbers(seeds) if seeds is not None else ()
    from lessonlib.runs.recorder import Outcome
    from lessonlib.runs.recorder import record as make

    outcome = make(name, seeds=chosen, minutes=minutes, restart=restart)
    sys.exit({Outcome.FAILED: 1, Outcome.STOPPED: 130}.get(outcome, 0))


def _numbers(seeds: str) -> tuple[int, ...]:
    try:
        return tuple(int(seed) for seed in seeds.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            f"--seeds {seeds}: expected whole numbers separated by commas, such as 3,4"
        ) from error
