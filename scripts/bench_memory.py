"""Peak memory of an epoch of `fit`, compared with that of a bare `import torch`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1e6
# From /proc: getrusage's peak outlives exec, so it would be that of the program that starts this.
PROGRAM = """
from pathlib import Path

def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])  # KiB

import torch
bare = peak()
from lessonlib import models
from lessonlib.data import load
from lessonlib.training import Recipe, fit

digits = load("digits")
digits = digits.take(torch.arange({images}) % len(digits))
fit(models.{network}(), digits, Recipe(epochs=1, lr=0.002), device="cpu", progress=False)
print(bare, peak())
"""


def peak_memory(images: int, network: str = "LeNet5") -> dict[str, float]:
    """Peak memory, in MB, of a process after `import torch` and after an epoch of `fit`.

    On Linux only; elsewhere the answer is empty.

    Args:
        images: how many digits the epoch has.
        network: a class of `lessonlib.models`.
    """
    if not sys.platform.startswith("linux"):
        return {}
    program = PROGRAM.format(images=images, network=network)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    bare, fit = (int(peak) * 1024 / MEGABYTE for peak in done.stdout.split()[-2:])
    return {"import torch": bare, "fit": fit, "the data as bytes": images * 28 * 28 / MEGABYTE}
