"""Under what conditions something was trained, and how busy the machine was meanwhile."""

import os
import platform
import threading
from typing import Any

import torch

import lessonlib
from lessonlib import settings

EVERY = 10.0  # seconds between two looks at the load


def conditions() -> dict[str, Any]:
    """What the results and the seconds may depend on, besides the code.

    `device` is `cpu` or the name of the GPU, `threads` those that PyTorch uses on the CPU,
    `cores` those of the machine, and `python`, `torch` and `lessonlib` are versions.
    """
    device = settings.device()
    return {
        "device": torch.cuda.get_device_name(device) if device.startswith("cuda") else device,
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "lessonlib": lessonlib.__version__,
    }


class LoadWatch:
    """Looks at the machine's load in a thread of its own, while the `with` block runs.

    The load is the number of programs that wanted to run, as a mean of the last minute. Where a
    system does not tell it (Windows), it is None.
    """

    def __init__(self) -> None:
        self._largest: float | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "LoadWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def take(self) -> float | None:
        """The largest load since the last call, including the present moment."""
        self._look()
        largest, self._largest = self._largest, None
        return largest

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self._look()

    def _look(self) -> None:
        if hasattr(os, "getloadavg"):
            self._largest = max(self._largest or 0.0, round(os.getloadavg()[0], 2))
