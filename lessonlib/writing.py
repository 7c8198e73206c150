"""Writing a file completely or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`; the file written there takes its place at the end.

    Whenever the program is killed, `path` is complete: as it was before, or as it is after. If
    the block raises, `path` is as it was and the temporary file is gone.

    Args:
        path: the file to write; its folder exists.

    Yields:
        The temporary name, which the block writes to and closes.

    Raises:
        OSError: the folder cannot be written to, or is full.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("r+b") as stream:
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write text (as UTF-8, line ends as given) or bytes to `path`, whole or not at all.

    Raises:
        OSError: as `whole_file`.
    """
    with whole_file(path) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
