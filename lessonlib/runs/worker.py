"""Training the seeds of a recording that are missing, and merging them into its run."""

import time
from collections.abc import Sequence
from pathlib import Path

from lessonlib.runs import files as run_files
from lessonlib.runs.files import RunFileError
from lessonlib.runs.recording import Recording
from lessonlib.runs.seed import SeedRecorder, TimeIsUpError
from lessonlib.runs.under_way import UnderWay

OWN = ("results", "weights", "checksum")  # in these, seeds of one run may differ


def work(recorder: SeedRecorder, seeds: Sequence[int] = ()) -> Path | None:
    """Train the seeds that are not finished; once none is missing, merge them into the run.

    Args:
        recorder: the recording's recorder.
        seeds: train only these; empty means all.

    Returns:
        The run's JSON file, or None if seeds are still missing.

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
        RunFileError: a seed's file is damaged, or the files are not of one run.
    """
    paths = [place.seed_file(seed) for seed in recording.seeds]
    seeds = [run_files.read_seed(path) for path in paths]
    common = [{key: run[key] for key in run if key not in OWN} for run, _ in seeds]
    for path, fields in zip(paths, common, strict=True):
        if differ := [key for key in fields if fields[key] != common[0].get(key)]:
            raise RunFileError(
                f"{path} has a different {', '.join(differ)} than {paths[0].name}, so they are not "
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
