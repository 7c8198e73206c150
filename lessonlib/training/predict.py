"""How much memory a training would need, without training."""

from torch import nn

from lessonlib.data import PictureSet
from lessonlib.training.batches import Batches
from lessonlib.training.machine import accelerator, bare, bring, device_for, laid_out
from lessonlib.training.memory import Memory, needed
from lessonlib.training.recipe import Recipe


def predict_memory(
    model: nn.Module,
    train_set: PictureSet,
    recipe: Recipe,
    *,
    device: str | None = None,
    precision: str = "fp32",
    channels_last: bool = False,
) -> Memory:
    """What `fit`, called with the same arguments, would predict before its first step.

        memory = predict_memory(AlexNet(), pictures, ALEXNET_2012)
        replace(memory, pictures=64).total / 1e9

    The network is moved to `device`; nothing else of it changes.

    Args:
        model: a network with `prepare`.
        train_set: what it is to learn from; its first picture is looked at.
        recipe: how it is to be trained.
        device: such as `cpu`, `cuda` or `cuda:1`; None asks `lessonlib.settings.device()`.
        precision: `fp32`, `bf16` or `fp16`.
        channels_last: whether each pixel's channels are side by side in memory.

    Raises:
        ValueError: the set does not fit the network, there is no such device, or it does not
            compute in the precision.
    """
    with accelerator(device_for(model, device), precision) as machine, bare(model):
        bring(model, machine.device)
        with laid_out(model, channels_last) as layout:
            batches = Batches(model, train_set, recipe, machine, layout)
            return needed(model, batches, recipe, machine)
