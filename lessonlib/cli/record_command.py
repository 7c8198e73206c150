"""`lessonlib record`: runs that are made once and kept."""

from pathlib import Path
from typing import Annotated

import typer

from lessonlib.cli.explain import explained


@explained
def record(
    name: Annotated[str | None, typer.Argument(help="Which; all are listed without.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder.", show_default="lessonlib/runs/records")
    ] = None,
) -> None:
    """Make a recorded run, seed by seed; what was stopped goes on where it was.

    It needs a checkout whose lessonlib is committed, so that the record says what ran, and the
    full data sets (see 'lessonlib data').
    """
    from lessonlib import runs

    if name is None:
        made = runs.names()
        for known, recording in runs.RECORDINGS.items():
            state = "recorded" if known in made else "not recorded"
            typer.echo(f"{known} ({state}): {recording.about}")
        return
    if name not in runs.RECORDINGS:
        known = ", ".join(runs.RECORDINGS)
        raise typer.BadParameter(f"unknown recording {name!r}; known: {known}")
    from lessonlib.runs.record import record as make

    typer.echo(f"written: {make(name, out)}")
