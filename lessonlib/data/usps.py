"""The zip-code digits of 1989, from the files and the addresses that torchvision uses too."""

import bz2
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from lessonlib import settings
from lessonlib.data.fetch import DamagedError, check_md5, ensure, read_first
from lessonlib.data.imageset import ImageSet

T = TypeVar("T")
CLASSES = tuple("0123456789")
SIDE = 16  # pixels
MIRRORS = ("https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/",)
FILES = {
    "usps.bz2": "ec16c51db3855ca6c91edd34d0e9b197",
    "usps.t.bz2": "8ea070ee2aca1ac39742fdd1ef5ed118",
}
"""The two files, to train on and to test on, and the MD5 of each at that address."""
HELD_OUT = 1_291
DOWNLOAD_BYTES = 8_400_000  # the two files together, about
COUNTS = {
    "usps.bz2": (1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644),
    "usps.t.bz2": (359, 264, 198, 166, 200, 160, 170, 147, 166, 177),
}
"""How often each digit is in each file: the notes on these data of Hastie et al. 2009."""


def load_usps(train: bool) -> ImageSet:
    """7,291 digits to train on or 2,007 to test on, 16x16, grey, from envelopes of US mail.

    The pictures of LeCun et al. 1989, as released: each digit fills its 16 pixels along its longer
    side, with its proportions, and was deslanted, which the paper does not tell. The files hold
    values from -1 (ground) to 1 (ink) with three decimals; they become bytes from 0 to 255, by
    torchvision's rule.

    Read from `USPS` in `lessonlib.settings.data_dir()`, packed or unpacked by hand, or from the
    folder above it, where torchvision's own default puts them. What is missing is downloaded.

    Raises:
        DataUnavailableError: a file is missing and could not be fetched.
    """
    images, labels = _get("usps.bz2" if train else "usps.t.bz2", _digits)
    return ImageSet(
        name="usps",
        images=images,
        labels=labels,
        classes=CLASSES,
        source="digits from zip codes on US mail (LeCun et al. 1989), as released, deslanted",
        licence="none stated with the files; for research",
    )


def held_out(train: bool) -> ImageSet:
    """The view `held_out`: 6,000 digits to train on, and the last 1,291 of the training part.

    What is chosen by trial is chosen here, so that the test part stays unseen.
    """
    whole = load_usps(train=True)
    first = len(whole) - HELD_OUT
    chosen = torch.arange(first) if train else torch.arange(first, len(whole))
    return replace(whole.take(chosen), view="held_out")


def fetch_usps() -> None:
    """Fetch those of the two files that are missing, and verify both.

    Raises:
        DataUnavailableError: a file could not be fetched.
    """
    for name in FILES:
        _get(name, _lines)


def missing_files() -> tuple[str, ...]:
    """Names of the files that are not there, or are damaged."""
    return tuple(
        name for name in FILES if read_first(_places(name), partial(_lines, name=name))[0] is None
    )


def folder() -> Path:
    """The folder of the two files."""
    return settings.data_dir() / "USPS"


def _get(name: str, read: Callable[..., T]) -> T:
    """What `read` makes of a file, which is fetched if it is missing."""
    path, *others = _places(name)
    advice = (
        f"Without a network, put the file into {folder()} (LIBSVM's page of multi-class data has "
        f"it), or use fitted(load('digits'), 16), which needs no file"
    )
    return ensure(
        path,
        [mirror + name for mirror in MIRRORS],
        partial(read, name=name),
        advice,
        others,
        check_fetched=partial(check_md5, md5=FILES[name]),
    )


def _places(name: str) -> list[Path]:
    """Where a file may be: packed, unpacked by hand, or in the folder of all data."""
    return [folder() / name, folder() / name.removesuffix(".bz2"), settings.data_dir() / name]


def _lines(path: Path, name: str) -> list[bytes]:
    """A file's lines, one per digit, with each digit as often as in the set.

    Copies of these data differ in how values are written, so a checksum would refuse good ones.

    Raises:
        DamagedError: it cannot be unpacked, or holds other digits.
    """
    lines = _unpacked(path).splitlines()
    found = Counter(line.split(b" ", 1)[0] for line in lines)
    counts = tuple(found[b"%d" % (digit + 1)] for digit in range(len(CLASSES)))
    if counts != COUNTS[name] or sum(counts) != len(lines):
        raise DamagedError(
            f"it holds {len(lines):,} lines, {sum(counts):,} of them of digits, {_words(counts)}; "
            f"expected {sum(COUNTS[name]):,}, {_words(COUNTS[name])}"
        )
    return lines


def _words(counts: tuple[int, ...]) -> str:
    return " ".join(map(str, counts)) + " of 0 to 9"


def _unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if not data.startswith(b"BZh"):
        return data
    try:
        return bz2.decompress(data)
    except (OSError, ValueError) as error:  # damaged, or cut short
        raise DamagedError(f"it cannot be unpacked: {error}") from error


def _digits(path: Path, name: str) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 16, 16), uint8, and labels (N,) of a file in LIBSVM's format.

    A line is the label, from 1 to 10, and 256 times a pixel's number and its value.

    Raises:
        DamagedError: it is not the file.
    """
    lines = _lines(path, name)
    try:
        rows = np.loadtxt([line.replace(b":", b" ") for line in lines], dtype=np.float32, ndmin=2)
    except ValueError as error:
        raise DamagedError(f"it is not in LIBSVM's format: {error}") from error
    numbers, values = rows[:, 1::2], rows[:, 2::2]
    pixels = np.arange(1, SIDE**2 + 1)
    if values.shape[1] != len(pixels) or (numbers != pixels).any() or not (abs(values) <= 1).all():
        raise DamagedError("expected pixels 1 to 256 on every line, with values from -1 to 1")
    images = ((values + 1) / 2 * 255).astype(np.uint8).reshape(-1, 1, SIDE, SIDE)
    return torch.from_numpy(images), torch.from_numpy(rows[:, 0].astype(np.int64) - 1)
