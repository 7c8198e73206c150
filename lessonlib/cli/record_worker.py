"""What runs in the worktree of a recording's commit: `python -m lessonlib.cli.record_worker`.

`lessonlib record` of a later commit starts an earlier commit's worker. So its options and exit
statuses are fixed: new ones may be added, but none may be removed or change its meaning.
"""

import os
import signal
import sys
from _thread import interrupt_main
from pathlib import Path
from threading import Thread
from typing import Annotated

import typer

import lessonlib
from lessonlib.cli.explain import explained

DONE, TIME_IS_UP, STOPPED = 0, 75, 130
"""Exit statuses: seeds asked for done, time up, stopped by the user. Any other is a failure."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
@explained
def train_seeds(
    name: str,
    commit: Annotated[str, typer.Option(help="The commit that this code is from.")],
    folder: Annotated[Path, typer.Option(help="The folder of checkpoints and notes.")],
    kept: Annotated[Path, typer.Option(help="The folder of the runs that are kept.")],
    seeds: Annotated[str, typer.Option(help="Train only these seeds, such as 3,4.")] = "",
    until: Annotated[float | None, typer.Option(help="Stop then, in seconds since 1970.")] = None,
) -> None:
    """Train the seeds of a recording that are missing; once none is missing, write its run."""
    # A shell's background jobs ignore SIGINT, and so would this process, which is stopped by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        Thread(target=_stop_with_the_parent, daemon=True).start()
        _check_code(folder)
        is_up = _train(name, commit, folder, kept, [int(s) for s in seeds.split(",") if s], until)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    sys.exit(TIME_IS_UP if is_up else DONE)


def _train(
    name: str, commit: str, folder: Path, kept: Path, seeds: list[int], until: float | None
) -> bool:
    """Whether the time is up before the seeds asked for are done."""
    from lessonlib.runs.recordings import RECORDINGS
    from lessonlib.runs.seed import SeedRecorder, TimeIsUpError
    from lessonlib.runs.under_way import UnderWay
    from lessonlib.runs.worker import work

    if name not in RECORDINGS:
        known = ", ".join(RECORDINGS)
        raise ValueError(f"commit {commit[:12]} has no recording {name!r}; it has: {known}")
    place = UnderWay(name, folder, kept / name)
    try:
        written = work(SeedRecorder(RECORDINGS[name], commit, place, until), seeds)
    except TimeIsUpError:
        return True
    if written is not None:
        typer.echo(f"All seeds are done. Written, and ready to be committed: {written}")
    return False


def _stop_with_the_parent() -> None:
    """Interrupt this process when the one that started it closes its end of the pipe, or dies."""
    while os.read(0, 1024):
        pass
    interrupt_main()


def _check_code(folder: Path) -> None:
    package = Path(lessonlib.__file__).resolve()
    if not package.is_relative_to((folder / "code").resolve()):
        raise ValueError(
            f"lessonlib was imported from {package.parent}, not from the recording's own worktree "
            f"in {folder}; is it installed in a way that comes before PYTHONPATH?"
        )


if __name__ == "__main__":
    app()
