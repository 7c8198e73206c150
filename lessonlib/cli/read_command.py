"""`lessonlib read`: which digits pictures show."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lessonlib.cli.explain import explained

if TYPE_CHECKING:
    from lessonlib.data import MnistSteps

FILES_HELP = "Pictures of one digit each: photographs, scans or drawings."
SHOW_HELP = "Write a picture of the steps of each file into this folder, as NAME-steps.png."


@explained
def read(
    files: Annotated[list[Path], typer.Argument(help=FILES_HELP, show_default=False)],
    show: Annotated[Path | None, typer.Option(help=SHOW_HELP, show_default="none")] = None,
) -> None:
    """Read the digit in each picture, and say how far it is from what the network expects.

    Each picture is made into what LeNet-5 was trained on: 28x28 pixels, light on dark, centred,
    neither leaning nor thick beyond what is usual in MNIST.
    The distance is that of F6 to the digit's code; small is good, and the runner-up is the second
    nearest. Above a distance that one training digit in a hundred exceeds, the answer is "none of
    these". Beside it stands what the paper's equation 9 would say.

    A file that cannot be read gets one line, and the exit status is 1; the others are still read.
    Nothing is ever written over.
    """
    from lessonlib.runs.own_reading import READER
    from lessonlib.runs.rejection import rejection

    if show is not None:
        _check_folder(show)
    typer.echo(
        f"LeNet-5 as printed ({READER}) reads; above distance {rejection(READER).threshold:.1f} "
        f"it says none of these"
    )
    failed = 0
    for file in files:
        try:
            typer.echo(f"{file}: {_answer(file, show)}")
        except _UnreadError as error:
            typer.echo(f"{file}: {error}", err=True)
            failed += 1
    if failed:
        sys.exit(1)


class _UnreadError(Exception):
    """A file was not read, or its steps were not written; the message says why."""


def _answer(file: Path, show: Path | None) -> str:
    """What a file shows, in words; its steps are written first."""
    from lessonlib.runs.own_reading import read_digits

    steps = _steps(file)
    (reading,) = read_digits(steps.digit[None])
    if show is None:
        return reading.sentence()
    try:
        return f"{reading.sentence()}; steps in {_shown(steps, file, show)}"
    except _UnreadError as error:
        raise _UnreadError(f"{reading.sentence()}; but {error}") from error


def _steps(file: Path) -> "MnistSteps":
    from lessonlib.data import mnist_steps
    from lessonlib.data.decoding import UnreadableError

    if file.is_dir():
        raise _UnreadError("it is a folder; expected a picture")
    if not file.exists():
        raise _UnreadError("there is no such file")
    try:
        return mnist_steps(file)
    except (UnreadableError, ValueError) as error:
        raise _UnreadError(" ".join(str(error).split())) from error


def _shown(steps: "MnistSteps", file: Path, folder: Path) -> Path:
    """Write the picture of the steps, whole or not at all, and never over another."""
    from lessonlib.viz import plot_steps, save

    path = folder / f"{file.stem}-steps.png"
    if path.exists():
        raise _UnreadError(f"{path} is there already; remove it, or give --show another folder")
    try:
        return save(plot_steps(steps), path, title=f"From {file.name} to 28x28 pixels, in steps")
    except OSError as error:
        raise _UnreadError(f"{path} cannot be written: {error.strerror}") from error


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ValueError(f"--show {folder}: there is no such folder; make it first")
