"""What the reader sets by environment variables; no other module of lessonlib reads them.

Every function reads its variable at the time of the call.
"""

import os
import sys
from pathlib import Path
from typing import Literal, get_args

Profile = Literal["quick", "gpu", "full"]


def profile() -> Profile:
    """How much to run: LESSONLIB_PROFILE, else `gpu` where there is a GPU, else `quick`.

    It chooses the device; a chapter may choose by it what to train on, and for how long.

    Raises:
        ValueError: the variable holds another name.
    """
    asked = os.environ.get("LESSONLIB_PROFILE")
    if not asked:
        return "gpu" if _has_gpu() else "quick"
    if asked not in get_args(Profile):
        known = ", ".join(get_args(Profile))
        raise ValueError(f"LESSONLIB_PROFILE is {asked!r}; expected one of {known}")
    return asked


def device() -> str:
    """Where networks run: LESSONLIB_DEVICE, else `cpu` in the profile `quick` and `cuda` in others.

    Raises:
        ValueError: PyTorch knows no such device, or cannot use it on this machine; or the profile
            asks for a GPU, and there is none.
    """
    import torch

    asked = os.environ.get("LESSONLIB_DEVICE")
    if not asked:
        return _device_of(profile())
    try:
        torch.empty(0, device=asked)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).partition(". ")[0]
        raise ValueError(
            f"LESSONLIB_DEVICE is {asked!r}; expected a device that PyTorch can use here, such as "
            f"cpu, or cuda where there is a GPU. PyTorch says: {reason}"
        ) from error
    return asked


def data_dir() -> Path:
    """Where full data sets are or are downloaded to: LESSONLIB_DATA, else a cache at home.

    Raises:
        ValueError: there is no home folder, as in some containers, and it would be needed.
    """
    asked = os.environ.get("LESSONLIB_DATA") or "~/.cache/lessonlib"
    try:
        return Path(asked).expanduser()
    except RuntimeError as error:
        raise ValueError(
            f"the data folder would be {asked}, but this user has no home folder; set "
            f"LESSONLIB_DATA to a folder that can be written to, such as /tmp/lessonlib"
        ) from error


def subset() -> int | None:
    """Pictures per class to take of each set: LESSONLIB_SUBSET, else None for all.

    Raises:
        ValueError: the variable is not a whole number of at least 1.
    """
    asked = os.environ.get("LESSONLIB_SUBSET")
    if not asked:
        return None
    if not asked.isdecimal() or int(asked) < 1:
        raise ValueError(f"LESSONLIB_SUBSET is {asked!r}; expected a whole number, at least 1")
    return int(asked)


def folder() -> Path | None:
    """The reader's own pictures, which replace a chapter's large set: LESSONLIB_FOLDER.

    It holds `train` and `val`, each with one folder of pictures per class. None if it is not set.
    """
    asked = os.environ.get("LESSONLIB_FOLDER")
    return Path(asked).expanduser() if asked else None


def _device_of(profile: Profile) -> str:
    if profile == "quick":
        return "cpu"
    if not _has_gpu():
        raise ValueError(
            f"LESSONLIB_PROFILE is {profile!r}, which needs a GPU, but PyTorch finds none here; "
            f"leave it unset, or set LESSONLIB_DEVICE=cpu to do without"
        )
    return "cuda"


def for_child(**changed: str) -> dict[str, str]:
    """The environment of a process that we start: this one's, with some variables changed."""
    return {**os.environ, **changed}


def for_processes(count: int) -> dict[str, str]:
    """The environment of several processes that train together on this machine.

    They share its cores, unless OMP_NUM_THREADS says how many threads each has.
    """
    threads = str(max(1, (os.cpu_count() or 1) // count))
    usual = {"OMP_NUM_THREADS": threads, "TORCH_CPP_LOG_LEVEL": "ERROR"}
    return {**usual, **os.environ}


def is_main_process() -> bool:
    """Whether this process is the only one, or the first of several that train together: RANK."""
    return os.environ.get("RANK", "0") in ("", "0")


def processes() -> int:
    """How many processes `torchrun` or `accelerate launch` started: WORLD_SIZE, else 1."""
    return int(os.environ.get("WORLD_SIZE") or 1)


def processes_here() -> int:
    """How many of them are on this machine: LOCAL_WORLD_SIZE, else 1."""
    return int(os.environ.get("LOCAL_WORLD_SIZE") or 1)


def shows_bars() -> bool:
    """Whether progress bars are drawn: on a terminal or in a notebook, and not in a file or a pipe.

    Bars go to stderr. TQDM_DISABLE, if it is set and not 0, switches them off everywhere.
    """
    if os.environ.get("TQDM_DISABLE", "0") not in ("", "0"):
        return False
    in_notebook = type(sys.stderr).__module__.startswith("ipykernel")
    return in_notebook or (sys.stderr is not None and sys.stderr.isatty())


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()
