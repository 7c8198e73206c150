"""Where and how a run is computed: device, precision, processes."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, GradientState, PartialState
from torch import nn

PRECISIONS = {"fp32": "no", "bf16": "bf16", "fp16": "fp16"}
"""What `fit` calls a precision, and what accelerate does."""


SHARED = (PartialState, AcceleratorState, GradientState)
"""Where accelerate keeps what all accelerators of a process share."""


@contextmanager
def accelerator(device: str, precision: str) -> Iterator[Accelerator]:
    """An accelerator for one run; afterwards accelerate's state is as it was before.

    accelerate keeps device and precision in global state and refuses a second accelerator of
    another precision. Here each run has its own, and the caller's accelerators, if there are
    any, find theirs again.

    Args:
        device: `cpu`, or what accelerate finds, such as `cuda`.
        precision: one of `PRECISIONS`. `bf16` on a GPU needs compute capability 8.0; older cards
            only emulate it. `fp16` needs a GPU and uses a gradient scaler.

    Raises:
        ValueError: an unknown precision, or one that the device does not compute in.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"unknown precision {precision!r}; known: {', '.join(PRECISIONS)}")
    kind = torch.device(device).type
    if precision == "fp16" and kind == "cpu":
        raise ValueError("fp16 needs a GPU; on a CPU use fp32, or bf16 to try 16 bits")
    if precision == "bf16" and kind == "cuda" and torch.cuda.get_device_capability() < (8, 0):
        major, minor = torch.cuda.get_device_capability()
        raise ValueError(
            f"bf16 needs compute capability 8.0 or more, this GPU has {major}.{minor} and would "
            f"only emulate it; use fp16"
        )
    with _own_state():
        made = Accelerator(mixed_precision=PRECISIONS[precision], cpu=kind == "cpu")
        if made.device.type != kind:
            raise ValueError(f"expected to run on {device}, but accelerate found {made.device}")
        yield made


@contextmanager
def _own_state() -> Iterator[None]:
    """Let accelerate start as in a new process; give the caller its state back."""
    kept = [dict(shared._shared_state) for shared in SHARED]
    for shared in SHARED:
        shared._shared_state.clear()
    try:
        yield
    finally:
        for shared, state in zip(SHARED, kept, strict=True):
            shared._shared_state.clear()
            shared._shared_state.update(state)


@contextmanager
def bare(model: nn.Module) -> Iterator[nn.Module]:
    """Remove what `Accelerator.prepare` adds to a network, then restore what was there before.

    If it were left there, a later run in another precision would silently keep the first one's.
    What the caller's own accelerator had added is there again afterwards.
    """
    hung = ("forward", "_original_forward", "_is_accelerate_prepared")
    kept = {name: model.__dict__.pop(name) for name in hung if name in model.__dict__}
    try:
        yield model
    finally:
        for name in hung:
            model.__dict__.pop(name, None)
        model.__dict__.update(kept)
