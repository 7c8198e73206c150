"""The mean of the pictures that a network learns from, which some networks subtract."""

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from lessonlib.data import PictureSet
from lessonlib.data.augment import for_testing, still
from lessonlib.data.crops import Resize
from lessonlib.data.statistics import statistics
from lessonlib.training.processes import by_the_main_one
from lessonlib.training.recipe import Recipe


def set_mean(model: nn.Module, train_set: PictureSet, recipe: Recipe, machine: Accelerator) -> None:
    """Give a network the mean of what it is to learn from, if it asks for one and has none.

    A mean that is there already stays: the weights that were loaded with it were learnt with it.

    Args:
        model: a network with `set_mean` and a buffer `mean`, such as `AlexNet`; others are left.
        train_set: the training part.
        recipe: what is done to the pictures; where they are enlarged, so is their mean.
        machine: which process is the main one; it alone reads the pictures.
    """
    if hasattr(model, "set_mean") and not model.mean.any():
        mean = by_the_main_one(lambda: statistics(train_set).mean, machine)
        model.set_mean(_of_the_size_of(mean, recipe).to(model.mean.device))


def _of_the_size_of(mean: Tensor, recipe: Recipe) -> Tensor:
    """The mean as the pictures are where they get another size, in whole levels as they are then.

    Where windows are cut, the network takes the middle of the mean by itself.
    """
    steps = for_testing(recipe.augment)
    if not any(isinstance(step, Resize) for step in steps):
        return mean
    return still(mean[None].round().to(torch.uint8), steps)[0].float()
