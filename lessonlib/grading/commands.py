"""The instructors' commands, as functions for typer; slow imports are made at the call."""

from pathlib import Path
from typing import Annotated

import typer

from lessonlib.grading.installing import how_to_install


def student(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Exercises, such as 03_lenet5.", show_default="all"),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(help="Folder of the exercises.", show_default="notebooks/exercises"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over notebooks that were worked on.")
    ] = False,
) -> None:
    """Make student versions of the exercises: solutions and outputs gone, tests locked."""
    try:
        from lessonlib.grading.student import make_student_notebooks
    except ModuleNotFoundError as error:
        raise ValueError(
            f"student versions need {error.name}, which is missing here; "
            f"install it with: {how_to_install()}"
        ) from error
    for notebook in make_student_notebooks(out, names or (), source=source, force=force):
        typer.echo(f"{notebook.path}: {notebook.state}")
