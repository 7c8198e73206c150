"""Training one seed of a recording, and keeping its results."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from safetensors.torch import save_model
from torch import nn

from lessonlib.data import PictureSet, distorted, load, split
from lessonlib.data.augment import for_testing
from lessonlib.named import as_data
from lessonlib.runs import files as run_files
from lessonlib.runs.conditions import LoadWatch, conditions
from lessonlib.runs.formats import FORMAT
from lessonlib.runs.measurements import MEASUREMENTS
from lessonlib.runs.recording import Recording
from lessonlib.runs.trainers import TRAINERS
from lessonlib.runs.under_way import UnderWay
from lessonlib.training import History, evaluate, new_network
from lessonlib.writing import whole_file

WEIGHTS_LIMIT = 2_000_000  # bytes that a kept network may have
STAY = ("device", "threads", "torch")  # what the weights may depend on, besides the code


class TimeIsUpError(Exception):
    """The time limit is reached; what was trained so far is kept."""


@dataclass(frozen=True)
class SeedRecorder:
    """Trains the seeds of a recording one by one; each goes on from its checkpoint.

    Attributes:
        recording: what is to be trained.
        commit: the commit that this code is from.
        place: where checkpoints, notes and finished seeds are.
        until: when to stop, in seconds since 1970; None sets no limit.
    """

    recording: Recording
    commit: str
    place: UnderWay
    until: float | None = None

    def record(self, seed: int) -> dict[str, Any]:
        """Train a seed and write its file, and its weights if they are to be kept.

        Returns:
            Its result.

        Raises:
            TimeIsUpError: `until` comes before another epoch would end; this is raised after this
                call's first epoch at the earliest.
            ValueError: the network is too large to be kept, an ablation does not fit it, or the
                seed was begun on another device, with other threads or another PyTorch.
        """
        asked = self.recording
        train_set = load(asked.data, train=True, view=asked.view, subset=asked.subset)
        if asked.distorted:
            train_set = distorted(train_set, asked.distorted)
        validation_set = None
        if getattr(asked.recipe, "schedule", None) == "plateau":
            train_set, validation_set = split(train_set)
        test_set = load(asked.data, train=False, view=asked.view)
        keep = asked.keep_weights and seed == asked.seeds[0]
        model = new_network(asked.build, seed)
        if keep:
            _check_size(model)
        history, loads = self._trained(model, seed, train_set, validation_set, test_set)
        run = self._run(train_set, test_set)
        if validation_set is not None:
            run["data"]["held_back"] = len(validation_set)
        steps = for_testing(getattr(asked.recipe, "augment", ()))
        result = {"seed": seed, "test_error": evaluate(model, test_set, steps=steps).error_rate}
        for name in asked.measurements:
            result[name], image_set = MEASUREMENTS[name](model, train_set)
            run["measured"][name] = _named(image_set)
        result |= {
            "seconds": history.seconds,
            "load": None if None in loads else max(loads),
            "date": datetime.now(UTC).date().isoformat(),
            **conditions(),
            **{name: each for name, each in history.hardware.as_data().items() if name != "device"},
        }
        self._write(seed, {**run, "results": [result]}, history, loads, model if keep else None)
        return result

    def _trained(
        self,
        model: nn.Module,
        seed: int,
        train_set: PictureSet,
        validation_set: PictureSet | None,
        test_set: PictureSet,
    ) -> tuple[History, list[float | None]]:
        """The history of the whole training, and the largest load of each of its epochs."""
        epochs = self.recording.recipe.epochs
        notes = self._notes(seed)
        clock = time.time()
        with LoadWatch() as load_watch:

            def after_epoch(row: Mapping[str, Any]) -> None:
                nonlocal clock
                notes["loads"][str(row["epoch"])] = load_watch.take()
                self.place.note(seed, notes)
                began, clock = clock, time.time()
                is_last = row["epoch"] == epochs
                if self.until is not None and not is_last and 2 * clock - began > self.until:
                    raise TimeIsUpError

            more = {} if validation_set is None else {"validation_set": validation_set}
            history = TRAINERS[self.recording.trainer].train(
                model,
                train_set,
                replace(self.recording.recipe, seed=seed),
                test_set=test_set,
                checkpoint=self.place.checkpoint(seed),
                after_epoch=after_epoch,
                **more,
            )
        return history, [notes["loads"].get(str(row["epoch"])) for row in history.rows]

    def _notes(self, seed: int) -> dict[str, Any]:
        """The notes on a seed that begins now, or goes on under the conditions it began with.

        Raises:
            ValueError: it was begun under other conditions.
        """
        now = conditions()
        notes = self.place.notes(seed)
        if notes is None:
            notes = {"epochs": self.recording.recipe.epochs, "conditions": now, "loads": {}}
            self.place.note(seed, notes)
        begun = notes["conditions"]
        if differ := [key for key in STAY if begun[key] != now[key]]:
            said = "; ".join(f"{key} was {begun[key]} and is now {now[key]}" for key in differ)
            raise ValueError(
                f"seed {seed} of {self.recording.name} was begun under other conditions: {said}. "
                f"Go on under those (OMP_NUM_THREADS sets the threads, LESSONLIB_DEVICE the "
                f"device), or begin the recording again with --restart"
            )
        return notes

    def _run(self, train_set: PictureSet, test_set: PictureSet) -> dict[str, Any]:
        """The fields of the run's file that all seeds have in common."""
        asked = self.recording
        return {
            "format": FORMAT,
            "name": asked.name,
            "about": asked.about,
            "network": asked.network,
            **({} if asked.classes is None else {"classes": asked.classes}),
            "ablations": [as_data(ablation) for ablation in asked.ablations],
            "data": {
                "name": asked.data,
                "view": asked.view,
                "subset": asked.subset,
                "distorted": asked.distorted,
                "train": len(train_set),
                "train_fingerprint": train_set.fingerprint,
                "test": len(test_set),
                "test_fingerprint": test_set.fingerprint,
            },
            "trainer": asked.trainer,
            "recipe": asked.recipe.as_data(),
            "measured": {},
            "commit": self.commit,
        }

    def _write(
        self,
        seed: int,
        run: dict[str, Any],
        history: History,
        loads: list[float | None],
        model: nn.Module | None,
    ) -> None:
        path = self.place.seed_file(seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        if model is not None:
            weights = path.with_suffix(".safetensors")
            with whole_file(weights) as part:
                save_model(model.cpu(), part)
            run = {**run, "weights": run_files.sha256(weights)}
        table = history.table.assign(load=loads)
        table.insert(0, "seed", seed)
        run_files.write_seed(path, run, table.to_dict("records"))


def _named(image_set: PictureSet) -> dict[str, Any]:
    """A set as a run's file describes it."""
    return {
        "name": image_set.name,
        "size": len(image_set),
        "fingerprint": image_set.fingerprint,
    }


def _check_size(model: nn.Module) -> None:
    size = sum(value.nbytes for value in model.state_dict().values())
    if size > WEIGHTS_LIMIT:
        raise ValueError(
            f"the network takes {size:,} bytes, but at most {WEIGHTS_LIMIT:,} are kept; record it "
            f"with keep_weights=False"
        )
