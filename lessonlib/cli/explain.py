"""Failures explained in a paragraph, not shown as a traceback."""

import dis
import functools
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

PACKAGE = Path(__file__).resolve().parent.parent
RAISE = dis.opmap["RAISE_VARARGS"]


def explained(command: Callable[..., None]) -> Callable[..., None]:
    """Turn a failure that a reader can fix into a paragraph on stderr and exit status 1.

    Such failures are errors that lessonlib itself raised, with its own message, and what the
    system says about a file, such as a full disk. Any other error is a mistake, in lessonlib or in
    what it uses, and keeps its traceback. While the command runs, each warning of lessonlib is
    shown in one line.
    """

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        with warnings.catch_warnings():
            warnings.showwarning = _shown_by(warnings.showwarning)
            try:
                command(*args, **kwargs)
            except BrokenPipeError:  # the program that reads our output has ended, as `head` does
                raise
            except Exception as error:
                if not (_is_ours(error) or _is_the_systems(error)):
                    raise
                typer.echo(f"lessonlib: {_said(error)}", err=True)
                raise typer.Exit(1) from error

    return run


def _is_ours(error: Exception) -> bool:
    """Whether the error comes from a `raise` in lessonlib, and not from code that it calls."""
    last = error.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    code = last.tb_frame.f_code
    return (
        isinstance(error, ValueError | FloatingPointError | RuntimeError)
        and not isinstance(error, NotImplementedError)
        and _is_in_package(code.co_filename)
        and code.co_code[last.tb_lasti] == RAISE
    )


def _is_the_systems(error: Exception) -> bool:
    return isinstance(error, OSError) and error.strerror is not None


def _is_in_package(file: str) -> bool:
    return Path(file).resolve().is_relative_to(PACKAGE)


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'file'}: {error.strerror}"
    return str(error)


def _shown_by(usual: Callable[..., None]) -> Callable[..., None]:
    """Shows a warning of lessonlib in one line, and any other in the usual way."""

    def show(message: Warning | str, category: type, filename: str, *more: Any) -> None:
        if _is_in_package(filename):
            typer.echo(f"lessonlib: {message}", err=True)
        else:
            usual(message, category, filename, *more)

    return show
