"""Reading recorded runs."""

import io
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import pandas as pd
from torch import nn

from lessonlib import models
from lessonlib.runs import files as run_files
from lessonlib.training import Recipe


@dataclass(frozen=True)
class Run:
    """A recorded run, as it was on the day.

    Attributes:
        name: as `load` takes it.
        about: one sentence.
        network: class in `lessonlib.models`.
        data: name, view, sizes and SHA-256 of what it was trained and tested on.
        recipe: how; each seed in `results` had its own `seed`.
        device: such as `cpu`.
        threads: of the CPU.
        load: programs that wanted to run on the machine, 15-minute mean at the end; where it is
            above the number of cores, the seconds are longer than the work took.
        versions: of Python, PyTorch and lessonlib.
        commit: of the repository.
        date: of the recording, ISO.
        results: a row a seed: `seed`, `test_error` (0..1), `seconds` (of training).
        history: a row an epoch and seed: `seed`, `epoch`, `lr`, `train_loss`, `test_error`,
            `seconds`.
    """

    name: str
    about: str
    network: str
    data: dict
    recipe: Recipe
    device: str
    threads: int
    load: float | None
    versions: dict[str, str]
    commit: str
    date: str
    results: pd.DataFrame
    history: pd.DataFrame

    def source(self) -> str:
        """How a chapter names it: recorded, where and when."""
        some = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        threads = f", {some}" if self.device == "cpu" else ""
        return f"recorded on {self.date} ({self.device}{threads})"


def names() -> list[str]:
    """The recorded runs that there are."""
    return sorted(path.stem for path in _folder().iterdir() if path.suffix == ".json")


def load(name: str) -> Run:
    """A recorded run by its name.

    Raises:
        ValueError: there is none of that name; lists the names.
        RunFileError: its files are missing, damaged or edited.
    """
    path = _path(name)
    run, table = run_files.read(path)
    fields = {key: run[key] for key in Run.__dataclass_fields__ if key in run}
    fields |= {
        "recipe": Recipe.from_data(run["recipe"]),
        "results": pd.DataFrame(run["results"]),
        "history": pd.read_csv(io.StringIO(table)),
    }
    return Run(**fields)


def network(name: str) -> nn.Module:
    """The trained network of a recorded run that keeps its weights, in evaluation mode.

    Raises:
        ValueError: there is no run of that name; lists the names.
        RunFileError: the run keeps no weights, or its files are damaged.
    """
    from safetensors.torch import load_model

    path = _path(name)
    run, _ = run_files.read(path)
    model = getattr(models, run["network"])()
    load_model(model, run_files.weights_file(path, run))
    return model.eval()


def _path(name: str) -> Path:
    if name not in names():
        raise ValueError(f"no recorded run {name!r}; there are: {', '.join(names())}")
    return _folder() / f"{name}.json"


def _folder() -> Path:
    with as_file(files("lessonlib.runs") / "records") as folder:
        return folder
