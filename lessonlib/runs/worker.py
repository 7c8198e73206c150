"""What runs in the worktree of a recording's commit: `python -m lessonlib.runs.worker`.

Later commits start earlier ones' workers, so the arguments and exit statuses below are fixed:
new ones may be added, none may be taken away or change its meaning.
"""

import argparse
import os
import signal
import sys
import time
from _thread import interrupt_main
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import lessonlib
from lessonlib.data import DataUnavailableError
from lessonlib.runs import files as run_files
from lessonlib.runs.files import RunFileError
from lessonlib.runs.recording import Recording
from lessonlib.runs.recordings import RECORDINGS
from lessonlib.runs.seed import SeedRecorder, TimeIsUpError
from lessonlib.runs.under_way import UnderWay

DONE, FAILED, TIME_IS_UP, STOPPED = 0, 1, 75, 130
"""Exit statuses: all asked seeds are done, an error was told, the time is up, it was stopped."""
OWN = ("results", "weights", "checksum")  # what seeds of one run do not have in common


def work(recorder: SeedRecorder, seeds: Sequence[int] = ()) -> Path | None:
    """Train the seeds that are not finished; when none is missing, merge them into the run.

    Args:
        recorder: of the recording.
        seeds: train only these; empty means all.

    Returns:
        The run's JSON file, or None where seeds are still missing.

    Raises:
        TimeIsUpError: the recorder's time is over.
        ValueError: the recording has no such seed, or `SeedRecorder.record` raises it.
        RunFileError: a finished seed's file is damaged, or of another commit.
    """
    recording, place = recorder.recording, recorder.place
    if strange := sorted(set(seeds) - set(recording.seeds)):
        raise ValueError(
            f"{recording.name} has no seeds {strange}; it has: "
            f"{', '.join(map(str, recording.seeds))}"
        )
    _check_finished(recorder)
    for seed in [seed for seed in recording.seeds if seed in (seeds or recording.seeds)]:
        if place.seed_file(seed).exists():
            continue
        if recorder.until is not None and time.time() >= recorder.until:
            raise TimeIsUpError
        print(f"{recording.network} on {recording.data}: {place.describe(seed)}", flush=True)
        error = recorder.record(seed)["test_error"]
        print(
            f"seed {seed} is done, with {error:.2%} of the test part wrong. Written, and ready to "
            f"be committed: {place.seed_file(seed)}",
            flush=True,
        )
    missing = [seed for seed in recording.seeds if not place.seed_file(seed).exists()]
    return None if missing else merge(recording, place)


def merge(recording: Recording, place: UnderWay) -> Path:
    """Merge the files of all seeds into the run's, and delete them.

    Returns:
        The run's JSON file.

    Raises:
        RunFileError: a seed's file is damaged, or they are not of one run.
    """
    paths = [place.seed_file(seed) for seed in recording.seeds]
    seeds = [run_files.read_seed(path) for path in paths]
    common = [{key: run[key] for key in run if key not in OWN} for run, _ in seeds]
    for path, fields in zip(paths, common, strict=True):
        if differ := [key for key in fields if fields[key] != common[0].get(key)]:
            raise RunFileError(
                f"{path} has another {', '.join(differ)} than {paths[0].name}, so they are not "
                f"of one run; delete the wrong one, and record it again"
            )
    run = {**common[0], "results": [result for run, _ in seeds for result in run["results"]]}
    weights = None
    if recording.keep_weights:
        weights = run_files.weights_file(paths[0], seeds[0][0])
        run["weights"] = seeds[0][0]["weights"]
    written = run_files.write(
        place.seeds.parent, run, [row for _, rows in seeds for row in rows], weights
    )
    place.forget_seeds()
    return written


def _check_finished(recorder: SeedRecorder) -> None:
    for seed in recorder.place.done():
        path = recorder.place.seed_file(seed)
        commit = run_files.read_seed(path)[0]["commit"]
        if commit != recorder.commit:
            raise RunFileError(
                f"{path} is of commit {commit[:12]}, but the recording that is under way began "
                f"with {recorder.commit[:12]}; delete that file, or begin again with --restart"
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; gives the exit status."""
    parser = argparse.ArgumentParser(prog="lessonlib.runs.worker")
    parser.add_argument("name")
    parser.add_argument("--commit", required=True, help="whose code this is")
    parser.add_argument("--folder", type=Path, required=True, help="of checkpoints and notes")
    parser.add_argument("--kept", type=Path, required=True, help="of the runs that are kept")
    parser.add_argument("--seeds", type=int, nargs="*", default=())
    parser.add_argument("--until", type=float, help="seconds since 1970")
    asked = parser.parse_args(arguments)
    # A shell's background jobs ignore SIGINT, and so would this process, which is stopped by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        Thread(target=_stop_with_the_parent, daemon=True).start()
        _check_code(asked.folder)
        place = UnderWay(asked.name, asked.folder, asked.kept / asked.name)
        if asked.name not in RECORDINGS:
            raise ValueError(
                f"commit {asked.commit[:12]} has no recording {asked.name!r}; it has: "
                f"{', '.join(RECORDINGS)}"
            )
        shown = sys.stderr.isatty()
        recording = RECORDINGS[asked.name]
        written = work(
            SeedRecorder(recording, asked.commit, place, asked.until, shown), asked.seeds
        )
    except TimeIsUpError:
        return TIME_IS_UP
    except KeyboardInterrupt:
        return STOPPED
    except (ValueError, FloatingPointError, OSError, DataUnavailableError) as error:
        print(f"lessonlib: {error}", file=sys.stderr)
        return FAILED
    if written is not None:
        print(f"All seeds are done. Written, and ready to be committed: {written}", flush=True)
    return DONE


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
            f"in {folder}; leave PYTHONPATH and PYTHONHOME unset"
        )


if __name__ == "__main__":
    sys.exit(main())
