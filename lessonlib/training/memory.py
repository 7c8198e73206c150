"""How much memory training needs, predicted before the first step."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from lessonlib.models.modes import eval_mode
from lessonlib.training.batches import Batches
from lessonlib.training.hardware import Hardware
from lessonlib.training.memory_watch import free_memory
from lessonlib.training.recipe import Recipe
from lessonlib.training.seeds import drawing_from

COPIES = 2  # while a layer goes backwards: the gradient of its output and that of its input


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What training is predicted to need in one process, in bytes.

    Attributes:
        parameters: weights and buffers.
        gradients: one number per weight that is trained; with several processes, two, since a
            second copy is sent.
        optimizer: what the optimiser keeps: a number per weight for momentum, two for Adam.
        fixed: what the forward pass keeps whatever the batch, such as weights in 16 bits.
        per_picture: what it keeps of each picture until the gradients are computed.
        working: twice the largest output of a layer, for each picture: on the way back a layer
            has the gradients of its output and of its input.
        pictures: in this process's share of a batch.
    """

    parameters: int
    gradients: int
    optimizer: int
    fixed: int
    per_picture: int
    working: int
    pictures: int

    @property
    def total(self) -> int:
        """All of it, as if all were there at once.

        A network whose largest layers come first needs less: their gradients are made last, when
        most of the pictures' share is gone. What the libraries that compute need is not counted.
        """
        return self._constant + self.pictures * (self.per_picture + self.working)

    @property
    def _constant(self) -> int:
        return self.parameters + self.gradients + self.optimizer + self.fixed

    def pictures_that_fit(self, free: int) -> int:
        """The largest share of a batch for which `free` bytes are enough; 0 if there is none."""
        each = max(1, self.per_picture + self.working)
        return max(0, (free - self._constant) // each)

    def describe(self) -> str:
        """A clause, such as `0.91 GB, of which 0.73 GB for weights, gradients and ...`."""
        pictures = self.pictures * (self.per_picture + self.working)
        return (
            f"{size(self.total)}, of which {size(self._constant)} for weights, gradients and "
            f"optimiser, and {size(pictures)} for {self.pictures} "
            f"{'picture' if self.pictures == 1 else 'pictures'}"
        )


def size(count: int) -> str:
    """A number of bytes in words, such as `1.25 GB` or `16.4 MB`."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.3g} MB"


def needed(model: nn.Module, batches: Batches, recipe: Recipe, machine: Accelerator) -> Memory:
    """Predict what training needs, by one forward pass of one picture, and one of two.

    The network is left as it was.

    Args:
        model: the network, where it is to be trained.
        batches: what it is to be trained on.
        recipe: how it is to be trained.
        machine: in which precision, and by how many processes.
    """
    trained = sum(p.nbytes for p in model.parameters() if p.requires_grad)
    ready = batches.one()
    with machine.autocast(), _undisturbed(model, recipe.seed, ready.device):
        one, largest = _kept(model, ready)
        two, _ = _kept(model, torch.cat([ready, ready]))
    per_picture = max(two - one, 0)
    return Memory(
        parameters=sum(value.nbytes for value in (*model.parameters(), *model.buffers())),
        gradients=trained * (2 if machine.num_processes > 1 else 1),
        optimizer=trained * _numbers_per_weight(recipe),
        fixed=max(one - per_picture, 0),
        per_picture=per_picture,
        working=COPIES * largest,
        pictures=batches.share,
    )


def _numbers_per_weight(recipe: Recipe) -> int:
    """How many numbers the recipe's optimiser keeps for each weight."""
    if not recipe.optimizer.startswith("sgd"):
        return 2  # running means of the gradient and of its square
    return 1 if recipe.momentum else 0


def _kept(model: nn.Module, ready: Tensor) -> tuple[int, int]:
    """Bytes that a forward pass keeps for the way back, and the largest output of a layer."""
    own = {value.untyped_storage().data_ptr() for value in model.parameters()}
    kept: dict[int, int] = {}
    largest = 0

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    def look(_: nn.Module, __: tuple, output: object) -> None:
        nonlocal largest
        if isinstance(output, Tensor):
            largest = max(largest, output.nbytes)

    hooks = [part.register_forward_hook(look) for part in model.modules() if not [*part.children()]]
    try:
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            # While the scores live, so does what is kept, and no address comes twice.
            scores = model(ready)
    finally:
        for hook in hooks:
            hook.remove()
    del scores
    return sum(kept.values()), largest


@contextmanager
def _undisturbed(model: nn.Module, seed: int, device: torch.device) -> Iterator[None]:
    """In training mode but for normalisation, whose statistics one picture would spoil."""
    with eval_mode(model), torch.enable_grad(), drawing_from(seed, "memory", device=device):
        for part in model.modules():
            part.training = not isinstance(part, nn.modules.batchnorm._BatchNorm)
        yield


def check_fits(memory: Memory, recipe: Recipe, hardware: Hardware, device: torch.device) -> None:
    """Refuse what will not fit into the memory that is free, before anything is trained.

    Args:
        memory: what is needed; the weights have their place already.
        recipe: whose batch size is named in the message.
        hardware: on what; a network whose parts lie on several devices is not checked.
        device: whose memory is asked.

    Raises:
        ValueError: it does not fit; the message says which batch would.
    """
    free = free_memory(device)
    if free is None or "+" in hardware.device or memory.total <= free + memory.parameters:
        return
    fits = memory.pictures_that_fit(free + memory.parameters) * hardware.processes
    raise ValueError(
        f"training in batches of {recipe.batch_size} needs about {memory.describe()}"
        f"{' in each process' if hardware.processes > 1 else ''}, but on {hardware.device} only "
        f"{size(free)} are free besides the weights. {_way_out(fits, hardware)}"
    )


def _way_out(fits: int, hardware: Hardware) -> str:
    """What to do about it, in sentences."""
    halves = hardware.precision == "fp32" and hardware.device != "cpu"
    sixteen = ", or precision='fp16', which needs about half for the pictures" if halves else ""
    if fits:
        return f"A batch of {fits} would fit: replace(recipe, batch_size={fits}){sixteen}"
    return f"Not even one picture would fit; free memory there, or take another device{sixteen}"
