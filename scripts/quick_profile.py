"""The environment in which chapters are run, stored and compared: defined only here."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICK = {
    "LESSONLIB_PROFILE": "quick",
    "LESSONLIB_DEVICE": "cpu",
    "TQDM_DISABLE": "1",  # progress bars would be stored, or compared
    "OMP_NUM_THREADS": "1",
}
NOT_INHERITED = {"LESSONLIB_SUBSET"}


def quick_environment() -> dict[str, str]:
    """This environment in the quick profile on one thread of a CPU, whatever the shell has set.

    lessonlib is found in the repository.
    """
    kept = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    return kept | QUICK | {"PYTHONPATH": str(ROOT)}
