"""Training by stochastic diagonal Levenberg-Marquardt."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy

import torch
from torch import Tensor, nn
from tqdm import tqdm

from lessonlib import settings
from lessonlib.data import ImageSet
from lessonlib.data.streams import stream
from lessonlib.layers import start_
from lessonlib.training.checkpoint import Checkpoint
from lessonlib.training.evaluate import evaluate
from lessonlib.training.fitting import (
    check_in_memory,
    check_network,
    check_set,
    parameter_type,
    prepared,
)
from lessonlib.training.hardware import Hardware
from lessonlib.training.history import History
from lessonlib.training.rehearsal import answer_one, check_classes
from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.curvature import Curvature
from lessonlib.training.sdlm.engines import engine_for
from lessonlib.training.sdlm.recipe import SDLMRecipe
from lessonlib.training.seeds import drawing_from

CPU = torch.device("cpu")
PIECE = 500  # patterns between two looks at their losses and at the bar
GROWN = 1.5  # times the loss of the first weights, on average over a piece: that is divergence


def sdlm_fit(
    model: nn.Module,
    train_set: ImageSet,
    recipe: SDLMRecipe,
    *,
    engine: str = "torch",
    test_set: ImageSet | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    after_epoch: Callable[[Mapping[str, float]], None] | None = None,
    progress: bool = True,
) -> History:
    """Train a network in place as LeNet-5 was in 1998: LeCun et al. 1998, sec. III.B and app. C.

    One pattern per update, on the CPU, on one thread. The first weights are drawn anew, as the
    recipe says; they, the order of the patterns and the samples for the curvature follow from its
    seed. So a run that was stopped and goes on from its checkpoint ends with the same weights as
    one that was not.

    Args:
        model: a network with `prepare` and a child `squash` after every layer, such as `LeNet5`,
            `LeNet5Lush`, `ZipNet1989`, or these with another table or activation. It is moved to
            the CPU.
        train_set: what to learn from.
        recipe: how to train.
        engine: `torch` reads like the paper and takes any such network; `fast` is compiled (extra
            `fast`: numba), many times faster, and takes `LeNet5` and `ZipNet1989`, with any table
            in C3 or H2, and `LeNet5Lush`. Both give the same weights up to rounding.
        test_set: if given, it is classified after each pass, and nothing is chosen by the result.
        checkpoint: a file that keeps the run after every pass and from which it goes on.
        after_epoch: called with each pass's row of the history, once the checkpoint is written.
        progress: draw a bar on stderr if that is a terminal or a notebook.

    Returns:
        One row per pass, with `epoch`, `lr` (eta), `train_loss` (the mean, each loss before its
        update), `smallest_step` and `largest_step` (of all weights: eta / (mu + h)), `test_error`
        and `seconds`.

    Raises:
        ValueError: a set does not fit the network, the network is none of those, the fast engine
            was not written for it, or a checkpoint is of another run (`CheckpointError`).
        ImportError: `engine="fast"` without numba.
        FloatingPointError: the loss became NaN or infinite, or was on average over 500 patterns
            more than 1.5 times as large as with the first weights; the message names pass, pattern
            and the largest step, and the layer that has it.
    """
    check_set(train_set, "train_set")
    if test_set is not None:
        check_set(test_set, "test_set")
    check_in_memory(train_set, "sdlm_fit")
    check_network(model)
    if not isinstance(recipe, SDLMRecipe):
        raise ValueError(
            f"expected an SDLMRecipe, got {type(recipe).__name__}; with a Recipe call "
            f"lessonlib.training.fit"
        )
    for each in (train_set,) if test_set is None else (train_set, test_set):
        check_classes(train_set, each)
        answer_one(model.to(CPU), each, CPU)
    with _one_thread():
        run = _Run(model, train_set, recipe, engine)
        hardware = Hardware(device="cpu")
        kept = Checkpoint(checkpoint, model, train_set, recipe, hardware) if checkpoint else None
        rows = kept.resume(run.curvature) if kept else []
        run.begin(fresh=not rows)
        total, done = recipe.epochs * run.patterns, len(rows) * run.patterns
        shown = progress and settings.shows_bars()
        with tqdm(total=total, initial=done, unit="pattern", disable=not shown) as bar:
            for number in range(len(rows) + 1, recipe.epochs + 1):
                bar.set_description(f"pass {number}/{recipe.epochs}")
                row = run.one_pass(number, bar)
                if test_set is not None:
                    row["test_error"] = evaluate(model, test_set, device="cpu").error_rate
                rows.append(row)
                bar.set_postfix(loss=f"{row['train_loss']:.4f}")
                if kept:
                    kept.save(rows, run.curvature)
                if after_epoch is not None:
                    after_epoch(row)
    return History(recipe, hardware, tuple(rows))


class _Run:
    """One run: what stays the same from pass to pass."""

    def __init__(
        self, model: nn.Module, train_set: ImageSet, recipe: SDLMRecipe, engine: str
    ) -> None:
        self.model, self.train_set, self.recipe = model, train_set, recipe
        self.patterns = recipe.patterns_per_pass or len(train_set)
        self.curvature = Curvature()
        self.chain = Chain(model)  # these may refuse; nothing is drawn yet
        self.chain.trace(self._ready(torch.arange(1))[0])
        self.chain.check_loss(recipe.loss)
        self.engine = engine_for(engine, self.chain, recipe)
        self.first_loss = 0.0

    @torch.no_grad()
    def begin(self, fresh: bool) -> None:
        """Note the loss with the recipe's first weights, which the network gets if it is fresh."""
        recipe, first = self.recipe, deepcopy(self.model)
        with drawing_from(recipe.seed, "weights"):
            for _, layer in Chain(first).layers:
                start_(layer, recipe.spread, recipe.biases, recipe.coefficient)
        images, labels = self._ready(self._order(1)[:PIECE])
        self.first_loss = recipe.criterion(first(images), labels).item()
        if fresh:
            self.model.load_state_dict(first.state_dict())

    def one_pass(self, number: int, bar: tqdm) -> dict:
        """Pass `number`, from 1; returns its row of the history."""
        recipe, started = self.recipe, time.perf_counter()
        order = self._order(number)
        if recipe.measures_before(number):
            sample = self._sample(number, order)
            self.curvature.measure(self.chain, *self._ready(sample), recipe)
        eta = recipe.eta_by_pass[number - 1]
        steps = self.curvature.steps(eta, recipe.mu)
        images, labels = self._ready(order)
        total = 0.0
        for piece in torch.arange(len(order)).split(PIECE):
            losses = self.engine.train(images, labels, piece, steps)
            self._check_losses(losses, f"pass {number}", int(piece[0]), steps)
            total += losses.double().sum().item()
            bar.update(len(piece))
        return {
            "epoch": number,
            "lr": eta,
            "train_loss": total / len(order),
            "smallest_step": min(step.min().item() for step in steps.values()),
            "largest_step": max(step.max().item() for step in steps.values()),
            "seconds": time.perf_counter() - started,
        }

    def _check_losses(
        self, losses: Tensor, where: str, before: int, steps: Mapping[str, Tensor]
    ) -> None:
        """Stop where training diverges: at a loss that is not finite, or where losses have grown.

        All units are squashed, so the loss of a network whose weights run away stays finite.
        """
        last, mean = before + len(losses), losses.mean().item()
        if not losses[-1].isfinite():
            raise _diverged(
                f"the loss is {losses[-1].item()} in {where}, at pattern {last:,}", steps
            )
        if len(losses) == PIECE and mean > GROWN * self.first_loss:
            raise _diverged(
                f"the loss is {mean:.4g} in {where}, on average over patterns {before + 1:,} to "
                f"{last:,}, and was {self.first_loss:.4g} with the first weights",
                steps,
            )

    def _order(self, number: int) -> Tensor:
        """The patterns of a pass, one after the other: (patterns,) indices of the set."""
        count, first = len(self.train_set), (number - 1) * self.patterns
        places = torch.arange(first, first + self.patterns)  # in a row of whole rounds
        rounds = [self._round(int(each)) for each in range(first // count, places[-1] // count + 1)]
        return torch.cat(rounds)[places - first // count * count]

    def _round(self, number: int) -> Tensor:
        """All patterns once: the order of one round through the set, from 0."""
        if self.recipe.order == "as stored":
            return torch.arange(len(self.train_set))
        fixed = self.recipe.order == "one random order"
        generator = stream(self.recipe.seed, "order", 1 if fixed else number + 1)
        return torch.randperm(len(self.train_set), generator=generator)

    def _sample(self, number: int, order: Tensor) -> Tensor:
        """The patterns that the curvature is averaged over before a pass."""
        count = self.recipe.curvature_samples
        if self.recipe.curvature_from == "next":
            return order[:count]
        generator = stream(self.recipe.seed, "curvature", number)
        return torch.randperm(len(self.train_set), generator=generator)[:count]

    def _ready(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures as the network reads them, with their labels."""
        images = prepared(self.model, self.train_set.images[chosen], parameter_type(self.model))
        return images.contiguous(), self.train_set.labels[chosen]


def _diverged(what: str, steps: Mapping[str, Tensor]) -> FloatingPointError:
    name, largest = max(((n, s.max().item()) for n, s in steps.items()), key=lambda each: each[1])
    return FloatingPointError(
        f"{what}; the largest step was {largest:.3g}, of {name}. The weights are now unusable: "
        f"lower eta_by_pass, raise mu, or scale the distance down (distance_scale)"
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """With one pattern per step, more threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
