"""The training loop."""

import time
from collections.abc import Callable

import pandas as pd
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from tqdm import tqdm

from lessonlib import settings
from lessonlib.data import ImageSet
from lessonlib.data.augment import AUGMENTATIONS
from lessonlib.models.modes import eval_mode
from lessonlib.training.evaluate import evaluate
from lessonlib.training.history import History
from lessonlib.training.losses import LOSSES, cross_entropy
from lessonlib.training.optimizers import make_optimizer, make_schedule
from lessonlib.training.recipe import Recipe

Loss = Callable[[Tensor, Tensor], Tensor]


def train_step(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    optimizer: Optimizer,
    *,
    loss: Loss = cross_entropy,
    backward: Callable[[Tensor], None] = Tensor.backward,
) -> Tensor:
    """One update from one batch; gives the batch's loss, detached.

    Args:
        model: the network, in training mode.
        images: (N, C, H, W), prepared.
        labels: (N,), class indices.
        optimizer: over the model's parameters.
        loss: of scores (N, classes) and labels.
        backward: what computes the gradients of the loss.
    """
    optimizer.zero_grad(set_to_none=True)
    scores = model(images)  # (N, classes)
    value = loss(scores, labels)
    backward(value)
    optimizer.step()
    return value.detach()  # no .item(): that would wait for the GPU


def fit(
    model: nn.Module,
    train_set: ImageSet,
    recipe: Recipe,
    *,
    test_set: ImageSet | None = None,
    device: str | None = None,
    progress: bool = True,
) -> History:
    """Train a network in place.

    The order of the pictures, augmentation and dropout follow from the recipe's seed and the
    epoch alone; the caller's own random numbers are left as they were.

    Args:
        model: a network with `prepare`; it is moved to `device`.
        train_set: what to learn from.
        recipe: how.
        test_set: classified after each epoch, if given; nothing is chosen by it.
        device: such as `cpu` or `cuda`; None asks `lessonlib.settings.device()`.
        progress: show a bar.

    Raises:
        ValueError: the set does not fit the network; said before the first step.
        FloatingPointError: the loss became NaN or infinite; names epoch, step and rate.
    """
    device = device or settings.device()
    model.to(device)
    _check_fits(model, train_set, device)
    optimizer = make_optimizer(model.parameters(), recipe)
    steps = -(-len(train_set) // recipe.batch_size)
    schedule = make_schedule(optimizer, recipe, steps * recipe.epochs)
    rows = []
    shown = {} if progress else {"disable": True}  # else as TQDM_DISABLE says
    with tqdm(total=steps * recipe.epochs, unit="step", **shown) as bar:
        for epoch in range(1, recipe.epochs + 1):
            bar.set_description(f"epoch {epoch}/{recipe.epochs}")
            rate = schedule.get_last_lr()[0]
            started = time.perf_counter()
            train_loss = _train_epoch(model, train_set, recipe, epoch, optimizer, schedule, bar)
            seconds = time.perf_counter() - started
            row = {"epoch": epoch, "lr": rate, "train_loss": train_loss}
            if test_set is not None:
                row["test_error"] = evaluate(model, test_set, device=device).error_rate
            rows.append({**row, "seconds": seconds})
            bar.set_postfix(loss=f"{train_loss:.4f}")
    return History(recipe, device, pd.DataFrame(rows))


def _train_epoch(
    model: nn.Module,
    train_set: ImageSet,
    recipe: Recipe,
    epoch: int,
    optimizer: Optimizer,
    schedule: LRScheduler,
    bar: tqdm,
) -> float:
    """One pass over the set; gives the mean loss of its steps."""
    device = next(model.parameters()).device
    augment = AUGMENTATIONS[recipe.augment] if recipe.augment else None
    generator = torch.Generator().manual_seed(_epoch_seed(recipe.seed, epoch))
    losses = []
    model.train()
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(_epoch_seed(recipe.seed, epoch))  # dropout
        batches = train_set.batches(epoch, recipe.batch_size, recipe.seed)
        for step, (images, labels) in enumerate(batches, start=1):
            if augment is not None:
                images = augment(images, generator)
            images, labels = model.prepare(images.to(device)), labels.to(device)
            loss = train_step(model, images, labels, optimizer, loss=LOSSES[recipe.loss])
            if not torch.isfinite(loss):
                raise _not_finite(loss, epoch, step, optimizer)
            losses.append(loss)
            schedule.step()
            bar.update()
    return torch.stack(losses).mean().item()


def _epoch_seed(seed: int, epoch: int) -> int:
    return seed * 1_000_003 + epoch


def _not_finite(loss: Tensor, epoch: int, step: int, optimizer: Optimizer) -> FloatingPointError:
    rate = optimizer.param_groups[0]["lr"]
    return FloatingPointError(
        f"the loss is {loss.item()} in epoch {epoch}, step {step}, at learning rate {rate:g}; "
        f"the weights are spoilt: start from a fresh network with a lower rate"
    )


def _check_fits(model: nn.Module, train_set: ImageSet, device: str) -> None:
    if not hasattr(model, "prepare"):
        raise ValueError(
            f"expected a network with prepare(images), got {type(model).__name__}; give its "
            f"class a static method that turns uint8 images into the floats it reads"
        )
    with eval_mode(model), torch.inference_mode():
        scores = model(model.prepare(train_set.images[:1].to(device)))
    classes = len(train_set.classes)
    if scores.ndim != 2 or scores.shape[1] < classes:
        raise ValueError(
            f"expected scores of shape (N, {classes}) or wider for the {classes} classes of "
            f"{train_set.name!r}, but {type(model).__name__} gives {tuple(scores.shape)}"
        )
