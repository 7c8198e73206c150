"""CIFAR-10, from the archive and the address that torchvision uses too."""

import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from lessonlib import settings
from lessonlib.data.fetch import DamagedError, check_md5, ensure, read_first
from lessonlib.data.imageset import ImageSet

CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
ARCHIVE = "cifar-10-python.tar.gz"
URLS = (f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}",)
MD5 = "c58f30108f718f92721af3b95e74349a"
DOWNLOAD_BYTES = 170_498_071
T = TypeVar("T")
PARTS = {True: tuple(f"data_batch_{n}" for n in range(1, 6)), False: ("test_batch",)}


def load_cifar10(train: bool) -> ImageSet:
    """50,000 pictures to train on or 10,000 to test on, 32x32, in colour.

    Read from the archive in `lessonlib.settings.data_dir()`, where torchvision keeps it too; it is
    downloaded if it is missing.

    Raises:
        DataUnavailableError: the archive is missing and could not be fetched.
    """
    images, labels = _get(lambda path: _read(path, PARTS[train]))
    return ImageSet(
        name="cifar10",
        images=images,
        labels=labels,
        classes=CLASSES,
        source="CIFAR-10 (Krizhevsky, 2009)",
        licence="none stated with the files",
    )


def fetch_cifar10() -> None:
    """Fetch the archive if it is missing, and verify it.

    Raises:
        DataUnavailableError: it could not be fetched.
    """
    _get(_verified)


def missing_files() -> tuple[str, ...]:
    """The archive's name, if it is not there or is damaged."""
    return () if read_first((folder() / ARCHIVE,), _verified)[0] else (ARCHIVE,)


def folder() -> Path:
    """The folder that the archive belongs in."""
    return settings.data_dir()


def _get(read: Callable[[Path], T]) -> T:
    """What `read` makes of the archive, which is fetched if it is missing."""
    advice = (
        f"Without a network, put the file into {folder()}, or use load('photos'), which needs no "
        f"file"
    )
    return ensure(folder() / ARCHIVE, URLS, read, advice)


def _verified(path: Path) -> Path:
    check_md5(path, MD5)
    return path


def _read(path: Path, parts: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    """Images (N, 3, 32, 32) and labels (N,) of some parts, in this order.

    Raises:
        DamagedError: it is not the archive.
    """
    check_md5(path, MD5)  # before anything in it is unpickled, which could run programs
    found = {}
    try:
        with tarfile.open(path) as packed:
            for member in packed:
                name = Path(member.name).name
                if name in parts:
                    found[name] = pickle.load(packed.extractfile(member), encoding="latin1")
        rows = np.concatenate([found[part]["data"] for part in parts])  # (N, 3072)
        labels = [label for part in parts for label in found[part]["labels"]]
    except (tarfile.TarError, OSError, EOFError, KeyError) as error:
        raise DamagedError(f"it is not the archive of CIFAR-10: {error}") from error
    return torch.from_numpy(rows.reshape(-1, 3, 32, 32)), torch.tensor(labels)
