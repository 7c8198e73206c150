"""Maps of the plateau: which start and rate left a loss of ln K, measured once and kept."""

import io
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from lessonlib.runs import run as runs
from lessonlib.runs.files import RunFileError, checksum
from lessonlib.writing import write_whole

MAPS = ("recipe", "small", "large", "proof", "planted")
"""The maps: the named recipe, `AlexNetSmall`, `AlexNet`, and two proofs of the diagnosis."""


@dataclass(frozen=True)
class PlateauMap:
    """A table of short training runs, one row each, and how it was measured.

    Attributes:
        name: one of `MAPS`.
        about: one sentence.
        network: name of a class in `lessonlib.models`.
        left: in words, when a run counts as having left the plateau.
        data: `name` and `view` of the set, the number of pictures and the fingerprint of its
            training part.
        recipe: how was trained, as `Recipe.as_data` gives it; rows differ from it where they say.
        begun: the day of the first row.
        ended: the day of the last row.
        commit: the commit whose code ran.
        conditions: device, threads, cores and versions.
        rows: one row per run, see `scripts/map_plateau.py` and `scripts/prove_diagnosis.py`.
    """

    name: str
    about: str
    network: str
    left: str
    data: dict[str, Any]
    recipe: dict[str, Any]
    begun: str
    ended: str
    commit: str
    conditions: dict[str, Any]
    rows: pd.DataFrame

    def cells(self) -> pd.DataFrame:
        """One row per start and rate.

        Columns `start` and `rate`; `runs`, how many there were; `left`, how many of them left;
        `steps`, the median number of steps of those that did, NaN where none did.
        """
        rows = self.rows.assign(left_after=self.rows["steps"].where(self.rows["left"]))
        grouped = rows.groupby(["start", "rate"], sort=False)
        counted = grouped.agg(runs=("left", "size"), left=("left", "sum"))
        return counted.assign(steps=grouped["left_after"].median()).reset_index()

    def source(self) -> str:
        """How a chapter labels it: recorded when and where."""
        days = self.begun if self.begun == self.ended else f"{self.begun} to {self.ended}"
        threads = self.conditions["threads"]
        return (
            f"recorded on {days} ({self.conditions['device']}, {threads} "
            f"{'thread' if threads == 1 else 'threads'})"
        )


def plateau_map(name: str) -> PlateauMap:
    """A map by its name.

    Args:
        name: one of `MAPS`.

    Raises:
        ValueError: there is no map of that name.
        RunFileError: its files are missing, damaged or edited.
    """
    if name not in MAPS:
        raise ValueError(f"no map {name!r}; there are: {', '.join(MAPS)}")
    path = _path(name)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        table = path.with_suffix(".csv").read_text(encoding="utf-8")
    except (FileNotFoundError, ValueError) as error:
        raise RunFileError(f"{path} or its CSV cannot be read ({error}); {_mend(name)}") from error
    wanted = {field.name for field in fields(PlateauMap)} - {"rows"} | {"checksum"}
    if not isinstance(found, dict) or set(found) != wanted:
        raise RunFileError(f"{path}: expected the fields {', '.join(sorted(wanted))}")
    if found.pop("checksum") != checksum(found, table):
        raise RunFileError(f"{path} or its CSV was changed after it was recorded; {_mend(name)}")
    return PlateauMap(**found, rows=pd.read_csv(io.StringIO(table)))


def keep(found: PlateauMap) -> None:
    """Write a map's files, `kept/plateau/NAME.csv` and `NAME.json`, whole or not at all."""
    path = _path(found.name)
    path.parent.mkdir(exist_ok=True)
    table = found.rows.to_csv(index=False, lineterminator="\n")
    said = {f.name: getattr(found, f.name) for f in fields(found) if f.name != "rows"}
    write_whole(path.with_suffix(".csv"), table)
    whole = {**said, "checksum": checksum(said, table)}
    write_whole(path, json.dumps(whole, indent=1) + "\n")


def _path(name: str) -> Path:
    return runs.kept() / "plateau" / f"{name}.json"


def _mend(name: str) -> str:
    proofs = {"proof": "run", "planted": "planted"}
    script = f"prove_diagnosis.py {proofs[name]}" if name in proofs else f"map_plateau.py {name}"
    return f"restore it from git, or measure it again with `python scripts/{script} --restart`"
