"""The optimisers and schedules that a recipe can name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LRScheduler, OneCycleLR

if TYPE_CHECKING:
    from lessonlib.training.recipe import Recipe

OPTIMIZERS = {"sgd": SGD, "adam": Adam, "adamw": AdamW}
SCHEDULES = {"constant": ConstantLR, "cosine": CosineAnnealingLR, "one_cycle": OneCycleLR}


def make_optimizer(parameters: Iterable[nn.Parameter], recipe: "Recipe") -> Optimizer:
    """The recipe's optimiser over `parameters`."""
    kind = OPTIMIZERS[recipe.optimizer]
    if kind is SGD:
        return SGD(
            parameters, recipe.lr, momentum=recipe.momentum, weight_decay=recipe.weight_decay
        )
    betas = (recipe.momentum, 0.999)
    return kind(parameters, recipe.lr, betas=betas, weight_decay=recipe.weight_decay)


def make_schedule(optimizer: Optimizer, recipe: "Recipe", steps: int) -> LRScheduler:
    """The recipe's schedule of the learning rate over `steps` updates in all."""
    if recipe.schedule == "cosine":
        return CosineAnnealingLR(optimizer, T_max=steps)
    if recipe.schedule == "one_cycle":
        return OneCycleLR(optimizer, max_lr=recipe.lr, total_steps=steps + 1, cycle_momentum=False)
    return ConstantLR(optimizer, factor=1.0, total_iters=0)
