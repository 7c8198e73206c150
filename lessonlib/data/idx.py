"""MNIST's file format: big-endian sizes, then bytes."""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

from lessonlib.data.fetch import DataUnavailableError


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """The bytes of a packed IDX file, in the shape that its header states.

    The format: two zero bytes, 8 for unsigned bytes, the number of dimensions, each dimension as
    four bytes (the first is the count), then the data.

    Args:
        path: a `.gz` file.
        dimensions: how many the file must have: 3 for images, 1 for labels.

    Returns:
        A uint8 array that can be written to.

    Raises:
        DataUnavailableError: it is not such a file, or holds more or less than it states.
    """
    try:
        with gzip.open(path) as packed:
            data = packed.read()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataUnavailableError(
            f"{path} cannot be unpacked ({error}); remove it, and it is fetched again"
        ) from error
    start = 4 + 4 * dimensions
    magic = bytes((0, 0, 8, dimensions))
    if len(data) < start or data[:4] != magic:
        raise DataUnavailableError(
            f"{path}: expected an IDX file that starts with the bytes {magic.hex(' ')}, got "
            f"{data[:4].hex(' ') or 'nothing'}; put a file of MNIST there"
        )
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    values = np.frombuffer(bytearray(data), dtype=np.uint8, offset=start)
    if len(values) != np.prod(shape, dtype=np.int64):
        raise DataUnavailableError(
            f"{path}: its header states {' x '.join(map(str, shape))} bytes, but {len(values):,} "
            f"follow; put a whole file of MNIST there"
        )
    return values.reshape(shape)
