"""Which sets there are, and which of them are on this machine."""

from collections.abc import Callable
from dataclasses import dataclass

from lessonlib.data import mnist


@dataclass(frozen=True)
class Holding:
    """One set on this machine.

    Attributes:
        name: what `load` calls it.
        train: pictures to train on.
        test: pictures to test on.
        where: a folder, or words.
        missing: files that are not there or are damaged; empty when the set is complete.
        download_bytes: size of the whole download, 0 for an embedded set.
    """

    name: str
    train: int
    test: int
    where: str
    missing: tuple[str, ...] = ()
    download_bytes: int = 0


def holding(name: str) -> Holding:
    """One set by its name; nothing is downloaded.

    Raises:
        ValueError: an unknown name.
    """
    if name not in HOLDINGS:
        raise ValueError(f"unknown set {name!r}; known: {', '.join(HOLDINGS)}")
    return HOLDINGS[name]()


def inventory() -> list[Holding]:
    """Every set that `load` knows; nothing is downloaded."""
    return [holding(name) for name in HOLDINGS]


def _digits() -> Holding:
    return Holding("digits", 8_000, 2_000, "embedded in lessonlib")


def _mnist() -> Holding:
    return Holding(
        name="mnist",
        train=60_000,
        test=10_000,
        where=str(mnist.folder()),
        missing=mnist.missing_files(),
        download_bytes=mnist.DOWNLOAD_BYTES,
    )


HOLDINGS: dict[str, Callable[[], Holding]] = {"digits": _digits, "mnist": _mnist}
FETCHERS: dict[str, Callable[[], None]] = {"mnist": mnist.fetch_mnist}
"""How to download each set that is not embedded."""
