"""Sets that are read from folders, one folder per class."""

import warnings
from collections.abc import Mapping
from pathlib import Path

from lessonlib.data.class_folders import class_folders, part_of
from lessonlib.data.folder_set import FolderSet
from lessonlib.data.reading import Files

SIDE = 256  # pixels; Krizhevsky et al. 2012, sec. 2


def load_folder(train: bool, root: Path) -> FolderSet:
    """The part `train` or `val` of a folder, each with one folder of pictures per class.

    Raises:
        DataUnavailableError: the folder is not built like that; the message says what was found.
    """
    return read_folder(part_of(root, train))


def read_folder(
    part: Path,
    *,
    name: str = "folder",
    called: Mapping[str, str] | None = None,
    source: str | None = None,
    licence: str = "that of the pictures in the folder",
    view: str | None = None,
) -> FolderSet:
    """A set of one folder of pictures per class, such as one's own pictures to test on.

    The classes are sorted by the names of their folders. Class folders without pictures are
    named in a warning, and stay classes.

    Args:
        part: the folder that the class folders are in.
        name: of the set.
        called: what a class is called, by the name of its folder; where it says nothing, the
            class is called as the folder is.
        source: where the pictures come from; None is the folder.
        licence: the terms under which they may be used.
        view: which view of a set it is.

    Raises:
        DataUnavailableError: there is no such folder, it has no class folders, or fewer than two
            of them hold pictures; the message says what was found.
    """
    found = class_folders(part)
    if found.empty:
        warnings.warn(
            f"{part}: there are no pictures in the class folders {', '.join(found.empty)}",
            stacklevel=2,
        )
    return FolderSet(
        name=name,
        files=Files(part, found.paths, SIDE),
        labels=found.labels,
        classes=tuple((called or {}).get(each, each) for each in found.classes),
        source=source or f"pictures in {part}",
        licence=licence,
        view=view,
    )
