"""Sets by name."""

import os
from dataclasses import replace

import torch
from torch import Tensor

from lessonlib.data.digits import load_digits
from lessonlib.data.imageset import ImageSet
from lessonlib.data.mnist import load_mnist

LOADERS = {"digits": load_digits, "mnist": load_mnist}
NAMES = tuple(LOADERS)
"""The names that `load` knows."""


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
        name: `digits` (embedded, 8,000 and 2,000) or `mnist` (60,000 and 10,000, downloaded once
            to `lessonlib.settings.data_dir()`).
        train: the part to train on, or the part to test on.
        subset: take this many pictures of each class, the same ones every time; None is all.
        root: the folder of a set that is read from a folder; no set here is.
        view: one of a set's views; no set here has several.

    Raises:
        ValueError: an unknown name, an argument that the set does not take, or a subset larger
            than the smallest class.
        DataUnavailableError: a file is not there and could not be fetched, or cannot be used.
    """
    if name not in LOADERS:
        raise ValueError(f"unknown set {name!r}; known: {', '.join(NAMES)}")
    for argument, value in (("root", root), ("view", view)):
        if value is not None:
            raise ValueError(f"{name!r} takes no {argument}, got {str(value)!r}; leave it out")
    whole = LOADERS[name](train)
    part = "training part" if train else "test part"
    return whole if subset is None else _balanced(whole, subset, part)


def _balanced(whole: ImageSet, subset: int, part: str) -> ImageSet:
    """`subset` pictures of each class, chosen by a fixed seed, in the set's order."""
    smallest = int(torch.bincount(whole.labels, minlength=len(whole.classes)).min())
    if not isinstance(subset, int) or not 1 <= subset <= smallest:
        raise ValueError(
            f"expected as subset a whole number from 1 to {smallest}, which is how many pictures "
            f"the smallest class of {whole.name!r} has in its {part}, got {subset!r}"
        )
    generator = torch.Generator().manual_seed(0)
    chosen: list[Tensor] = []
    for label in range(len(whole.classes)):
        own = (whole.labels == label).nonzero().flatten()
        chosen.append(own[torch.randperm(len(own), generator=generator)[:subset]])
    return replace(whole.take(torch.cat(chosen).sort().values), subset=subset)
