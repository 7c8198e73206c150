"""Build the wheel into build/wheel, once for all that test it.

    python scripts/build_wheel.py      prints where it is

A wheel of today's sources is not built again: its folder is named after their digest, and gets this
name when the wheel is complete. Older wheels are then removed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock
from source_digest import digest

ROOT = Path(__file__).resolve().parent.parent
WHEELS = ROOT / "build" / "wheel"
SOURCES = ("pyproject.toml", "requirements.txt", "README.md", "LICENSE", ".gitignore", "lessonlib")


def wheel() -> Path:
    """The wheel of today's sources, built if it does not exist.

    Raises:
        subprocess.CalledProcessError: it could not be built; hatchling's messages are on stderr.
    """
    folder = WHEELS / digest(ROOT, SOURCES)[:16]
    WHEELS.mkdir(parents=True, exist_ok=True)
    with FileLock(WHEELS / "lock"):
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=WHEELS) as parts:
                build(Path(parts, "whole"))
                for older in WHEELS.glob("*/*.whl"):
                    shutil.rmtree(older.parent)
                Path(parts, "whole").rename(folder)
    (found,) = folder.glob("*.whl")
    return found


def build(folder: Path) -> None:
    """Build the wheel into a folder, as pip would: with nothing of ours on Python's path."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    print(wheel())
