"""Turning recordings into runs, with the code of the commit that each began with."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from enum import Enum

from filelock import FileLock, Timeout

from lessonlib import settings
from lessonlib.runs.checkout import Checkout, own_checkout
from lessonlib.runs.recordings import RECORDINGS
from lessonlib.runs.under_way import UnderWay, under_way

WORKER = "lessonlib.cli.record_worker"
"""The program that the worktree's code runs. Its options and exit statuses stay as they are."""
DONE, TIME_IS_UP, STOPPED = 0, 75, 130


class UnderWayError(RuntimeError):
    """Another recording is being made on this machine."""


class Outcome(Enum):
    """How a call of `record` ended."""

    RECORDED = "the run is kept"
    SEEDS_MISSING = "the seeds asked for are done, others are missing"
    TIME_IS_UP = "the time is up; the next call goes on with the same recording"
    STOPPED = "it was stopped; the next call goes on with the same recording"
    FAILED = "it failed, and said why"


def record(
    name: str,
    *,
    seeds: Sequence[int] = (),
    minutes: float | None = None,
    restart: bool = False,
    checkout: Checkout | None = None,
    say: Callable[[str], None] = print,
) -> Outcome:
    """Make a recording's run, or go on with it.

    A recording runs the code of the commit it began with, in a git worktree of its own, and
    finishes with that code, even if something is changed or committed meanwhile. Finished seeds are
    kept at once; a seed that was stopped goes on from its last epoch.

    Args:
        name: the recording's name.
        seeds: train only these of its seeds; empty means all.
        minutes: stop after the last epoch that ends within this time, but not before one epoch
            is done; None sets no limit.
        restart: begin at today's commit and drop what is under way; this is also the way to
            repeat a finished recording.
        checkout: a checkout of the course; None is the one that this code is in.
        say: called with each message for the user; the worker prints its own.

    Raises:
        ValueError: the name is unknown, there is no git checkout, or lessonlib has changes that
            are not committed, so that nothing can begin.
        UnderWayError: another recording is being made.
    """
    checkout = checkout or own_checkout()
    folder = settings.data_dir().resolve() / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", timeout=0):
            place = under_way(name, checkout.kept)
            begun = None if restart else place.commit()
            if begun is None and (checkout.kept / f"{name}.json").exists() and not restart:
                say(
                    f"{name} is recorded already. To record it again with the code of today's "
                    f"commit: lessonlib record {name} --restart"
                )
                return Outcome.RECORDED
            commit = begun or _begin(place, checkout)
            say(f"{name}: recording with the code of commit {commit[:12]}")
            status = _run_worker(place, checkout, commit, seeds, minutes)
            return _ended(status, place, checkout, _command(name, seeds, minutes), say)
    except Timeout as error:
        raise UnderWayError(
            "another recording is being made on this machine, and two would spoil each other's "
            "times; wait until it is done, or stop it"
        ) from error


def _begin(place: UnderWay, checkout: Checkout) -> str:
    if place.name not in RECORDINGS:
        raise ValueError(f"unknown recording {place.name!r}; known: {', '.join(RECORDINGS)}")
    commit = checkout.commit()
    place.discard()
    return commit


def _run_worker(
    place: UnderWay,
    checkout: Checkout,
    commit: str,
    seeds: Sequence[int],
    minutes: float | None,
) -> int:
    """Run the commit's worker in its worktree; gives its exit status."""
    place.begin(commit)
    package = checkout.worktree(place.code, commit)
    words = [sys.executable, "-m", WORKER, place.name, "--commit", commit]
    words += ["--folder", str(place.folder), "--kept", str(checkout.kept)]
    words += ["--seeds", ",".join(map(str, seeds))] if seeds else []
    words += ["--until", str(time.time() + 60 * minutes)] if minutes is not None else []
    variables = settings.for_child(
        PYTHONPATH=str(package.parent), LESSONLIB_DATA=str(settings.data_dir().resolve())
    )
    # In a session of its own, Ctrl-C reaches only us, and we tell the worker by closing the pipe.
    # If we are killed, the pipe closes too, so no worker goes on unseen.
    with subprocess.Popen(
        words, cwd=package.parent, env=variables, stdin=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.stdin.close()
            process.wait()
            return STOPPED


def _ended(
    status: int, place: UnderWay, checkout: Checkout, command: str, say: Callable[[str], None]
) -> Outcome:
    """Report the state, and tidy up once the run is kept."""
    if status == DONE and not place.done():
        checkout.remove_worktree(place.code)
        shutil.rmtree(place.folder)
        return Outcome.RECORDED
    seeds = sorted({*place.done(), *place.begun_seeds()})
    stand = ", ".join(place.describe(seed) for seed in seeds) or "no seed has begun"
    if status == DONE:
        say(f"{stand}. Go on with the other seeds: lessonlib record {place.name}")
        return Outcome.SEEDS_MISSING
    if status not in (TIME_IS_UP, STOPPED):
        say(
            f"It failed; what was trained is kept: {stand}. Once you have fixed the fault, go on "
            f"with: lessonlib record {place.name}"
        )
        return Outcome.FAILED
    is_up = status == TIME_IS_UP
    why = "The time is up" if is_up else "Stopped"
    say(f"{why}; what was trained is kept: {stand}. Go on with: {command}")
    return Outcome.TIME_IS_UP if is_up else Outcome.STOPPED


def _command(name: str, seeds: Sequence[int], minutes: float | None) -> str:
    words = ["lessonlib", "record", name]
    words += ["--seeds", ",".join(map(str, seeds))] if seeds else []
    words += ["--minutes", f"{minutes:g}"] if minutes is not None else []
    return " ".join(words)
