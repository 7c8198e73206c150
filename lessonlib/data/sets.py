"""The register of sets: how each is read, and which of its files are on this machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from torch import Tensor

from lessonlib.data import (
    cifar10,
    digits,
    folder,
    imagenette,
    mnist,
    mnist_views,
    photos,
    tiny_classes,
    tinyimagenet,
    usps,
)
from lessonlib.data.face import PictureSet


@dataclass(frozen=True)
class SetInfo:
    """A set that `load` knows.

    Attributes:
        name: what `load` calls it.
        read: the training part (True) or the test part (False) as a set; with the folder as a
            second argument if it takes a root.
        train: pictures to train on; None where that depends on the folder.
        test: pictures to test on; None where that depends on the folder.
        where: tells where the set is: a folder, or a few words.
        views: for each view that is a part of the training part, its pictures' indices.
        renderings: for each other view, what reads it: the same pictures shown otherwise, or
            another test part.
        missing: names of the files that are not there, or are damaged.
        fetch: downloads the set; None for an embedded one.
        download_bytes: size of the whole download, 0 for a set that is not downloaded.
        takes_root: whether the set is in a folder that the caller names.
    """

    name: str
    read: Callable[..., PictureSet]
    train: int | None
    test: int | None
    where: Callable[[], str]
    views: Mapping[str, Callable[[], Tensor]] = field(default_factory=dict)
    renderings: Mapping[str, Callable[[bool], PictureSet]] = field(default_factory=dict)
    missing: Callable[[], tuple[str, ...]] = tuple
    fetch: Callable[[], None] | None = None
    download_bytes: int = 0
    takes_root: bool = False


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
                "as_1989": mnist_views.as_1989,
            },
            missing=mnist.missing_files,
            fetch=mnist.fetch_mnist,
            download_bytes=mnist.DOWNLOAD_BYTES,
        ),
        SetInfo(
            name="usps",
            read=usps.load_usps,
            train=7_291,
            test=2_007,
            where=lambda: str(usps.folder()),
            renderings={"held_out": usps.held_out},
            missing=usps.missing_files,
            fetch=usps.fetch_usps,
            download_bytes=usps.DOWNLOAD_BYTES,
        ),
        SetInfo(
            name="photos",
            read=photos.load_photos,
            train=2_400,
            test=500,
            where=lambda: "embedded in lessonlib",
            renderings={view: partial(photos.load_photos, view=view) for view in photos.VIEWS},
        ),
        SetInfo(
            name="tinyimagenet",
            read=tinyimagenet.load_tinyimagenet,
            train=100_000,
            test=10_000,
            where=lambda: str(tinyimagenet.folder()),
            renderings={
                view: partial(tinyimagenet.load_tinyimagenet, view=view)
                for view in tiny_classes.VIEWS
            },
            missing=tinyimagenet.missing_files,
            fetch=tinyimagenet.fetch_tinyimagenet,
            download_bytes=tinyimagenet.DOWNLOAD_BYTES,
        ),
        SetInfo(
            name="cifar10",
            read=cifar10.load_cifar10,
            train=50_000,
            test=10_000,
            where=lambda: str(cifar10.folder()),
            missing=cifar10.missing_files,
            fetch=cifar10.fetch_cifar10,
            download_bytes=cifar10.DOWNLOAD_BYTES,
        ),
        SetInfo(
            name="imagenette",
            read=imagenette.load_imagenette,
            train=9_469,
            test=3_925,
            where=lambda: str(imagenette.folder()),
            renderings={
                view: partial(imagenette.load_imagenette, view=view) for view in imagenette.ARCHIVES
            },
            missing=imagenette.missing_files,
            fetch=imagenette.fetch_imagenette,
            download_bytes=imagenette.DOWNLOAD_BYTES,
        ),
        SetInfo(
            name="folder",
            read=folder.load_folder,
            train=None,
            test=None,
            where=lambda: "any folder that holds train and val, each with a folder per class",
            takes_root=True,
        ),
    )
}
"""Every set by its name."""
