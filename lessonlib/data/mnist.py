"""The full MNIST, from the files that torchvision knows."""

from pathlib import Path

import numpy as np
import torch

from lessonlib import settings
from lessonlib.data.fetch import DataUnavailableError, ensure, is_good
from lessonlib.data.idx import read_idx
from lessonlib.data.imageset import ImageSet

CLASSES = tuple("0123456789")
DOWNLOAD_BYTES = 11_594_722  # the four files together


def load_mnist(train: bool) -> ImageSet:
    """60,000 digits to train on or 10,000 to test on, 28x28, grey.

    Read from `MNIST/raw` in `lessonlib.settings.data_dir()`, where torchvision keeps them too;
    what is missing there is downloaded, with progress.

    Raises:
        DataUnavailableError: a file is missing and could not be fetched, or is no part of MNIST.
    """
    part = "train" if train else "t10k"
    paths = [_file(f"{part}-images-idx3-ubyte.gz"), _file(f"{part}-labels-idx1-ubyte.gz")]
    images, labels = read_idx(paths[0], 3), read_idx(paths[1], 1)
    if images.shape[1:] != (28, 28):
        height, width = images.shape[1:]
        raise DataUnavailableError(
            f"{paths[0]}: expected pictures of 28 x 28, got {height} x {width}; put a file of "
            f"MNIST there"
        )
    if len(images) != len(labels):
        raise DataUnavailableError(
            f"{paths[0]} holds {len(images):,} pictures, but {paths[1].name} holds "
            f"{len(labels):,} labels; expected as many: put two files of MNIST there"
        )
    return ImageSet(
        name="mnist",
        images=torch.from_numpy(images[:, None]),  # (N, 28, 28) -> (N, 1, 28, 28)
        labels=torch.from_numpy(labels.astype(np.int64)),
        classes=CLASSES,
        source="MNIST, built from NIST's SD-3 and SD-1",
        licence="none stated with the files; Keras's documentation names CC BY-SA 3.0",
    )


def fetch_mnist() -> None:
    """Have all four files, verified.

    Raises:
        DataUnavailableError: a file could not be fetched.
    """
    for name in checksums():
        _file(name)


def missing_files() -> tuple[str, ...]:
    """Names of the files that are not there, or are damaged."""
    return tuple(name for name, md5 in checksums().items() if not is_good(folder() / name, md5))


def folder() -> Path:
    """Where the four files live."""
    return settings.data_dir() / "MNIST" / "raw"


def checksums() -> dict[str, str]:
    """The four files and their MD5, as torchvision lists them."""
    from torchvision.datasets import MNIST

    return dict(MNIST.resources)


def _file(name: str) -> Path:
    from torchvision.datasets import MNIST

    urls = [mirror + name for mirror in MNIST.mirrors]
    advice = (
        f"Without a network, put the file into {folder()} (any copy of MNIST has it), "
        f"or use load('digits'), which needs no file"
    )
    return ensure(folder() / name, urls, checksums()[name], advice)
