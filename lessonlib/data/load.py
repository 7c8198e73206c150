"""Sets by name."""

import os
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from lessonlib.data.face import PictureSet
from lessonlib.data.fetch import DataUnavailableError
from lessonlib.data.folder_set import FolderSet
from lessonlib.data.sets import SETS, SetInfo


def load(
    name: str,
    train: bool = True,
    *,
    subset: int | None = None,
    root: str | os.PathLike[str] | None = None,
    view: str | None = None,
    strict: bool = False,
) -> PictureSet:
    """A set by its name.

    Args:
        name: `digits` (embedded, 8,000 and 2,000), `photos` (embedded, 2,400 and 500), or one that
            is downloaded once to `lessonlib.settings.data_dir()`: `mnist` (60,000 and 10,000),
            `usps` (the digits of 1989, 7,291 and 2,007, 16x16 pixels), `tinyimagenet` (100,000 and
            10,000, 64x64 pixels), `cifar10` (50,000 and 10,000, 32x32) and `imagenette` (9,469 and
            3,925, read while a network trains); or `folder`, pictures of your own, which are read
            while a network trains.
        train: the part to train on, or the part to test on.
        subset: take this many pictures of each class, the same ones every time; a class that has
            fewer gives all it has, and `describe()` says so. None is all.
        root: the folder of `folder`, and of no other set. It holds the folders `train` and `val`,
            and each of them one folder of pictures per class, with the same names in both.
        view: one of a set's views. `unembedded` of `mnist`: train on the 45,603 digits that are
            not among the embedded ones and whose writers wrote none of the embedded test digits;
            the test part stays the same. `held_out`: 55,000 to train on, and the last 5,000
            digits of the training part to choose by. `demonstration`: the 2,000 and 1,000 digits
            of Lush's demonstration of 2002. `as_1989`: as many digits as `usps` has, none of them
            embedded, each filling 16x16 pixels. `held_out` of `usps`: 6,000 to train on, and the
            last 1,291 of the training part to choose by. `toned` of `photos`, also if none is asked
            for: of equal brightness and contrast, each in a random colour; `raw`: as photographed.
            `ten`, `twenty` and `fifty` of `tinyimagenet`: so many of its 200 classes. `320px` of
            `imagenette`, also if none is asked for, and `160px`, which is enlarged.
        strict: read all pictures of a set that is read while a network trains, and refuse the set
            if one cannot be read; else those are left out, with a warning that lists them.

    Raises:
        ValueError: an unknown name, a `train` that is not a bool, an argument that the set does not
            take, or a subset below 1.
        DataUnavailableError: a file is not there and could not be fetched, or cannot be used, or a
            folder is not built as it should be.
    """
    if name not in SETS:
        raise ValueError(f"unknown set {name!r}; known: {', '.join(SETS)}")
    if not isinstance(train, bool):  # any other value would silently choose a wrong part
        raise ValueError(f"expected train=True or train=False, got {train!r}")
    if subset is not None and (type(subset) is not int or subset < 1):
        raise ValueError(f"expected subset as a whole number, at least 1, or None, got {subset!r}")
    whole = _read(_rooted(SETS[name], root), train, view)
    asked = whole if subset is None else _balanced(whole, subset)
    if strict and isinstance(asked, FolderSet):
        _check_all(asked)
    return asked


def _rooted(info: SetInfo, root: str | os.PathLike[str] | None) -> SetInfo:
    """The set with its folder, if it is in one."""
    if not info.takes_root:
        if root is not None:
            raise ValueError(f"{info.name!r} takes no root, got {str(root)!r}; leave it out")
        return info
    if root is None:
        raise ValueError(
            f"{info.name!r} needs the folder that the pictures are in, such as "
            f"load({info.name!r}, root='pictures') for pictures/train and pictures/val"
        )
    return replace(info, read=partial(info.read, root=Path(root).expanduser()))


def _check_all(image_set: FolderSet) -> None:
    """Refuse a set with pictures that cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the error says the same
        report = image_set.read_all()
    if report.reasons:
        raise DataUnavailableError(
            f"{image_set.describe()}: {report.sentence()}. Mend or remove them, or load the set "
            f"without strict=True"
        )


def _read(info: SetInfo, train: bool, view: str | None) -> PictureSet:
    """The whole part of a set, in a view."""
    if view is None:
        return info.read(train)
    if view in info.renderings:
        return info.renderings[view](train)
    if view not in info.views:
        views = (*info.views, *info.renderings)
        known = f"it has: {', '.join(views)}" if views else "leave it out"
        raise ValueError(f"{info.name!r} has no view {view!r}; {known}")
    whole = info.read(train)
    return replace(whole.take(info.views[view]()) if train else whole, view=view)


def _balanced(whole: PictureSet, subset: int) -> PictureSet:
    """`subset` pictures of each class, or all it has: the same each time, in the set's order."""
    generator = torch.Generator().manual_seed(0)
    chosen: list[Tensor] = []
    for label in range(len(whole.classes)):
        own = (whole.labels == label).nonzero().flatten()
        chosen.append(own[torch.randperm(len(own), generator=generator)[:subset]])
    return replace(whole.take(torch.cat(chosen).sort().values), subset=subset)
