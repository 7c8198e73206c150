"""Sets by name."""

import os
from dataclasses import replace

import torch
from torch import Tensor

from lessonlib.data.imageset import ImageSet
from lessonlib.data.sets import SETS, SetInfo


def load(
    name: str,
    train: bool = True,
    *,
    subset: int | None = None,
    root: str | os.PathLike[str] | None = None,
    view: str | None = None,
) -> ImageSet:
    """A set by its name.

    Args:
        name: `digits` (embedded, 8,000 and 2,000), `mnist` (60,000 and 10,000, downloaded once
            to `lessonlib.settings.data_dir()`) or `photos` (embedded, 2,400 and 500).
        train: the part to train on, or the part to test on.
        subset: take this many pictures of each class, the same ones every time; a class that has
            fewer gives all it has, and `describe()` says so. None is all.
        root: the folder of a set that is read from a folder; none of these sets is.
        view: one of a set's views. `unembedded` of `mnist`: train on the 45,603 digits that are
            not among the embedded ones and whose writers wrote none of the embedded test digits;
            the test part stays the same. `held_out`: 55,000 to train on, and the last 5,000
            digits of the training part to choose by. `demonstration`: the 2,000 and 1,000 digits
            of Lush's demonstration of 2002. `toned` of `photos`, also if none is asked for: of
            equal brightness and contrast, each in a random colour; `raw`: as photographed.

    Raises:
        ValueError: an unknown name, a `train` that is not a bool, an argument that the set does not
            take, or a subset below 1.
        DataUnavailableError: a file is not there and could not be fetched, or cannot be used.
    """
    if name not in SETS:
        raise ValueError(f"unknown set {name!r}; known: {', '.join(SETS)}")
    if not isinstance(train, bool):  # any other value would silently choose a wrong part
        raise ValueError(f"expected train=True or train=False, got {train!r}")
    if root is not None:
        raise ValueError(f"{name!r} takes no root, got {str(root)!r}; leave it out")
    if subset is not None and (type(subset) is not int or subset < 1):
        raise ValueError(f"expected subset as a whole number, at least 1, or None, got {subset!r}")
    whole = _read(SETS[name], train, view)
    return whole if subset is None else _balanced(whole, subset)


def _read(info: SetInfo, train: bool, view: str | None) -> ImageSet:
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


def _balanced(whole: ImageSet, subset: int) -> ImageSet:
    """`subset` pictures of each class, or all it has: the same each time, in the set's order."""
    generator = torch.Generator().manual_seed(0)
    chosen: list[Tensor] = []
    for label in range(len(whole.classes)):
        own = (whole.labels == label).nonzero().flatten()
        chosen.append(own[torch.randperm(len(own), generator=generator)[:subset]])
    return replace(whole.take(torch.cat(chosen).sort().values), subset=subset)
