"""Sets by name."""

import os
from dataclasses import replace

import torch
from torch import Tensor

from lessonlib.data.digits import load_digits
from lessonlib.data.imageset import ImageSet
from lessonlib.data.mnist import VIEWS as MNIST_VIEWS
from lessonlib.data.mnist import load_mnist

LOADERS = {"digits": load_digits, "mnist": load_mnist}
VIEWS = {"mnist": MNIST_VIEWS}
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
        view: one of a set's views. `unembedded` of `mnist`: train on the 50,000 digits that are
            not among the embedded ones, so that those are unseen; the test part is as ever.

    Raises:
        ValueError: an unknown name, a `train` that is no bool, an argument that the set does not
            take, or a subset larger than the smallest class.
        DataUnavailableError: a file is not there and could not be fetched, or cannot be used.
    """
    if name not in LOADERS:
        raise ValueError(f"unknown set {name!r}; known: {', '.join(NAMES)}")
    if not isinstance(train, bool):  # any other value would choose a wrong part, in silence
        raise ValueError(f"expected train=True or train=False, got {train!r}")
    if root is not None:
        raise ValueError(f"{name!r} takes no root, got {str(root)!r}; leave it out")
    views = VIEWS.get(name, {})
    if view is not None and view not in views:
        known = f"it has: {', '.join(views)}" if views else "leave it out"
        raise ValueError(f"{name!r} has no view {view!r}; {known}")
    whole = LOADERS[name](train)
    if view is not None and train:
        source = f"{whole.source}, view {view}"
        whole = replace(whole.take(views[view]), source=source)
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
