"""Peak memory of an epoch of `fit`, beside that of a bare `import torch`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1e6


def peak_memory(images: int) -> dict[str, float]:
    """Peak memory, in MB, of a bare `import torch` and of an epoch of `fit`, each on its own.

    From /proc, so on Linux only. (getrusage's peak outlives exec: it would be this program's.)
    """
    if not sys.platform.startswith("linux"):
        return {}
    bare = "import torch"
    epoch = (
        "import torch; from lessonlib import models; "
        "from lessonlib.training import fit; from lessonlib.data import load; "
        "from lessonlib.training import Recipe; s = load('digits'); "
        f"s = s.take(torch.arange({images}) % len(s)); "
        "fit(models.LeNet5(), s, Recipe(epochs=1, lr=0.002), device='cpu', progress=False)"
    )
    report = (
        "; from pathlib import Path; status = Path('/proc/self/status').read_text(); "
        "print(status.split('VmHWM:')[1].split()[0])"
    )
    peaks = {}
    for name, program in (("import torch", bare), ("fit", epoch)):
        done = subprocess.run(
            [sys.executable, "-c", program + report],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        peaks[name] = int(done.stdout.split()[-1]) * 1024 / MEGABYTE  # KiB
    return {**peaks, "the data as bytes": images * 28 * 28 / MEGABYTE}
