"""Memory does not grow with the number of pictures in a folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lessonlib import settings
from tests.unit.picture_folders import CLASSES, write

HERE = Path(__file__).parent


def many(few: Path, root: Path, count: int) -> Path:
    """A folder of `count` pictures that are links to a few."""
    for part in ("train", "val"):
        for label, name in enumerate(CLASSES):
            folder = root / part / name
            folder.mkdir(parents=True)
            known = sorted((few / part / name).iterdir())
            for number in range(label, count, len(CLASSES)):
                os.link(known[number % len(known)], folder / f"{number:04}.png")
    return root


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the memory of processes")
def test_3000_pictures_take_as_much_memory_as_300(tmp_path):
    few = write(tmp_path / "few", side=64)
    roots = [many(few, tmp_path / str(count), count) for count in (300, 3000)]
    path = os.pathsep.join([str(HERE.parents[1]), str(HERE)])
    done = subprocess.run(
        [sys.executable, HERE / "folder_memory.py", *roots],
        env=settings.for_child(PYTHONPATH=path, OMP_NUM_THREADS="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    peaks = [list(map(float, line.split())) for line in done.stdout.splitlines()]
    assert all(readers > 50 for _, readers in peaks)  # other processes did read
    first, last = (own + 2 * readers for own, readers in peaks)
    assert last - first < 50  # MB; all 3,000 pictures would take 590
