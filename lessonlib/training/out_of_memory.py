"""What is said when memory runs out in the middle of training."""

import gc
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

from lessonlib.training.checkpoint import Checkpoint
from lessonlib.training.run import Run

ON_A_CPU = ("DefaultCPUAllocator", "not enough memory")  # how PyTorch says it there


class OutOfMemoryError(RuntimeError):
    """Memory ran out in training; the message says what is kept and what to change."""


@contextmanager
def explained(run: Run, rows: Sequence[object], kept: Checkpoint | None) -> Iterator[None]:
    """Say what to do when memory runs out in the block, and free what the failed step held.

    Args:
        run: what is under way.
        rows: one for each epoch that is complete.
        kept: the checkpoint that holds these epochs, if there is one.

    Raises:
        OutOfMemoryError: instead of PyTorch's error.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not _is_lack_of_memory(error):
            raise
        reason = str(error).partition("\n")[0].partition(" GPU ")[0].rstrip(".")
        traceback.clear_frames(error.__traceback__)  # these hold the pictures and their maps
        run.optimizer.zero_grad(set_to_none=True)
        gc.collect()
        if run.machine.device.type == "cuda":
            torch.cuda.empty_cache()
        raise OutOfMemoryError(
            f"out of memory on {run.hardware.device} in epoch {len(rows) + 1} ({reason}). About "
            f"{run.memory.describe()}, were expected to be enough. {_what_is_kept(rows, kept)} "
            f"{_what_to_change(run)}"
        ) from error


def _is_lack_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return any(words in str(error) for words in ON_A_CPU)


def _what_is_kept(rows: Sequence[object], kept: Checkpoint | None) -> str:
    if kept is None:
        return (
            "The network has the weights of its last complete step; with checkpoint='run.pt' a run "
            "can go on after such an end."
        )
    if not rows:
        return "No epoch was complete yet."
    return f"Epochs 1 to {len(rows)} are kept in {kept.path}; the same call goes on from there."


def _what_to_change(run: Run) -> str:
    """What needs less memory: first what leaves the run the same, then what begins another."""
    same = ["end other programs that use this memory"]
    if run.hardware.device.startswith("cuda") and run.hardware.precision == "fp32":
        same.append("compute with 16 bits (precision='fp16', or 'bf16' on newer GPUs)")
    same.append("share each batch among several processes (torchrun)")
    half = max(1, run.recipe.batch_size // 2)
    return (
        f"To go on with this run, {' or '.join(same)}; a smaller batch, such as "
        f"replace(recipe, batch_size={half}), begins another run."
    )
