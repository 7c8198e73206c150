"""Files from the network: verified, and never half-written under their own name."""

import hashlib
import urllib.request
import warnings
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from pathlib import Path

from filelock import FileLock
from tqdm import tqdm

CHUNK = 1 << 16  # bytes
TIMEOUT = 30  # seconds without an answer


class DataUnavailableError(RuntimeError):
    """A file of a set is not there and could not be fetched, or cannot be used."""


class _NoAnswerError(Exception):
    """An address did not give the file; the message says why."""


def ensure(path: Path, urls: Sequence[str], md5: str, advice: str) -> Path:
    """Have a verified file at `path`: keep a good one, fetch a missing one.

    A file whose checksum differs is set aside with the suffix `.corrupt`, with a warning, and
    fetched again. The download goes to a temporary name first, and a lock keeps two programs
    from fetching at once, so a killed download leaves nothing that could be taken for the file.

    Args:
        path: where the file belongs.
        urls: where to get it, tried in order.
        md5: its checksum, in hexadecimal.
        advice: a sentence for the error that says what to do without a network.

    Raises:
        DataUnavailableError: no address gave the file, or the folder cannot be written to.
    """
    state = ""
    try:
        if is_good(path, md5):
            return path
        state = "is damaged and " if path.exists() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(path.name + ".lock")):
            if is_good(path, md5):  # another program was faster
                return path
            if path.exists():
                _set_aside(path, md5)
            _download(path, urls, md5, advice)
    except OSError as error:
        raise DataUnavailableError(
            f"{path} {state}cannot be read or written: {error.strerror or error}. Free some "
            f"space, set LESSONLIB_DATA to a folder that can be written to, or do without. {advice}"
        ) from error
    return path


def is_good(path: Path, md5: str) -> bool:
    """Whether the file is there with this checksum (MD5, in hexadecimal)."""
    return path.exists() and _md5(path) == md5


def damaged_copy(path: Path) -> Path:
    """Where a damaged file of that name is set aside."""
    return path.with_name(path.name + ".corrupt")


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()


def _set_aside(path: Path, md5: str) -> None:
    aside = damaged_copy(path)
    found = _md5(path)
    path.replace(aside)
    warnings.warn(
        f"{path} is damaged (its MD5 is {found}, expected {md5}); it is now called "
        f"{aside.name}, and a good one is being fetched",
        stacklevel=3,
    )


def _download(path: Path, urls: Sequence[str], md5: str, advice: str) -> None:
    part = path.with_name(path.name + ".part")  # the lock is held: nobody else writes it
    failures = []
    try:
        for url in urls:
            try:
                with part.open("wb") as out:
                    for chunk in _chunks(url, path.name):
                        out.write(chunk)
            except _NoAnswerError as error:
                failures.append(f"{url}: {error}")
                continue
            if (found := _md5(part)) == md5:
                part.replace(path)
                return
            failures.append(f"{url}: gave another file (its MD5 is {found}, expected {md5})")
    finally:
        part.unlink(missing_ok=True)
    aside = damaged_copy(path)
    copy = f" (a damaged copy lies beside it as {aside.name})" if aside.exists() else ""
    raise DataUnavailableError(
        f"{path.name} is missing from {path.parent}{copy}, and no address gave it. "
        f"Tried {'; '.join(failures)}. {advice}"
    )


def _chunks(url: str, name: str) -> Iterator[bytes]:
    """What the address gives, in pieces, with a progress bar."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            size = int(answer.headers.get("Content-Length") or 0)
            with tqdm(total=size or None, unit="B", unit_scale=True, desc=name) as bar:
                while chunk := answer.read(CHUNK):
                    bar.update(len(chunk))
                    size -= len(chunk)
                    yield chunk
    except (OSError, HTTPException, ValueError) as error:
        raise _NoAnswerError(getattr(error, "reason", None) or error) from error
    if size > 0:
        raise _NoAnswerError(f"the connection ended {size:,} bytes too early")
