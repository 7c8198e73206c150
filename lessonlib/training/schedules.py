"""The schedules of the learning rate that a recipe can name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from torch.optim import Optimizer
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    LRScheduler,
    OneCycleLR,
    ReduceLROnPlateau,
)

if TYPE_CHECKING:
    from lessonlib.training.recipe import Recipe

SCHEDULES = {
    "constant": ConstantLR,
    "cosine": CosineAnnealingLR,
    "one_cycle": OneCycleLR,
    "plateau": ReduceLROnPlateau,
}
CUT = 0.1  # Krizhevsky et al. 2012, sec. 5: the rate was divided by 10


def make_schedule(optimizer: Optimizer, recipe: "Recipe", steps: int) -> LRScheduler:
    """The recipe's schedule of the learning rate over `steps` updates in all."""
    if recipe.schedule == "cosine":
        return CosineAnnealingLR(optimizer, T_max=steps)
    if recipe.schedule == "one_cycle":
        return OneCycleLR(optimizer, max_lr=recipe.lr, total_steps=steps + 1, cycle_momentum=False)
    if recipe.schedule == "plateau":
        return _plateau(optimizer, recipe)
    return ConstantLR(optimizer, factor=1.0, total_iters=0)


def after_update(schedule: LRScheduler) -> None:
    """Change the rate after an update, by a schedule that changes it then."""
    if not isinstance(schedule, ReduceLROnPlateau):
        schedule.step()


def follow(schedule: LRScheduler, row: Mapping[str, float]) -> None:
    """Change the rate after an epoch, by a schedule that looks at `validation_error` of its row."""
    if isinstance(schedule, ReduceLROnPlateau):
        schedule.step(row["validation_error"])


def _plateau(optimizer: Optimizer, recipe: "Recipe") -> ReduceLROnPlateau:
    """Cut the rate when the error has not been lower than ever for `patience` epochs."""
    lowest = recipe.lr
    for _ in range(recipe.cuts):
        lowest *= CUT  # as the schedule multiplies, so that the last cut ends exactly here
    return ReduceLROnPlateau(
        optimizer,
        factor=CUT,
        patience=recipe.patience - 1,  # PyTorch counts the epochs that are let pass before a cut
        threshold=0.0,
        threshold_mode="abs",
        min_lr=lowest,
        eps=0.0,
    )
