"""Files from this machine or the network: verified, and never half-written under their name."""

import hashlib
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import TypeVar

from filelock import FileLock
from tqdm import tqdm

from lessonlib import settings
from lessonlib.writing import whole_file

CHUNK = 1 << 16  # bytes
TIMEOUT = 30  # seconds without an answer

T = TypeVar("T")


class DataUnavailableError(RuntimeError):
    """A file of a set is not there and could not be fetched, or cannot be used."""


class DamagedError(DataUnavailableError):
    """A file does not hold what it should; the message says how that shows."""


class _NoAnswerError(Exception):
    """The file could not be downloaded from an address; the message says why."""


def ensure(
    path: Path,
    urls: Sequence[str],
    read: Callable[[Path], T],
    advice: str,
    others: Sequence[Path] = (),
    *,
    check_fetched: Callable[[Path], object] | None = None,
) -> T:
    """What `read` returns for a verified file: one that is here already, else one that is fetched.

    A file at `path` that is damaged is set aside with the suffix `.corrupt`, with a warning, and
    fetched again. The download goes to a temporary name first, and a lock keeps two programs
    from fetching at once, so a killed download leaves nothing that could be taken for the file.

    Args:
        path: where the file belongs.
        urls: where to get it, tried in order.
        read: reads a file and verifies it; raises DamagedError if it is not the expected file.
        advice: a sentence for the error that says what to do without a network.
        others: other names that the same file may have here; such a file is used if it is good,
            and never changed.
        check_fetched: verifies a file that was just downloaded, before `read` does; such as its
            checksum, where copies from elsewhere are good too. Raises DamagedError.

    Raises:
        DataUnavailableError: the file could not be downloaded, or the folder cannot be written to.
    """
    state = ""
    try:
        found, damage = read_first((path, *others), read)
        if found is not None:
            return found
        state = "is damaged and " if path in damage else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(path.name + ".lock")):
            found, damage = read_first((path, *others), read)
            if found is not None:  # another program was faster
                return found
            _set_aside(path, damage)
            return _download(path, urls, _checked(read, check_fetched), advice)
    except OSError as error:
        raise DataUnavailableError(
            f"{path} {state}cannot be read or written: {error.strerror or error}. Free some "
            f"space, or set LESSONLIB_DATA to a folder that can be written to. {advice}"
        ) from error


def _checked(
    read: Callable[[Path], T], check: Callable[[Path], object] | None
) -> Callable[[Path], T]:
    """`read`, after `check` if there is one."""

    def checked(path: Path) -> T:
        if check is not None:
            check(path)
        return read(path)

    return checked


def check_md5(path: Path, md5: str) -> None:
    """Refuse a file that has another checksum, such as the one that torchvision lists.

    Raises:
        DamagedError: it has.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, partial(hashlib.md5, usedforsecurity=False)).hexdigest()
    if found != md5:
        raise DamagedError(f"its MD5 is {found[:12]}..., expected {md5[:12]}...")


def read_first(
    paths: Sequence[Path], read: Callable[[Path], T]
) -> tuple[T | None, dict[Path, DamagedError]]:
    """What `read` returns for the first good file, or None, and what is wrong with those before.

    Raises:
        OSError: a file is there and cannot be read.
    """
    damage = {}
    for path in paths:
        if path.is_file():
            try:
                return read(path), damage
            except DamagedError as error:
                damage[path] = error
    return None, damage


def damaged_copy(path: Path) -> Path:
    """The path that a damaged file is moved to."""
    return path.with_name(path.name + ".corrupt")


def _set_aside(path: Path, damage: dict[Path, DamagedError]) -> None:
    """Warn of the damaged files, and move the one at `path`, if it is among them, away."""
    for place, error in damage.items():
        done = "it is not used"
        if place == path:
            aside = damaged_copy(path)
            path.replace(aside)
            done = f"it is now called {aside.name}"
        warnings.warn(
            f"{place} is damaged ({error}); {done}, and a good one is being fetched", stacklevel=3
        )


def _download(path: Path, urls: Sequence[str], read: Callable[[Path], T], advice: str) -> T:
    """Fetch the file. The lock is held, so parts beside it are left over from a killed download."""
    for left in path.parent.glob(f".{path.name}.*.part"):
        left.unlink()
    failures = []
    for url in urls:
        try:
            with whole_file(path) as part:
                with part.open("wb") as out:
                    for chunk in _chunks(url, path.name):
                        out.write(chunk)
                return read(part)
        except _NoAnswerError as error:
            failures.append(f"{url}: {error}")
        except DamagedError as error:
            failures.append(f"{url}: not the expected file ({error})")
    aside = damaged_copy(path)
    copy = f" (there is a damaged copy, {aside.name})" if aside.exists() else ""
    raise DataUnavailableError(
        f"{path.name} is missing from {path.parent}{copy}, and it could not be downloaded. "
        f"Tried {'; '.join(failures)}. {advice}"
    )


def _chunks(url: str, name: str) -> Iterator[bytes]:
    """The file at the address, in pieces, with a progress bar on a terminal."""
    hidden = not settings.shows_bars()
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            size = int(answer.headers.get("Content-Length") or 0)
            with tqdm(
                total=size or None, unit="B", unit_scale=True, desc=name, disable=hidden
            ) as bar:
                while chunk := answer.read(CHUNK):
                    bar.update(len(chunk))
                    size -= len(chunk)
                    yield chunk
    except (OSError, HTTPException, ValueError) as error:
        raise _NoAnswerError(getattr(error, "reason", None) or error) from error
    if size > 0:
        raise _NoAnswerError(f"the connection ended {size:,} bytes too early")
