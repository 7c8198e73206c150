"""Making recorded runs."""

import hashlib
import json
import os
import platform
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout
from safetensors.torch import save_model

import lessonlib
from lessonlib import models, settings
from lessonlib.data import ImageSet, load
from lessonlib.runs import files as run_files
from lessonlib.runs.recordings import RECORDINGS, Recording
from lessonlib.training import evaluate, fit, new_network

WEIGHTS_LIMIT = 2_000_000  # bytes a kept network may have


class UnderWayError(RuntimeError):
    """Another recording is under way on this machine."""


def record(name: str, folder: Path | None = None, *, progress: bool = True) -> Path:
    """Run a recording, seed by seed, and write its files.

    A recording that was stopped goes on: finished seeds are kept, and the seed under way goes on
    from its last epoch. Only one recording runs at a time on a machine.

    Args:
        name: in `RECORDINGS`.
        folder: where to write; None is the package's own folder of records.
        progress: show a bar for each seed.

    Returns:
        The JSON file.

    Raises:
        ValueError: an unknown name, lessonlib has changes that no commit holds, or a kept
            network is too large.
        UnderWayError: another recording is under way.
    """
    if name not in RECORDINGS:
        raise ValueError(f"unknown recording {name!r}; known: {', '.join(RECORDINGS)}")
    work = settings.data_dir() / "recordings"
    work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(work / "lock", timeout=0):
            return _record(name, folder or _records(), work, progress)
    except Timeout as error:
        raise UnderWayError(
            "another recording is under way on this machine; two would spoil each other's times"
        ) from error


def _record(name: str, folder: Path, work: Path, progress: bool) -> Path:
    recording, commit = RECORDINGS[name], _commit()
    train_set, test_set = (
        load(recording.data, train=part, view=recording.view) for part in (True, False)
    )
    threads = torch.get_num_threads()
    asked = {**vars(recording), "recipe": recording.recipe.as_data()}
    made_from = {"commit": commit, "recording": asked, "threads": threads}
    work = work / f"{name}-{_digest(made_from)[:12]}"
    done = [_seed(recording, seed, train_set, test_set, work, progress) for seed in recording.seeds]
    run = {
        "format": run_files.FORMAT,
        "name": name,
        "about": recording.about,
        "network": recording.network,
        "data": {
            "name": recording.data,
            "view": recording.view,
            "train": len(train_set),
            "test": len(test_set),
            "train_sha256": _sha256(train_set),
            "test_sha256": _sha256(test_set),
        },
        "recipe": recording.recipe.as_data(),
        "device": done[0]["device"],
        "threads": threads,
        "load": _load(),
        "versions": _versions(),
        "commit": commit,
        "date": datetime.now(UTC).date().isoformat(),
        "results": [seed["result"] for seed in done],
    }
    rows = [row for seed in done for row in seed["rows"]]
    weights = work / "weights.safetensors" if recording.keep_weights else None
    return run_files.write(folder, run, rows, weights)


def _seed(
    recording: Recording,
    seed: int,
    train_set: ImageSet,
    test_set: ImageSet,
    work: Path,
    progress: bool,
) -> dict[str, Any]:
    """One seed's result and history; from its file, if it was run before."""
    recipe = replace(recording.recipe, seed=seed)
    model = new_network(models.NETWORKS[recording.network], seed)
    history = fit(
        model,
        train_set,
        recipe,
        test_set=test_set,
        checkpoint=work / f"seed-{seed}.pt",
        progress=progress,
    )
    if recording.keep_weights and seed == recording.seeds[0]:
        _keep(model, work / "weights.safetensors")
    error = evaluate(model, test_set).error_rate
    return {
        "device": history.device,
        "result": {"seed": seed, "test_error": error, "seconds": history.seconds},
        "rows": [{"seed": seed, **row} for row in history.table.to_dict("records")],
    }


def _keep(model: torch.nn.Module, path: Path) -> None:
    save_model(model.cpu(), path)
    if (size := path.stat().st_size) > WEIGHTS_LIMIT:
        raise ValueError(f"the network takes {size:,} bytes; at most {WEIGHTS_LIMIT:,} are kept")


def _commit() -> str:
    """The commit that holds lessonlib as it runs."""
    package = Path(lessonlib.__file__).parent
    changed = _git(package, "status", "--porcelain", "--", ".", ":!runs/records")
    if changed:
        raise ValueError(
            f"lessonlib has changes that no commit holds, so a record could not say what ran; "
            f"commit them first:\n{changed}"
        )
    return _git(package, "rev-parse", "HEAD")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ValueError("recording needs git and a checkout of the course") from error
    return done.stdout.strip()


def _load() -> float | None:
    """Programs that wanted to run, mean of the last 15 minutes: above the cores, times are long."""
    return round(os.getloadavg()[2], 1) if hasattr(os, "getloadavg") else None


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "lessonlib": lessonlib.__version__,
    }


def _sha256(image_set: ImageSet) -> str:
    digest = hashlib.sha256(image_set.images.numpy().tobytes())
    digest.update(image_set.labels.numpy().tobytes())
    return digest.hexdigest()


def _digest(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _records() -> Path:
    folder = Path(__file__).parent / "records"
    if not os.access(folder, os.W_OK):
        raise ValueError(f"{folder} cannot be written to; name another folder")
    return folder
