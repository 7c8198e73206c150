"""The files of a run and of each of its seeds: written whole, and checked when they are read."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from lessonlib.runs.formats import fault
from lessonlib.writing import whole_file, write_whole

MEND = "restore it from git, or record it again with `lessonlib record {name} --restart`"


class RunFileError(ValueError):
    """A run's file is missing, damaged, edited or does not fit; the message says what to do."""


def write(folder: Path, run: dict[str, Any], rows: Sequence[dict], weights: Path | None) -> Path:
    """Write a run: NAME.json and NAME.csv, and NAME.safetensors where weights are kept.

    The JSON is written last, since it holds the checksum of the fields and the CSV.

    Args:
        folder: where to write; it may be on another file system than `weights`.
        run: the fields of the newest format, without `checksum`.
        rows: the history, one row per epoch and seed, all with the same columns.
        weights: a file to copy, or None.

    Returns:
        The JSON file.
    """
    path = folder / f"{run['name']}.json"
    if weights is not None:
        copy(weights, path.with_suffix(".safetensors"))
    table = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
    write_whole(path.with_suffix(".csv"), table)
    write_whole(path, _json({**run, "checksum": checksum(run, table)}))
    return path


def read(path: Path) -> tuple[dict[str, Any], str]:
    """A run's fields and the text of its CSV, after all checks.

    Raises:
        RunFileError: a file is missing or not JSON, a field is missing or unknown, the format is
            one that this lessonlib cannot read, or the contents are not those that were recorded.
    """
    run = _fields(path)
    try:
        table = path.with_suffix(".csv").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RunFileError(f"{error.filename} is missing; {_mend(path.stem)}") from error
    _check(path, run, table, "or its CSV ")
    return run, table


def write_seed(path: Path, run: dict[str, Any], rows: Sequence[dict]) -> None:
    """Write one seed of a run: the run's fields with one result and its history in one file."""
    fields = {**run, "rows": list(rows)}
    write_whole(path, _json({**fields, "checksum": checksum(fields, "")}))


def read_seed(path: Path) -> tuple[dict[str, Any], list[dict]]:
    """One seed's fields and history, after all checks.

    Raises:
        RunFileError: as for `read`.
    """
    run = _fields(path)
    _check(path, run, "", "")
    rows = run.pop("rows", None)
    if not rows:
        raise RunFileError(f"{path} has no rows; {_mend(run['name'])}")
    return run, rows


def checksum(run: dict[str, Any], table: str) -> str:
    """SHA-256 over a run's fields, in a fixed form, and its CSV."""
    fields = {key: value for key, value in run.items() if key != "checksum"}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{text}\n{table}".encode()).hexdigest()


def weights_file(path: Path, run: dict[str, Any]) -> Path:
    """The weights beside a run's or a seed's JSON.

    Raises:
        RunFileError: the run keeps no weights, or they are missing or not those that were recorded.
    """
    if "weights" not in run:
        raise RunFileError(f"{run['name']} keeps no weights; it was recorded for its results only")
    file = path.with_suffix(".safetensors")
    if not file.exists() or sha256(file) != run["weights"]:
        raise RunFileError(f"{file} is missing or damaged; {_mend(run['name'])}")
    return file


def sha256(path: Path) -> str:
    """A file's SHA-256, as hex digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy(source: Path, target: Path) -> None:
    """Copy a whole file, from any file system, and make it readable for everybody."""
    with whole_file(target) as part:
        shutil.copyfile(source, part)
        part.chmod(0o644)  # safetensors writes for the owner alone


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, indent=1) + "\n"


def _fields(path: Path) -> dict[str, Any]:
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunFileError(f"{path} is missing; {_mend(path.stem)}") from error
    except ValueError as error:
        raise RunFileError(f"{path} is not valid JSON ({error}); {_mend(path.stem)}") from error
    if (found := fault(run)) is not None:
        newer = "take a newer version of the course, or " if "newer" in found else ""
        raise RunFileError(f"{path} {found}; {newer}{_mend(path.stem)}")
    return run


def _check(path: Path, run: dict[str, Any], table: str, besides: str) -> None:
    if checksum(run, table) != run["checksum"]:
        raise RunFileError(
            f"{path} {besides}was changed after it was recorded; {_mend(run['name'])}"
        )


def _mend(name: str) -> str:
    return MEND.format(name=name)
