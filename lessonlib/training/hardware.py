"""On what a run is computed: what its seconds and its last digits depend on."""

from dataclasses import asdict, dataclass
from typing import Any

import torch

PRECISIONS = {"fp32": "no", "bf16": "bf16", "fp16": "fp16"}
"""What `fit` calls a precision, and what accelerate does."""


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """Where and how a run is computed; it says nothing of what is trained, nor by which recipe.

    Attributes:
        device: such as `cpu` or `cuda:1`; a GPU always has its number. A network whose parts lie
            on several devices has them all, such as `cuda:0+cuda:1`.
        precision: `fp32`, `bf16` or `fp16`.
        channels_last: whether each pixel's channels are side by side in memory.
        compiled: whether `torch.compile` translated the network.
        workers: processes that read the pictures of a streaming set; 0 is the training's own.
        processes: how many train together, each with a share of every batch.
    """

    device: str
    precision: str = "fp32"
    channels_last: bool = False
    compiled: bool = False
    workers: int = 0
    processes: int = 1

    def as_data(self) -> dict[str, Any]:
        """The fields in a form that JSON can hold."""
        return asdict(self)

    def differs(self, other: "Hardware") -> list[str]:
        """What differs in another, in words, such as `precision was fp32 and is now bf16`."""
        theirs = asdict(other)
        return [
            f"{name} was {theirs[name]} and is now {value}"
            for name, value in asdict(self).items()
            if theirs[name] != value
        ]


def check_precision(precision: str, device: torch.device) -> None:
    """Refuse a precision that a device does not compute in.

    Raises:
        ValueError: an unknown precision, fp16 on a CPU, or bf16 on a GPU that only emulates it.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"unknown precision {precision!r}; known: {', '.join(PRECISIONS)}")
    if precision == "fp16" and device.type == "cpu":
        raise ValueError("fp16 needs a GPU; on a CPU use fp32, or bf16 to try 16 bits")
    # Not torch.cuda.is_bf16_supported(), which counts emulation.
    if precision == "bf16" and device.type == "cuda":
        major, minor = torch.cuda.get_device_capability(device)
        if (major, minor) < (8, 0):
            raise ValueError(
                f"bf16 needs compute capability 8.0 or more, this GPU has {major}.{minor} and "
                f"would only emulate it; use fp16"
            )


def usual_precision(device: str | torch.device) -> str:
    """The precision that suits a device.

    It is `bf16` on a GPU that computes in it, `fp16` on an older GPU, and `fp32` on a CPU.

    Raises:
        ValueError: PyTorch knows no such device, or there is none here.
    """
    found = usable(device)
    if found.type != "cuda":
        return "fp32"
    return "bf16" if torch.cuda.get_device_capability(found) >= (8, 0) else "fp16"


def usable(device: str | torch.device) -> torch.device:
    """A device by its name, with its number where there can be several.

    Raises:
        ValueError: PyTorch knows no such device, or there is none here; the message says what
            there is and what to do.
    """
    try:
        found = torch.device(device)
    except RuntimeError as error:
        raise ValueError(
            f"unknown device {str(device)!r}; expected cpu, cuda, or a GPU by number such as cuda:1"
        ) from error
    if found.type != "cuda":
        return found
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not count:
        raise ValueError(
            f"expected to run on {device}, but PyTorch finds no GPU here. Train on the CPU with "
            f"device='cpu' or LESSONLIB_DEVICE=cpu; in Colab choose a GPU under Runtime, Change "
            f"runtime type; elsewhere see whether nvidia-smi lists one and whether this PyTorch "
            f"({torch.__version__}) is built for it"
        )
    if (found.index or 0) >= count:
        there = ", ".join(f"cuda:{number}" for number in range(count))
        raise ValueError(f"expected to run on {device}, but there is no such GPU; use {there}")
    return torch.device("cuda", torch.cuda.current_device() if found.index is None else found.index)
