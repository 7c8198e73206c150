"""Measuring a map of the plateau row by row; what is done stays done when it is stopped."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from lessonlib.data import ImageSet
from lessonlib.runs.checkout import own_checkout
from lessonlib.runs.conditions import conditions
from lessonlib.runs.files import RunFileError
from lessonlib.runs.plateau import PlateauMap, keep, plateau_map
from lessonlib.training import Recipe
from lessonlib.training.blocking import LOW
from lessonlib.training.leaving import WINDOW

LEFT = f"the mean training loss of the last {WINDOW} steps is below {LOW} ln K, for K classes"


def begin(name: str, about: str, network: str, train: ImageSet, recipe: Recipe) -> PlateauMap:
    """A map without rows, measured from now on with the code of today's commit.

    Raises:
        ValueError: there is no git checkout, or lessonlib has changes that are not committed.
    """
    data = {"name": train.name, "view": train.view, "train": len(train)}
    return PlateauMap(
        name=name,
        about=about,
        network=network,
        left=LEFT,
        data={**data, "train_fingerprint": train.fingerprint},
        recipe=recipe.as_data(),
        begun=_today(),
        ended=_today(),
        commit=own_checkout().commit(),
        conditions=conditions(),
        rows=pd.DataFrame(),
    )


def measure(
    begun: PlateauMap,
    cases: Iterable[dict[str, Any]],
    row: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    restart: bool,
) -> None:
    """Measure the cases that are missing, and keep the map after each of them.

    Args:
        begun: the map without rows.
        cases: what tells each row from the others.
        row: measures a case; gives the other columns of its row.
        restart: measure all of them again.

    Raises:
        ValueError: rows are kept that were measured by other code, or under other conditions.
    """
    found = begun if restart else _kept(begun)
    for case in cases:
        if _has(found.rows, case):
            continue
        line = {**case, **row(case)}
        print(", ".join(f"{key} {value}" for key, value in line.items()), flush=True)
        rows = pd.DataFrame([*found.rows.to_dict("records"), line])
        found = replace(found, rows=rows, ended=_today())
        keep(found)


def _kept(begun: PlateauMap) -> PlateauMap:
    try:
        found = plateau_map(begun.name)
    except RunFileError:
        return begun
    same = ("network", "data", "recipe", "commit", "conditions")
    other = [name for name in same if getattr(found, name) != getattr(begun, name)]
    if other:
        raise ValueError(
            f"the rows kept of {begun.name!r} have another {', '.join(other)}; go on in a worktree "
            f"of commit {found.commit}, or measure all again with --restart"
        )
    return found


def _has(rows: pd.DataFrame, case: dict[str, Any]) -> bool:
    if rows.empty:
        return False
    return bool((rows[list(case)] == pd.Series(case)).all(axis=1).any())


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
