"""Run the chapters that have cells tagged `gpu` in a profile that is meant for a GPU.

    python scripts/run_large.py          as CI does: profile gpu, but on a CPU, with four pictures
                                         per class from folders that are made for it
    python scripts/run_large.py --full   as `make notebooks-full` does: profile full, on a GPU, with
                                         all data, which are downloaded if they are missing

No output is compared (nbval-lax): it is another profile's than the stored one's. What is tested is
that every cell runs, and that what it asserts is true. Further arguments go to pytest.
"""

import json
import os
import signal
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from quick_profile import ROOT, quick_environment
from run_apart import run_in
from torchvision.models import AlexNet_Weights, alexnet

from lessonlib.data.imagenette import ARCHIVES, NAMES

TAG = "gpu"
PER_CLASS = 4
SMALL = {"LESSONLIB_PROFILE": "gpu", "LESSONLIB_DEVICE": "cpu", "LESSONLIB_SUBSET": str(PER_CLASS)}
FULL = {"LESSONLIB_PROFILE": "full", "TQDM_DISABLE": "1"}
NOT_INHERITED = {"LESSONLIB_DEVICE", "LESSONLIB_SUBSET"}
NBVAL = ("--nbval-lax", "--nbval-current-env")
TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile")  # not on a GPU, whose memory one chapter may need
SECONDS = {"small": 300, "full": 7_200}  # per cell


def chapters() -> list[Path]:
    """The chapters with cells tagged `gpu`."""
    return [path for path in sorted(ROOT.glob("notebooks/*.ipynb")) if _is_large(path)]


def _is_large(path: Path) -> bool:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return any(TAG in cell["metadata"].get("tags", []) for cell in cells)


def small_environment(folder: Path) -> dict[str, str]:
    """Profile gpu on one thread of a CPU, with small sets and weights below `folder`."""
    places = {"LESSONLIB_DATA": str(folder / "data"), "TORCH_HOME": str(folder / "torch")}
    environ = quick_environment() | SMALL | places
    environ.pop("LESSONLIB_FOLDER", None)
    return environ


def full_environment() -> dict[str, str]:
    """Profile full, on the GPU of this machine, with all pictures."""
    kept = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    return kept | FULL


def write_pictures(data: Path) -> None:
    """A small Imagenette: coloured blocks, four of each class to train on and four to test on.

    It lies where the downloaded one would be unpacked, so that all else is as for a reader.
    """
    draw = np.random.default_rng(0)
    for part in ("train", "val"):
        for number in NAMES:
            folder = data / ARCHIVES["320px"][0] / part / number
            folder.mkdir(parents=True)
            for place in range(PER_CLASS):
                blocks = draw.integers(0, 256, (10, 8, 3), dtype=np.uint8)
                pixels = blocks.repeat(40, 0).repeat(40, 1)  # 400 x 320
                Image.fromarray(pixels).save(folder / f"{place}.JPEG")


def write_weights(home: Path) -> None:
    """Random weights where torchvision keeps those of its AlexNet, so that none are fetched."""
    name = AlexNet_Weights.DEFAULT.url.rpartition("/")[2]
    path = home / "hub" / "checkpoints" / name
    path.parent.mkdir(parents=True)
    torch.save(alexnet().state_dict(), path)


def main(arguments: list[str]) -> int:
    """Run the chapters; return pytest's exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the folder is removed
    options = [word for word in arguments if word != "--full"]
    with tempfile.TemporaryDirectory(prefix="course-") as name:
        folder = Path(name)
        if "--full" in arguments:
            limit, environ, workers = SECONDS["full"], full_environment(), ()
        else:
            limit, environ, workers = SECONDS["small"], small_environment(folder), TWO_AT_ONCE
            write_pictures(folder / "data")
            write_weights(folder / "torch")
        nbval = [*NBVAL, f"--nbval-cell-timeout={limit}"]
        return run_in(folder, chapters(), environ, [*nbval, *workers, *options])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
