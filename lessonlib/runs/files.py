"""A recorded run's files: written together, and checked when they are read."""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FORMAT = 1
FIELDS = {
    *("format", "name", "about", "network", "data", "recipe", "device", "threads", "load"),
    *("versions", "commit", "date", "results", "checksum"),
}
"""What every run's JSON holds; `weights` besides, where they are kept."""


class RunFileError(ValueError):
    """A recorded run that is missing, damaged or edited; says which file, and what to do."""


def write(folder: Path, run: dict[str, Any], rows: Sequence[dict], weights: Path | None) -> Path:
    """Write NAME.json and NAME.csv, and NAME.safetensors where weights are kept.

    Each goes to a temporary name first; the JSON, which holds the checksum of all, comes last.

    Args:
        folder: where to.
        run: all of `FIELDS` but `checksum`.
        rows: the history, a row an epoch, all with the same columns.
        weights: a file to move into place, or None.
    """
    path = folder / f"{run['name']}.json"
    table = _csv(rows)
    if weights is not None:
        run = {**run, "weights": hashlib.sha256(weights.read_bytes()).hexdigest()}
        weights.chmod(0o644)  # safetensors writes for the owner alone
        weights.replace(path.with_suffix(".safetensors"))
    _replace(path.with_suffix(".csv"), table)
    run = {**run, "checksum": checksum(run, table)}
    _replace(path, json.dumps(run, indent=1, sort_keys=True) + "\n")
    return path


def read(path: Path) -> tuple[dict[str, Any], str]:
    """A run's JSON and the text of its CSV, after all checks.

    Raises:
        RunFileError: a file is missing or no JSON, a field is missing or unknown, the format is
            another one, or the contents are not those that were recorded.
    """
    mend = "restore it from git, or record it again with `lessonlib record`"
    try:
        text = path.read_text(encoding="utf-8")
        table = path.with_suffix(".csv").read_text(encoding="utf-8")
        run = json.loads(text)
    except FileNotFoundError as error:
        raise RunFileError(f"{error.filename} is missing; {mend}") from error
    except ValueError as error:
        raise RunFileError(f"{path} is no JSON ({error}); {mend}") from error
    found = set(run) if isinstance(run, dict) else set()
    if FIELDS - found or found - FIELDS - {"weights"}:
        lacks, strange = sorted(FIELDS - found), sorted(found - FIELDS - {"weights"})
        raise RunFileError(f"{path} lacks {lacks} and has {strange} besides; {mend}")
    if run["format"] != FORMAT:
        raise RunFileError(f"{path} has format {run['format']!r}, expected {FORMAT}; {mend}")
    if checksum({k: v for k, v in run.items() if k != "checksum"}, table) != run["checksum"]:
        raise RunFileError(f"{path} or its CSV was changed after it was recorded; {mend}")
    return run, table


def checksum(run: dict[str, Any], table: str) -> str:
    """SHA-256 over a run's fields, in a fixed form, and its CSV."""
    fields = json.dumps(run, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{fields}\n{table}".encode()).hexdigest()


def weights_file(path: Path, run: dict[str, Any]) -> Path:
    """The weights beside a run's JSON.

    Raises:
        RunFileError: the run keeps none, or they are missing or not those that were recorded.
    """
    if "weights" not in run:
        raise RunFileError(f"{path.stem} keeps no weights; it was recorded for its results only")
    file = path.with_suffix(".safetensors")
    if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != run["weights"]:
        raise RunFileError(f"{file} is missing or damaged; restore it from git")
    return file


def _csv(rows: Sequence[dict]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _replace(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
