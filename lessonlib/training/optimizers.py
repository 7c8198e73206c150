"""The optimisers that a recipe can name."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from lessonlib.training.sgd_2012 import SGD2012

if TYPE_CHECKING:
    from lessonlib.training.recipe import Recipe

OPTIMIZERS = {"sgd": SGD, "sgd_2012": SGD2012, "adam": Adam, "adamw": AdamW}

# Fused, one pass over memory makes the whole update, several times faster on a large network. On a
# CPU its last digits differ from the plain update's, so the networks that runs were recorded with
# before there was a choice, all of them smaller than this, keep the plain one.
FUSED_FROM = 20_000_000  # parameters
FUSED_ON = ("cpu", "cuda")


def make_optimizer(
    parameters: Iterable[nn.Parameter], recipe: "Recipe", *, scaled: bool = False
) -> Optimizer:
    """The recipe's optimiser over `parameters`, fused on a GPU and for large networks.

    Args:
        parameters: what is to be trained.
        recipe: how.
        scaled: whether gradients are scaled, as in fp16. Then nothing is fused: PyTorch's fused SGD
            would begin with whatever lies in memory if the first step overflows and is left out.
    """
    parameters = list(parameters)
    kind = OPTIMIZERS[recipe.optimizer]
    options = {"momentum": recipe.momentum}
    if not issubclass(kind, SGD):
        options = {"betas": (recipe.momentum, 0.999)}
    return kind(
        parameters,
        recipe.lr,
        weight_decay=recipe.weight_decay,
        fused=is_fused(parameters) and not scaled,
        **options,
    )


def is_fused(parameters: Sequence[nn.Parameter]) -> bool:
    """Whether these parameters are updated by one fused pass over memory."""
    if not all(p.device.type in FUSED_ON and p.is_floating_point() for p in parameters):
        return False
    on_gpu = any(p.device.type == "cuda" for p in parameters)
    return on_gpu or sum(p.numel() for p in parameters) >= FUSED_FROM
