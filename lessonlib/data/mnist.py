"""The full MNIST, from the files and the addresses that torchvision uses too."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from lessonlib import settings
from lessonlib.data.fetch import ensure, read_first
from lessonlib.data.idx import read_idx
from lessonlib.data.imageset import ImageSet

CLASSES = tuple("0123456789")
DOWNLOAD_BYTES = 11_594_722  # the four files together
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)
FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""The four files, and the SHA-256 of each once it is unpacked, however it was packed.

Made with `zcat FILE.gz | sha256sum` from the packed files whose MD5 torchvision lists.
"""


def load_mnist(train: bool) -> ImageSet:
    """60,000 digits to train on or 10,000 to test on, 28x28, grey.

    Read from `MNIST/raw` in `lessonlib.settings.data_dir()`, where torchvision keeps them too:
    packed by any program, or unpacked by hand. What is missing there is downloaded.

    Raises:
        DataUnavailableError: a file is missing and could not be fetched.
    """
    part = "train" if train else "t10k"
    images, labels = _get(f"{part}-images-idx3-ubyte"), _get(f"{part}-labels-idx1-ubyte")
    return ImageSet(
        name="mnist",
        images=torch.from_numpy(images[:, None]),  # (N, 28, 28) -> (N, 1, 28, 28)
        labels=torch.from_numpy(labels.astype(np.int64)),
        classes=CLASSES,
        source="MNIST, built from NIST's SD-3 and SD-1",
        licence="none stated with the files; Keras's documentation names CC BY-SA 3.0",
    )


def fetch_mnist() -> None:
    """Fetch those of the four files that are missing, and verify all.

    Raises:
        DataUnavailableError: a file could not be fetched.
    """
    for name in FILES:
        _get(name)


def missing_files() -> tuple[str, ...]:
    """Names of the files that are not there, or are damaged."""
    places = {name: _places(name) for name in FILES}
    missing = [name for name in FILES if read_first(places[name], _reader(name))[0] is None]
    return tuple(places[name][0].name for name in missing)


def folder() -> Path:
    """The folder of the four files."""
    return settings.data_dir() / "MNIST" / "raw"


def _get(name: str) -> np.ndarray:
    """The contents of a file, which is fetched if it is missing."""
    path, *others = _places(name)
    advice = (
        f"Without a network, put the file into {folder()} (any copy of MNIST has it, packed or "
        f"not), or use load('digits'), which needs no file"
    )
    urls = [mirror + path.name for mirror in MIRRORS]
    return ensure(path, urls, _reader(name), advice, others)


def _places(name: str) -> list[Path]:
    """The names a file may have: packed or unpacked, and with a dot, as some programs write it."""
    dotted = name.replace("-idx", ".idx")
    return [folder() / place for place in (f"{name}.gz", name, dotted, f"{dotted}.gz")]


def _reader(name: str) -> Callable[[Path], np.ndarray]:
    return partial(read_idx, dimensions=3 if "images" in name else 1, sha256=FILES[name])
