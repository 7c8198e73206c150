"""A training run kept on disk after every epoch, so that it survives being killed."""

import os
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn
from torch.amp import GradScaler
from torch.optim.lr_scheduler import LRScheduler

from lessonlib.data import PictureSet
from lessonlib.training.fitting import parameter_type
from lessonlib.training.hardware import Hardware
from lessonlib.training.recipe import AnyRecipe
from lessonlib.writing import whole_file

VERSION = 3  # 1 had other random numbers, no fingerprint and no scaler; 2 had no hardware
GOES_ON = (2, VERSION)  # from these a run can go on
PARTS = {"made_for", "rows", "model", "optimizer", "schedule", "scaler", "hardware"}


class Stateful(Protocol):
    """What has a state that a file can keep, such as an optimiser."""

    def state_dict(self) -> dict[str, Any]:
        """The state, as tensors, numbers and strings."""
        ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up a state that was kept."""
        ...


class CheckpointError(ValueError):
    """Training cannot go on from a checkpoint; the message says why and what to do."""


class Checkpoint:
    """One file that holds a run as it is after its last complete epoch.

    Whenever the program is killed, the file is complete: of this epoch or of the one before. It
    holds tensors, numbers and strings only, and is read with `weights_only=True`.

    Args:
        path: the file; its folder is made if it is missing.
        model: the network, whose weights are saved and brought back in place.
        train_set: what it learns from; its name, size and fingerprint are kept.
        recipe: how it is trained.
        hardware: on what. A run can go on elsewhere; then a warning says what differs.

    Raises:
        CheckpointError: the folder cannot be written to.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: nn.Module,
        train_set: PictureSet,
        recipe: AnyRecipe,
        hardware: Hardware,
    ) -> None:
        self.path = Path(path)
        self._check_place()
        self.model, self.recipe, self.hardware = model, recipe, hardware
        self.made_for: dict[str, Any] = {
            "version": VERSION,
            "network": type(model).__name__,
            "type": str(parameter_type(model)),
            "shapes": {name: list(value.shape) for name, value in model.state_dict().items()},
            "data": {
                "name": train_set.name,
                "size": len(train_set),
                "subset": train_set.subset,
                "fingerprint": train_set.fingerprint,
            },
            "recipe": recipe.as_data(),
        }

    def _check_place(self) -> None:
        """Find out whether an epoch can be kept, before one is trained."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.is_dir():
                raise IsADirectoryError("it is a folder")
            with tempfile.TemporaryFile(dir=self.path.parent):
                pass
        except OSError as error:
            raise CheckpointError(
                f"the checkpoint {self.path} cannot be written ({error}); name a file in a folder "
                f"that can be written to"
            ) from error

    def save(
        self,
        rows: list[dict],
        optimizer: Stateful,
        schedule: LRScheduler | None = None,
        scaler: GradScaler | None = None,
    ) -> None:
        """Keep the run after the epochs of `rows`; `scaler` is that of fp16, where there is one.

        `optimizer` is whatever holds the numbers, besides the weights, that training goes on from.

        Raises:
            CheckpointError: the file cannot be written; the one before is still there.
        """
        state = {
            "made_for": self.made_for,
            "rows": rows,
            "model": self.model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict() if schedule else None,
            "scaler": scaler.state_dict() if scaler else None,
            "hardware": self.hardware.as_data(),
        }
        try:
            with whole_file(self.path) as part:
                torch.save(state, part)
        except (OSError, RuntimeError) as error:  # torch reports a full disk as RuntimeError
            raise CheckpointError(
                f"the checkpoint {self.path} cannot be written ({error}); the last good one is "
                f"kept. Free some space, or name another folder"
            ) from error

    def resume(
        self,
        optimizer: Stateful,
        schedule: LRScheduler | None = None,
        scaler: GradScaler | None = None,
    ) -> list[dict]:
        """Restore weights, optimiser, schedule and scaler; returns the rows of the epochs done.

        Without a file, nothing is changed and there are no rows.

        Raises:
            CheckpointError: the file is damaged, or made for another network, recipe, data set or
                version of this format; the message names what differs.
        """
        if not self.path.exists():
            return []
        state = self._read()
        self._check(state["made_for"])
        self.model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        if schedule:
            schedule.load_state_dict(state["schedule"])
        if scaler and state["scaler"]:
            scaler.load_state_dict(state["scaler"])
        self._warn_of_other(state.get("hardware"))
        return state["rows"]

    def _read(self) -> dict:
        try:
            state = torch.load(self.path, map_location="cpu", weights_only=True)
            version = state["made_for"]["version"] if "made_for" in state else None
            parts = set(state) | ({"hardware"} if version == 2 else set())
            if not isinstance(version, int) or (version in GOES_ON and parts != PARTS):
                raise ValueError("it is not a checkpoint of lessonlib")
        except Exception as error:  # a damaged file can fail in any way
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CheckpointError(
                f"the checkpoint {self.path} cannot be read ({reason}); delete it to start again"
            ) from error
        if version not in GOES_ON:
            raise CheckpointError(self._other_version(version))
        return state

    def _other_version(self, version: int) -> str:
        if version > VERSION:
            return (
                f"the checkpoint {self.path} is of version {version}, which a newer lessonlib "
                f"wrote; this one reads version {VERSION}. Update lessonlib, or name another file"
            )
        return (
            f"the checkpoint {self.path} is of version {version}, which an older lessonlib wrote "
            f"with other random numbers, so that its run cannot go on as it began. Its weights "
            f"can be read with lessonlib.training.load_weights(model, path); to train, name "
            f"another file, or delete this one to start again"
        )

    def _warn_of_other(self, begun_on: dict | None) -> None:
        """Say if the run began on other hardware: it goes on, but not to the same last digits."""
        if begun_on is None:
            return
        begun = replace(Hardware(**begun_on), workers=self.hardware.workers)  # changes no number
        if differs := self.hardware.differs(begun):
            warnings.warn(
                f"the run in {self.path} goes on under other conditions: {'; '.join(differs)}. "
                f"Its weights will be close, but not equal, to those of a run that was not moved",
                stacklevel=4,
            )

    def _check(self, found: dict) -> None:
        theirs, ours = _flat(self._in_todays_fields(found)), _flat(self.made_for)
        differing = [
            f"{name} is {_short(theirs.get(name))}, this run's is {_short(ours.get(name))}"
            for name in theirs | ours
            if theirs.get(name) != ours.get(name)
        ]
        data = self.made_for["data"]
        if not differing and found["data"]["fingerprint"] != data["fingerprint"]:
            differing = [
                f"its set {data['name']!r} has as many pictures as this run's, but the "
                f"pictures, labels, classes or their order differ"
            ]
        if differing:
            raise CheckpointError(
                f"the checkpoint {self.path} is of another run: {'; '.join(differing)}. "
                f"Name another file, or delete this one to start again"
            )

    def _in_todays_fields(self, found: dict) -> dict:
        """What a run was made for; its recipe gets the fields that came later."""
        try:
            return {**found, "recipe": type(self.recipe).from_data(found["recipe"]).as_data()}
        except (KeyError, ValueError):  # another kind of recipe: every field will differ
            return found


def _flat(made_for: dict) -> dict:
    """What a run was made for, with one entry per field of recipe and data but the fingerprint."""
    flat = {key: made_for.get(key) for key in ("network", "type", "shapes")}
    for part in ("data", "recipe"):
        flat |= {f"{part}'s {key}": value for key, value in made_for.get(part, {}).items()}
    del flat["data's fingerprint"]
    return flat


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
