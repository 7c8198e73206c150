"""How much memory is free, and how much a run has needed."""

from pathlib import Path

import torch


def free_memory(device: torch.device) -> int | None:
    """Bytes that are free for training on a device; None where that is not known."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + unused
    if device.type == "cpu":
        return _from_proc("/proc/meminfo", "MemAvailable")
    return None


class MemoryWatch:
    """The most memory that a process has needed since the watch was made.

    The system's own record of that, for this process, begins again here.

    Args:
        device: of the training. On a CPU it is the process's own memory, where Linux tells it.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
            self.before = torch.cuda.memory_allocated(device)
        else:
            self.begun = _begin_again()
            self.before = _from_proc("/proc/self/status", "VmRSS")

    def most(self) -> int | None:
        """Bytes beyond what there were before; None where they are not known."""
        if self.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self.device) - self.before
        peak = _from_proc("/proc/self/status", "VmHWM")
        if self.device.type != "cpu" or not self.begun or peak is None or self.before is None:
            return None
        return max(0, peak - self.before)


def _begin_again() -> bool:
    """Let Linux forget this process's peak; False where that cannot be."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _from_proc(file: str, name: str) -> int | None:
    """A number of bytes that Linux tells; None on other systems."""
    try:
        text = Path(file).read_text(encoding="ascii")
    except OSError:
        return None
    kilobytes = text.partition(f"{name}:")[2].split()
    return int(kilobytes[0]) * 1024 if kilobytes else None
