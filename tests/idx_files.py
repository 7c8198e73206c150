"""Small files in MNIST's format."""

import gzip
import hashlib
import struct

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
COUNT = 30


def idx(*shape: int, data: bytes | None = None) -> bytes:
    """A packed IDX file; the data count up, if not given."""
    size = 1
    for side in shape:
        size *= side
    data = bytes(n % 10 for n in range(size)) if data is None else data
    header = bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape)
    return gzip.compress(header + data, mtime=0)


def small_files() -> dict[str, bytes]:
    return {
        IMAGES: idx(COUNT, 28, 28),
        LABELS: idx(COUNT),
        "t10k-images-idx3-ubyte.gz": idx(10, 28, 28),
        "t10k-labels-idx1-ubyte.gz": idx(10),
    }


def checksums(files: dict[str, bytes]) -> dict[str, str]:
    """What `lessonlib.data.mnist.FILES` would hold for these files."""
    return {
        name.removesuffix(".gz"): hashlib.sha256(gzip.decompress(data)).hexdigest()
        for name, data in files.items()
    }
