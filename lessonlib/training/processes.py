"""What several processes that train together tell each other."""

from collections.abc import Callable
from typing import TypeVar

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast_object_list, gather_object
from torch import Tensor

from lessonlib.data.face import STAND_IN

Answer = TypeVar("Answer")


def weight_of_share(indices: Tensor, machine: Accelerator) -> Tensor | float:
    """How much the mean loss of this process's share counts.

    The processes' gradients are averaged, and shares can be of different sizes: a last batch does
    not always go up evenly, and a picture that cannot be read is left out. With these weights the
    average is the gradient of the mean loss over all pictures of the batch, exactly. A share that
    holds only a picture that stands in for none counts nothing.

    Args:
        indices: (n,) the third value of `PictureSet.batches(..., indices=True)`.
        machine: which processes there are.
    """
    if machine.num_processes == 1:
        return 0.0 if len(indices) == 1 and int(indices) == STAND_IN else 1.0
    own = (indices != STAND_IN).sum().to(machine.device, torch.float32)
    everywhere = machine.reduce(own, "sum")
    return own * machine.num_processes / everywhere.clamp(min=1)


def mean_of_all(values: Tensor, machine: Accelerator) -> Tensor:
    """The mean of a tensor over all processes, in each of them; it waits for all."""
    return values if machine.num_processes == 1 else machine.reduce(values, "mean")


def by_the_main_one(compute: Callable[[], Answer], machine: Accelerator) -> Answer:
    """What the main process computes, in every process; the others wait."""
    if machine.num_processes == 1:
        return compute()
    told = [compute() if machine.is_main_process else None]
    return broadcast_object_list(told)[0]


def check_same_place(epochs_done: int, machine: Accelerator) -> None:
    """Refuse processes that found different checkpoints.

    Raises:
        ValueError: not all of them have done as many epochs.
    """
    if machine.num_processes == 1:
        return
    found = gather_object([epochs_done])
    if len(set(found)) > 1:
        raise ValueError(
            f"the {len(found)} processes found checkpoints after {found} epochs; expected the "
            f"same file everywhere. Put it in a folder that all machines share"
        )
