"""A short recording for tests, and the folders that it is made in."""

from pathlib import Path

from lessonlib.runs import Recording
from lessonlib.runs.seed import SeedRecorder
from lessonlib.runs.under_way import UnderWay
from lessonlib.runs.worker import work
from lessonlib.training import Recipe

COMMIT = "c0ffee" * 7
SHORT = Recording(
    name="short",
    about="A short run, for a test.",
    network="LeNetModern",
    data="digits",
    subset=6,
    recipe=Recipe(epochs=2, lr=0.02, batch_size=32, schedule="cosine"),
    seeds=(0, 3),
    measurements=("train_error", "embedded_test_error"),
    keep_weights=True,
)


def place_in(folder: Path, name: str = "short") -> UnderWay:
    """Where a recording is made: work and kept runs in two folders."""
    return UnderWay(name, folder / "work" / name, folder / "kept" / name)


def recorder_in(folder: Path, recording: Recording = SHORT, **fields: object) -> SeedRecorder:
    """What trains a recording's seeds in this process."""
    return SeedRecorder(recording, COMMIT, place_in(folder, recording.name), **fields)


def make(folder: Path, recording: Recording = SHORT) -> Path:
    """Make a recording's run in this process; gives its JSON."""
    path = work(recorder_in(folder, recording))
    assert path is not None
    return path
