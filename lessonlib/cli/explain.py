"""Failures told in a paragraph, not a traceback."""

import functools
import warnings
from collections.abc import Callable
from typing import Any

import typer


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
            from lessonlib.runs.recorder import UnderWayError

            known = (ValueError, FloatingPointError, OSError, DataUnavailableError, UnderWayError)
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
