"""A training run kept on disk after every epoch, so that it survives."""

import os
from pathlib import Path

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from lessonlib.data import ImageSet
from lessonlib.training.recipe import Recipe

VERSION = 1


class CheckpointError(ValueError):
    """A checkpoint that cannot be gone on from; says what differs and what to do."""


class Checkpoint:
    """One file that holds a run after its last whole epoch.

    The file is written to a temporary name and then renamed: whenever the program is killed, the
    file is whole, of this epoch or of the one before. It holds tensors, numbers and strings only,
    and is read with `weights_only=True`.

    Args:
        path: the file; its folder is made.
        model: the network, whose weights are saved and brought back in place.
        train_set: what it learns from; only its name and size are kept.
        recipe: how.

    Raises:
        CheckpointError: the folder cannot be written to.
    """

    def __init__(
        self, path: str | os.PathLike[str], model: nn.Module, train_set: ImageSet, recipe: Recipe
    ) -> None:
        self.path = Path(path)
        self.model = model
        self.made_for = {
            "version": VERSION,
            "network": type(model).__name__,
            "shapes": {name: list(value.shape) for name, value in model.state_dict().items()},
            "data": {"name": train_set.name, "size": len(train_set), "subset": train_set.subset},
            "recipe": recipe.as_data(),
        }

    def save(self, rows: list[dict], optimizer: Optimizer, schedule: LRScheduler) -> None:
        """Keep the run after the epochs of `rows`.

        Raises:
            CheckpointError: the file cannot be written; the one before is still there.
        """
        state = {
            "made_for": self.made_for,
            "rows": rows,
            "model": self.model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
        }
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                torch.save(state, stream)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(self.path)
        except (OSError, RuntimeError) as error:  # torch reports a full disk as RuntimeError
            part.unlink(missing_ok=True)
            raise CheckpointError(
                f"the checkpoint {self.path} cannot be written ({error}); the last good one is "
                f"kept. Free some space, or name another folder"
            ) from error

    def resume(self, optimizer: Optimizer, schedule: LRScheduler) -> list[dict]:
        """Bring weights, optimiser and schedule back; gives the rows of the epochs done.

        Without a file, nothing is changed and there are no rows.

        Raises:
            CheckpointError: the file is damaged, or made for another network, recipe, data set or
                version of this format; names what differs.
        """
        if not self.path.exists():
            return []
        state = self._read()
        self._check(state["made_for"])
        self.model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        return state["rows"]

    def _read(self) -> dict:
        device = next(self.model.parameters()).device
        try:
            state = torch.load(self.path, map_location=device, weights_only=True)
            if set(state) != {"made_for", "rows", "model", "optimizer", "schedule"}:
                raise ValueError("it is no checkpoint of lessonlib")
        except Exception as error:  # a damaged file can fail in any way
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CheckpointError(
                f"the checkpoint {self.path} cannot be read ({reason}); delete it to start anew"
            ) from error
        return state

    def _check(self, found: dict) -> None:
        theirs, ours = _flat(found), _flat(self.made_for)
        differing = [
            f"{name} is {_short(theirs.get(name))}, this run's is {_short(ours.get(name))}"
            for name in theirs | ours
            if theirs.get(name) != ours.get(name)
        ]
        if differing:
            raise CheckpointError(
                f"the checkpoint {self.path} is of another run: {'; '.join(differing)}. "
                f"Name another file, or delete this one to start anew"
            )


def _flat(made_for: dict) -> dict:
    """What a run was made for, recipe and data a field at a time."""
    flat = {key: made_for.get(key) for key in ("version", "network", "shapes")}
    for part in ("data", "recipe"):
        flat |= {f"{part}'s {key}": value for key, value in made_for.get(part, {}).items()}
    return flat


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
