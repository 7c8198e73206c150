"""Tiny ImageNet: pictures of ImageNet's classes at 64x64, read from the zip of its public address.

The zip of 50 classes that some machines hold instead is read for the views.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TypeVar
from zipfile import BadZipFile, ZipFile

import numpy as np
import torch
from torch import Tensor

from lessonlib import settings
from lessonlib.data.decoding import UnreadableError, decoded
from lessonlib.data.fetch import DamagedError, check_md5, ensure, read_first
from lessonlib.data.imageset import ImageSet
from lessonlib.data.tiny_classes import FIFTY, VIEWS

WHOLE, PART = "tiny-imagenet-200.zip", "tiny-imagenet-50.zip"
URLS = (f"http://cs231n.stanford.edu/{WHOLE}",)
MD5 = "90528d7ca1a48142e341f4ef8d21d0de"
DOWNLOAD_BYTES = 248_100_043
INSIDE = "tiny-imagenet-200/"  # what all names in either zip begin with
SIDE = 64  # pixels
T = TypeVar("T")


def load_tinyimagenet(train: bool, view: str | None = None) -> ImageSet:
    """500 pictures per class to train on or 50 to test on, 64x64, in colour.

    The pictures to test on are those that the set calls `val`; its own test part has no labels.
    They are read into memory, 12 kB each: 61 MB for `ten`, 1.2 GB for all 200 classes.

    Args:
        train: the part to train on, or the part to test on.
        view: `ten`, `twenty` or `fifty` classes, see `lessonlib.data.tiny_classes`; None is all
            200, sorted by their numbers in WordNet.

    Raises:
        ValueError: there is no such view.
        DataUnavailableError: the zip is missing and could not be fetched.
    """
    if view is not None and view not in VIEWS:
        raise ValueError(f"'tinyimagenet' has no view {view!r}; it has: {', '.join(VIEWS)}")
    numbers = None if view is None else list(FIFTY)[: VIEWS[view]]
    read = partial(_read, train=train, numbers=numbers)
    images, labels, classes = _get(read, others=() if view is None else (folder() / PART,))
    return ImageSet(
        name="tinyimagenet",
        images=images,
        labels=labels,
        classes=classes,
        source=f"{len(classes)} classes of Tiny ImageNet, 64x64 (Le and Yang, 2015)",
        licence="ImageNet's terms: non-commercial research and education",
        view=view,
    )


def fetch_tinyimagenet() -> None:
    """Fetch the zip of 200 classes if it is missing, and verify it.

    Raises:
        DataUnavailableError: it could not be fetched.
    """
    _get(_verified)


def missing_files() -> tuple[str, ...]:
    """The zip's name, if it is not there or is damaged."""
    return () if read_first((folder() / WHOLE,), _verified)[0] else (WHOLE,)


def folder() -> Path:
    """The folder that the zip belongs in."""
    return settings.data_dir()


def _get(read: Callable[[Path], T], others: tuple[Path, ...] = ()) -> T:
    """What `read` makes of the zip, which is fetched if it is missing."""
    advice = (
        f"Without a network, put the file into {folder()}; for the views, {PART} in its place is "
        f"enough. load('photos') needs no file"
    )
    return ensure(folder() / WHOLE, URLS, read, advice, others)


def _verified(path: Path) -> Path:
    check_md5(path, MD5)
    return path


def _read(
    path: Path, *, train: bool, numbers: list[str] | None
) -> tuple[Tensor, Tensor, tuple[str, ...]]:
    """Images, labels and the classes' names, class by class; of the numbered classes, or of all.

    Raises:
        DamagedError: it is not the zip, or a class or a picture is missing or damaged in it.
    """
    if path.name != PART:
        check_md5(path, MD5)
    try:
        with ZipFile(path) as packed:
            names = _words(packed)
            numbers = sorted(names) if numbers is None else numbers
            found = _train_files(packed) if train else _test_files(packed)
            files = [(label, name) for label, n in enumerate(numbers) for name in found[n]]
            images = np.empty((len(files), 3, SIDE, SIDE), np.uint8)
            for place, (_, name) in enumerate(files):
                images[place], _ = decoded(BytesIO(packed.read(name)), SIDE)
    except (BadZipFile, KeyError, UnreadableError) as error:
        raise DamagedError(f"it is not the zip of Tiny ImageNet, or damaged: {error}") from error
    labels = torch.tensor([label for label, _ in files])
    return torch.from_numpy(images), labels, tuple(names[number] for number in numbers)


def _words(packed: ZipFile) -> dict[str, str]:
    """The zip's classes: what each is called, by its number; the first of WordNet's synonyms."""
    listed = packed.read(f"{INSIDE}wnids.txt").decode().split()
    lines = packed.read(f"{INSIDE}words.txt").decode().splitlines()
    words = dict(line.split("\t", 1) for line in lines if "\t" in line)
    names = {number: words[number].split(", ")[0] for number in listed}
    twice = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {n: f"{name} ({n})" if name in twice else name for n, name in names.items()}


def _train_files(packed: ZipFile) -> dict[str, list[str]]:
    """Names in the zip of the pictures to train on, by their class's number."""
    files: dict[str, list[str]] = {}
    for name in packed.namelist():
        match PurePosixPath(name).parts:
            case (_, "train", number, "images", file) if file:
                files.setdefault(number, []).append(name)
    return {number: sorted(names, key=_place) for number, names in files.items()}


def _test_files(packed: ZipFile) -> dict[str, list[str]]:
    """Names in the zip of the pictures to test on, by their class's number."""
    files: dict[str, list[str]] = {}
    for line in packed.read(f"{INSIDE}val/val_annotations.txt").decode().splitlines():
        file, number, *_ = line.split("\t")
        files.setdefault(number, []).append(f"{INSIDE}val/images/{file}")
    return {number: sorted(names, key=_place) for number, names in files.items()}


def _place(name: str) -> int:
    """The picture's number, at the end of its name: 17 of `n01443537_17.JPEG`."""
    return int(PurePosixPath(name).stem.rpartition("_")[2])
