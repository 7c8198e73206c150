"""The register of sets: how each is read, and which of its files are on this machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from torch import Tensor

from lessonlib.data import digits, mnist, mnist_views, photos
from lessonlib.data.imageset import ImageSet


@dataclass(frozen=True)
class SetInfo:
    """A set that `load` knows.

    Attributes:
        name: what `load` calls it.
        read: the training part (True) or the test part (False) as a set.
        train: pictures to train on.
        test: pictures to test on.
        where: tells where the set is: a folder, or a few words.
        views: for each view that is a part of the training part, its pictures' indices.
        renderings: for each other view, what reads it: the same pictures shown otherwise, or
            another test part.
        missing: names of the files that are not there, or are damaged.
        fetch: downloads the set; None for an embedded one.
        download_bytes: size of the whole download, 0 for an embedded set.
    """

    name: str
    read: Callable[[bool], ImageSet]
    train: int
    test: int
    where: Callable[[], str]
    views: Mapping[str, Callable[[], Tensor]] = field(default_factory=dict)
    renderings: Mapping[str, Callable[[bool], ImageSet]] = field(default_factory=dict)
    missing: Callable[[], tuple[str, ...]] = tuple
    fetch: Callable[[], None] | None = None
    download_bytes: int = 0


SETS = {
    each.name: each
    for each in (
        SetInfo(
            name="digits",
            read=digits.load_digits,
            train=8_000,
            test=2_000,
            where=lambda: "embedded in lessonlib",
        ),
        SetInfo(
            name="mnist",
            read=mnist.load_mnist,
            train=60_000,
            test=10_000,
            where=lambda: str(mnist.folder()),
            views={"unembedded": digits.unembedded},
            renderings={
                "held_out": mnist_views.held_out,
                "demonstration": mnist_views.demonstration,
            },
            missing=mnist.missing_files,
            fetch=mnist.fetch_mnist,
            download_bytes=mnist.DOWNLOAD_BYTES,
        ),
        SetInfo(
            name="photos",
            read=photos.load_photos,
            train=2_400,
            test=500,
            where=lambda: "embedded in lessonlib",
            renderings={view: partial(photos.load_photos, view=view) for view in photos.VIEWS},
        ),
    )
}
"""Every set by its name."""
