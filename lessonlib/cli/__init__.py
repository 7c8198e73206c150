"""The command `lessonlib`: data sets, training and recorded runs, from the shell.

What is slow to import (PyTorch and all that needs it) is imported by the command that uses it,
so that `lessonlib --help` answers at once.
"""

import shutil
from typing import Annotated

import typer

from lessonlib import __version__
from lessonlib.cli.data_command import data_app
from lessonlib.cli.explain import explained
from lessonlib.cli.read_command import read
from lessonlib.cli.record_command import record
from lessonlib.cli.train_command import train
from lessonlib.grading.commands import student

WIDTH = (
    min(shutil.get_terminal_size().columns, 100) - 1
)  # of help texts; typer alone keeps to 50..80

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its tables cut words on a narrow terminal
    context_settings={"terminal_width": WIDTH},
)
app.add_typer(data_app, name="data", short_help="List or fetch sets of pictures.")
app.command(
    short_help="Train a network.",
    epilog="Examples: lessonlib train; lessonlib train lenet5; "
    "lessonlib train lenet-modern --data mnist --epochs 2 --save modern.pt; "
    "lessonlib train alexnet --data folder:pictures --devices 2 --precision bf16. "
    "In Python, lessonlib.training.load_weights(LeNetModern(), 'modern.pt') reads such a file, "
    "and a checkpoint of fit as well.",
)(train)
app.command(
    short_help="Make a recorded run.",
    epilog="Examples: lessonlib record; lessonlib record modern-mnist --minutes 50; "
    "lessonlib record modern-mnist --restart",
)(record)
app.command(
    short_help="Read digits in pictures.",
    epilog="Examples: lessonlib read seven.jpg; lessonlib read scans/*.png --show steps",
)(read)
app.command(
    short_help="Make student notebooks.", epilog="Example: lessonlib student --out handout"
)(explained(student))


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
