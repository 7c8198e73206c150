"""MNIST's file format: big-endian sizes, then bytes."""

import gzip
import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np

from lessonlib.data.fetch import DamagedError, DataUnavailableError

GZIP = b"\x1f\x8b"  # what a file packed by gzip begins with; an IDX file begins with two zeros


def read_idx(path: Path, dimensions: int, sha256: str | None = None) -> np.ndarray:
    """The bytes of an IDX file, packed by gzip or not, in the shape that its header states.

    The format: two zero bytes, 8 for unsigned bytes, the number of dimensions, each dimension as
    four bytes (the first is the count), then the data.

    Args:
        path: the file, under any name.
        dimensions: how many the file must have: 3 for images, 1 for labels.
        sha256: checksum of the unpacked file, in hexadecimal; with None nothing is verified.

    Returns:
        A uint8 array that can be written to.

    Raises:
        DamagedError: it cannot be unpacked, or has another checksum.
        DataUnavailableError: it is not such a file, or holds more or less than its header states.
    """
    data = _unpacked(path)
    found = hashlib.sha256(data).hexdigest()
    if sha256 not in (None, found):
        raise DamagedError(
            f"the SHA-256 of its contents is {found[:12]}..., expected {sha256[:12]}..."
        )
    start = 4 + 4 * dimensions
    magic = bytes((0, 0, 8, dimensions))
    if len(data) < start or data[:4] != magic:
        raise DataUnavailableError(
            f"{path}: expected an IDX file that starts with the bytes {magic.hex(' ')}, got "
            f"{data[:4].hex(' ') or 'nothing'}; put one of MNIST's files there"
        )
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    values = np.frombuffer(bytearray(data), dtype=np.uint8, offset=start)
    if len(values) != np.prod(shape, dtype=np.int64):
        raise DataUnavailableError(
            f"{path}: its header states {' x '.join(map(str, shape))} bytes, but {len(values):,} "
            f"follow; put a complete file of MNIST there"
        )
    return values.reshape(shape)


def _unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if not data.startswith(GZIP):
        return data
    try:
        return gzip.decompress(data)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DamagedError(f"it cannot be unpacked: {error}") from error
