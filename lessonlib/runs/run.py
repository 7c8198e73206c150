"""Reading the runs that were kept."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from torch import nn

from lessonlib.models.ablations import ABLATIONS, Ablation
from lessonlib.named import from_data
from lessonlib.runs import files as run_files
from lessonlib.runs.files import RunFileError
from lessonlib.runs.formats import as_newest
from lessonlib.runs.quotable import is_quotable, why_not
from lessonlib.runs.recording import built
from lessonlib.runs.trainers import TRAINERS
from lessonlib.training import Recipe, SDLMRecipe


@dataclass(frozen=True)
class Run:
    """A recording's result, as it was on the day.

    Attributes:
        name: the name that `load` takes.
        about: one sentence.
        network: name of a class in `lessonlib.models`.
        classes: how many scores it has; None where that is the network's own number.
        ablations: what was replaced in it; from `lessonlib.models.ablations`.
        data: `name` and `view` of what it was trained and tested on, `subset` (pictures per class
            to train on, or None for all), sizes of both parts (`train`, `test`) and their
            fingerprints (`train_fingerprint`, `test_fingerprint`); `held_back`, where the
            learning rate followed the error on so many pictures besides those to train on.
        trainer: name of what trained it.
        recipe: how it was trained; each row of `results` had its own `seed`.
        measured: for each further measurement, the set it was made on: its `name`, `size` and
            `fingerprint`.
        commit: the commit whose code ran.
        results: one row per seed: `seed`, `test_error` (0..1), the further measurements,
            `seconds` (of training), `quotable` (whether these may be quoted: no more programs
            ran than there are cores), `load` (the largest 1-minute mean of programs that wanted
            to run while it was trained; None where unknown), `cores`, `device`, `threads`,
            `date`, the versions `python`, `torch` and `lessonlib`, and, except in older runs,
            `precision`, `channels_last`, `compiled`, `workers` and `processes`, see
            `lessonlib.training.Hardware`.
        history: one row per epoch and seed: `seed`, `epoch`, `lr`, `train_loss`, `test_error`,
            `seconds` and, except in the oldest runs, `load`.
    """

    name: str
    about: str
    network: str
    classes: int | None
    ablations: tuple[Ablation, ...]
    data: dict[str, Any]
    trainer: str
    recipe: Recipe | SDLMRecipe
    measured: dict[str, dict[str, Any]]
    commit: str
    results: pd.DataFrame
    history: pd.DataFrame

    @property
    def quotable_seconds(self) -> list[float]:
        """Training seconds of the seeds for which they may be quoted; often there are none."""
        return self.results.loc[self.results["quotable"], "seconds"].tolist()

    def source(self) -> str:
        """How a chapter labels it: recorded when and where, and which seconds not to quote."""
        places = [
            f"{device}, {threads} {'thread' if threads == 1 else 'threads'}"
            if device == "cpu"
            else device
            for device, threads in zip(self.results["device"], self.results["threads"], strict=True)
        ]
        said = f"recorded on {_listed(self.results['date'])} ({_listed(places)})"
        warning = why_not(self.results)
        return f"{said}; {warning}" if warning else said


def names() -> list[str]:
    """Names of the runs that exist."""
    return sorted(path.stem for path in kept().iterdir() if path.suffix == ".json")


def load(name: str) -> Run:
    """A run by its name.

    Raises:
        ValueError: there is no run of that name; the message lists the names.
        RunFileError: its files are missing, damaged, edited or of a format that cannot be read.
    """
    path = path_of(name)
    found, table = run_files.read(path)
    run = as_newest(found)
    fields = {key: run[key] for key in Run.__dataclass_fields__ if key in run}
    results = pd.DataFrame(run["results"])
    results.insert(
        results.columns.get_loc("seconds") + 1,
        "quotable",
        [is_quotable(result) for result in run["results"]],
    )
    fields |= {
        "ablations": _ablations(path, run),
        "recipe": _recipe(path, run),
        "results": results,
        "history": pd.read_csv(io.StringIO(table)),
    }
    return Run(**fields)


def network(name: str) -> nn.Module:
    """The trained network of a run that keeps its weights, ablations and all, ready to evaluate.

    Raises:
        ValueError: there is no run of that name; the message lists the names.
        RunFileError: the run keeps no weights, its files are damaged, or the weights do not fit
            today's network.
    """
    from safetensors.torch import load_model

    path = path_of(name)
    found, _ = run_files.read(path)
    run = as_newest(found)
    weights = run_files.weights_file(path, run)
    ablations = _ablations(path, run)
    try:
        model = built(run["network"], ablations, run["classes"])
        load_model(model, weights)
    except (ValueError, RuntimeError) as error:  # torch's, of a weight that is missing or left
        raise _does_not_fit(path, run, error) from error
    return model.eval()


def kept() -> Path:
    """The folder of the runs that are kept."""
    return Path(__file__).parent / "kept"


def _ablations(path: Path, run: dict[str, Any]) -> tuple[Ablation, ...]:
    try:
        return tuple(from_data(data, ABLATIONS, "ablation") for data in run["ablations"])
    except ValueError as error:
        raise _does_not_fit(path, run, error) from error


def _recipe(path: Path, run: dict[str, Any]) -> Recipe | SDLMRecipe:
    try:
        if run["trainer"] not in TRAINERS:
            raise ValueError(f"there is no trainer {run['trainer']!r}")
        return TRAINERS[run["trainer"]].recipe.from_data(run["recipe"])
    except ValueError as error:
        raise _does_not_fit(path, run, error) from error


def _does_not_fit(path: Path, run: dict[str, Any], error: Exception) -> RunFileError:
    reason = " ".join(str(error).split())
    return RunFileError(
        f"{path} was recorded at commit {run['commit'][:12]} and does not fit this version of "
        f"lessonlib: {reason}. To use it, check out that commit (`git checkout "
        f"{run['commit'][:12]}`), or record it again with `lessonlib record {run['name']} "
        f"--restart`"
    )


def path_of(name: str) -> Path:
    """The JSON of a run.

    Raises:
        ValueError: there is no run of that name; the message lists the names.
    """
    if name not in names():
        raise ValueError(f"no run {name!r}; there are: {', '.join(names())}")
    return kept() / f"{name}.json"


def _listed(values: Any) -> str:
    """Each different value once, in order, with commas and an `and`."""
    *most, last = dict.fromkeys(values)
    return f"{', '.join(most)} and {last}" if most else str(last)
