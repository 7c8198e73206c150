"""What `lessonlib train` does, once it is known what is wanted."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lessonlib.cli.names import command_name
from lessonlib.cli.recipe_options import in_short

if TYPE_CHECKING:
    from torch import nn

    from lessonlib.data import PictureSet
    from lessonlib.training import History, Recipe, SDLMRecipe


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """A network to be trained once, in this process or in one of several that train together.

    Attributes:
        network: name of a class in `lessonlib.models.NETWORKS`.
        data: name of a set.
        root: its folder, if it is in one of the reader's own.
        subset: pictures per class; None is all.
        recipe: how to train.
        precision: see `fit`.
        checkpoint: where the run is kept, or None.
        processes: how many train together.
    """

    network: str
    data: str
    root: str | None
    subset: int | None
    recipe: "Recipe | SDLMRecipe"
    precision: str
    checkpoint: Path | None
    processes: int

    def check(self) -> None:
        """Refuse what does not go together, before anything is loaded.

        Raises:
            ValueError: more processes than there are GPUs, or an option that a recipe with single
                pictures has no use for.
        """
        from lessonlib import settings
        from lessonlib.training import SDLMRecipe

        if isinstance(self.recipe, SDLMRecipe):
            for option, given in (("--precision", self.precision), ("--devices", self.processes)):
                if given not in ("fp32", 1):
                    raise ValueError(
                        f"{option} {given} does not go with a recipe that takes one picture per "
                        f"update, in fp32 on one processor; leave it out, or choose another recipe"
                    )
        elif self.processes > 1 and settings.device().startswith("cuda"):
            import torch

            if self.processes > (count := torch.cuda.device_count()):
                raise ValueError(
                    f"--devices {self.processes}: expected at most {count}, the GPUs that there "
                    f"are, since each process needs one of its own"
                )

    def run(self) -> "nn.Module":
        """Train, say how it went, and give the network."""
        from lessonlib import settings
        from lessonlib.data import load
        from lessonlib.data.augment import for_testing
        from lessonlib.training import SDLMRecipe, evaluate, new_network

        one_by_one = isinstance(self.recipe, SDLMRecipe)
        device = "cpu" if one_by_one else settings.device()
        subset = settings.subset() if self.subset is None else self.subset
        train_set, test_set = (
            load(self.data, train=part, subset=subset, root=self.root) for part in (True, False)
        )
        model = new_network(lambda: self._built(len(train_set.classes)), self.recipe.seed)
        together = f", {self.processes} processes" if self.processes > 1 else ""
        _tell(
            f"{command_name(self.network)} on {device}{together}; {len(train_set):,} pictures: "
            f"{train_set.describe()}; {in_short(self.recipe)}"
        )
        history = self._follow(model, train_set, device)
        if settings.is_main_process():
            steps = () if one_by_one else for_testing(self.recipe.augment)
            error_rate = evaluate(model, test_set, device=device, steps=steps).error_rate
            _tell(
                f"test error {error_rate:.2%} of {len(test_set):,} pictures, "
                f"after {history.seconds:.1f} seconds of training"
            )
        return model

    def _built(self, classes: int) -> "nn.Module":
        """The network, with as many classes as the set where it has a choice."""
        from lessonlib.models import NETWORKS

        network = NETWORKS[self.network]
        has_choice = "classes" in inspect.signature(network).parameters
        return network(classes=classes) if has_choice else network()

    def _follow(self, model: "nn.Module", train_set: "PictureSet", device: str) -> "History":
        """Train by the trainer that the recipe is for, the compiled one if it can run."""
        from lessonlib.training import SDLMRecipe, fit, sdlm_fit

        if not isinstance(self.recipe, SDLMRecipe):
            train_set, held_back = self._parts(train_set)
            return fit(
                model,
                train_set,
                self.recipe,
                validation_set=held_back,
                device=device,
                precision=self.precision,
                checkpoint=self.checkpoint,
            )
        engine = "fast" if _has_numba() else "torch"
        return sdlm_fit(model, train_set, self.recipe, engine=engine, checkpoint=self.checkpoint)

    def _parts(self, train_set: "PictureSet") -> "tuple[PictureSet, PictureSet | None]":
        """What to train on, and what a recipe that waits for a plateau looks at."""
        from lessonlib.data import split

        if self.recipe.schedule != "plateau":
            return train_set, None
        train_set, held_back = split(train_set)
        _tell(
            f"{len(held_back):,} of these are held back: the learning rate is cut when the error "
            f"on them stalls"
        )
        return train_set, held_back


def _tell(line: str) -> None:
    """Print a line, from one process."""
    from lessonlib import settings

    if settings.is_main_process():
        typer.echo(line)


def _has_numba() -> bool:
    try:
        import numba  # noqa: F401
    except ImportError:
        _tell(
            "numba is not installed, so the readable engine trains, which is many times slower "
            "than the compiled one: pip install 'lessonlib[fast]', or pip install numba"
        )
        return False
    return True
