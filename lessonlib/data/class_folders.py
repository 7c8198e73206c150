"""Folders of pictures, one folder per class, as torchvision's `ImageFolder` reads them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lessonlib.data.decoding import ENDINGS
from lessonlib.data.fetch import DataUnavailableError

EXPECTED = "expected one folder of pictures per class, such as train/cat/1.jpg and train/dog/1.jpg"


@dataclass(frozen=True)
class ClassFolders:
    """What the class folders of one part hold.

    Attributes:
        part: the folder that they are in.
        classes: their names, sorted.
        paths: (N,) bytes: the pictures, from `part` on, with `/` between the names; sorted by
            class and then by name. One array takes far less memory than a million strings.
        labels: (N,) int64.
    """

    part: Path
    classes: tuple[str, ...]
    paths: np.ndarray
    labels: Tensor

    @property
    def empty(self) -> tuple[str, ...]:
        """The classes without pictures."""
        counts = torch.bincount(self.labels, minlength=len(self.classes))
        return tuple(name for name, count in zip(self.classes, counts, strict=True) if not count)


def class_folders(part: Path) -> ClassFolders:
    """The pictures below each class folder of a part.

    What begins with a dot is passed over, and so is a file whose name does not end as a picture's.

    Raises:
        DataUnavailableError: there is no such folder, it has no class folders, or fewer than two
            of them hold pictures.
    """
    classes = class_names(part)
    paths, labels = [], []
    for label, name in enumerate(classes):
        found = sorted(os.fsencode(path) for path in _pictures(part / name, f"{name}/"))
        paths += found
        labels += [label] * len(found)
    filled = len(set(labels))
    if filled < 2:
        what = f"pictures in {filled} of {len(classes)} class folders ({_listed(classes)})"
        raise DataUnavailableError(
            f"{part}: found {what}; {EXPECTED}, and at least two classes with pictures"
        )
    return ClassFolders(part, classes, np.array(paths), torch.tensor(labels))


def class_names(part: Path) -> tuple[str, ...]:
    """The names of a part's class folders, sorted; hidden ones are passed over.

    Raises:
        DataUnavailableError: there is no such folder, or no class folder in it.
    """
    if not part.is_dir():
        raise DataUnavailableError(f"there is no folder {part}; {EXPECTED}")
    entries = [entry for entry in os.scandir(part) if not entry.name.startswith(".")]
    names = sorted(entry.name for entry in entries if entry.is_dir())
    if not names:
        files = sorted(entry.name for entry in entries)
        found = f"only files ({_listed(files)})" if files else "nothing"
        raise DataUnavailableError(f"{part}: found {found} and no class folders; {EXPECTED}")
    return tuple(names)


def part_of(root: Path, train: bool) -> Path:
    """The folder `train` or `val` of a set in class folders.

    Raises:
        DataUnavailableError: one of the two is missing, or their classes differ.
    """
    train_part, test_part = root / "train", root / "val"
    missing = [part.name for part in (train_part, test_part) if not part.is_dir()]
    if missing:
        raise DataUnavailableError(
            f"{root}: {_found(root)}; expected the folders train and val, and in each of them one "
            f"folder of pictures per class. For class folders without these two, call "
            f"lessonlib.data.read_folder"
        )
    ours, theirs = class_names(train_part), class_names(test_part)
    if ours != theirs:
        only = [
            f"only {part.name} has {_listed(sorted(own))}"
            for part, own in (
                (train_part, set(ours) - set(theirs)),
                (test_part, set(theirs) - set(ours)),
            )
            if own
        ]
        raise DataUnavailableError(
            f"{root}: expected the same class folders in train and val, but {', and '.join(only)}; "
            f"the test error would mean nothing"
        )
    return train_part if train else test_part


def _pictures(
    folder: Path, before: str, seen: frozenset[tuple[int, int]] = frozenset()
) -> Iterator[str]:
    """Paths of the pictures below a folder, each begun with `before`; links are followed once."""
    status = folder.stat()
    place = (status.st_dev, status.st_ino)
    if place in seen:
        return
    for entry in os.scandir(folder):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _pictures(Path(entry.path), f"{before}{entry.name}/", seen | {place})
        elif entry.name.lower().endswith(ENDINGS):
            yield f"{before}{entry.name}"


def _found(root: Path) -> str:
    if not root.is_dir():
        return "there is no such folder"
    return f"found {_listed(sorted(path.name for path in root.iterdir())) or 'nothing'}"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
