"""What accelerate does for a run: device, precision, processes; nothing of it is left behind."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, GradientState, PartialState
from accelerate.utils import InitProcessGroupKwargs
from torch import distributed, nn

from lessonlib import settings
from lessonlib.training.hardware import PRECISIONS, check_precision, usable

# The others wait while the main process evaluates, or reads a whole set for its mean.
PATIENCE = timedelta(hours=12)
SHARED = (PartialState, AcceleratorState, GradientState)
"""Where accelerate keeps what all accelerators of a process share."""


@contextmanager
def accelerator(device: str | torch.device, precision: str) -> Iterator[Accelerator]:
    """An accelerator for one run; afterwards accelerate's state is as it was before.

    accelerate keeps device and precision in global state and refuses a second accelerator of
    another precision. Here each run has its own, and the caller's accelerators, if there are
    any, find theirs again. Where several processes were launched, they find each other here.

    Args:
        device: such as `cpu`, `cuda` or `cuda:1`. With several processes, each takes a GPU of its
            own, and no number can be asked for.
        precision: `fp32`; `bf16`, which on a GPU needs compute capability 8.0; or `fp16`, which
            needs a GPU and uses a gradient scaler.

    Raises:
        ValueError: an unknown precision, or one that the device does not compute in; or a device
            that is not there.
    """
    found = usable(device)
    check_precision(precision, found)
    with _own_state():
        made = Accelerator(
            mixed_precision=PRECISIONS[precision],
            cpu=found.type == "cpu",
            kwargs_handlers=[InitProcessGroupKwargs(timeout=PATIENCE)],
        )
        if made.device.type != found.type:
            raise ValueError(f"expected to run on {device}, but accelerate found {made.device}")
        if made.num_processes == 1:
            made.state.device = PartialState._shared_state["device"] = found  # with its number
        elif torch.device(device).index is not None:
            raise ValueError(
                f"expected to run on {device}, but {made.num_processes} processes were launched, "
                f"and each takes a GPU of its own; give device='{found.type}'"
            )
        yield made


@contextmanager
def _own_state() -> Iterator[None]:
    """Let accelerate start as in a new process; give the caller its state back.

    What connects several processes stays open until the program ends: PyTorch cannot close it and
    open it again safely, and the next run takes it up.
    """
    kept = [dict(shared._shared_state) for shared in SHARED]
    was_connected = _is_connected()
    for shared in SHARED:
        shared._shared_state.clear()
    try:
        yield
    finally:
        if not was_connected and _is_connected():
            atexit.register(_disconnect)
        for shared, state in zip(SHARED, kept, strict=True):
            shared._shared_state.clear()
            shared._shared_state.update(state)


def _is_connected() -> bool:
    return distributed.is_available() and distributed.is_initialized()


def _disconnect() -> None:
    if _is_connected():
        distributed.destroy_process_group()


def device_for(model: nn.Module, device: str | None) -> str:
    """The name of the device that a network is to run on.

    Args:
        model: the network. If its parts lie on several devices, such as `AlexNetTwoTowers` after
            `place`, it is the first of them, where its pictures go.
        device: what was asked for; None leaves it to `lessonlib.settings.device()`.

    Raises:
        ValueError: a device is asked for, and the network lies on several.
    """
    devices = lies_on(model)
    if len(devices) < 2:
        return device or settings.device()
    if device is None:
        return str(devices[0])
    raise ValueError(
        f"expected device=None for {type(model).__name__}, whose parts lie on "
        f"{' and '.join(map(str, devices))}, got {device!r}; leave it out to use these, or bring "
        f"the network to one device first, with model.to({device!r})"
    )


def bring(model: nn.Module, device: torch.device) -> None:
    """Move a network to a device, unless its parts lie on several and are to stay there."""
    if len(lies_on(model)) < 2:
        model.to(device)


def spelled_out(model: nn.Module, device: torch.device) -> str:
    """Where a network runs, in words: every device that its parts lie on, a GPU with its number."""
    devices = lies_on(model)
    if len(devices) > 1:
        return "+".join(map(str, devices))
    return "cpu" if device.type == "cpu" else str(device)


def lies_on(model: nn.Module) -> list[torch.device]:
    """The devices of a network's weights, each once, in their order."""
    return list(dict.fromkeys(parameter.device for parameter in model.parameters()))


@contextmanager
def laid_out(model: nn.Module, channels_last: bool) -> Iterator[torch.memory_format]:
    """Let a network's weights lie in memory as asked, and give them their usual layout back."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    try:
        model.to(memory_format=layout)
        yield layout
    finally:
        model.to(memory_format=torch.contiguous_format)


@contextmanager
def bare(model: nn.Module) -> Iterator[nn.Module]:
    """Remove what `Accelerator.prepare` adds to a network, then restore what was there before.

    If it were left there, a later run in another precision would silently keep the first one's,
    and what is evaluated between epochs would be computed in another precision than later. What
    there was before is there again afterwards.
    """
    hung = ("forward", "_original_forward", "_is_accelerate_prepared")
    kept = {name: model.__dict__.pop(name) for name in hung if name in model.__dict__}
    try:
        yield model
    finally:
        for name in hung:
            model.__dict__.pop(name, None)
        model.__dict__.update(kept)
