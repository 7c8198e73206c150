"""Which times may be quoted: those of trainings that did not have to share the machine."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

ROOM = 0.5  # of a program: what the machine itself runs beside the training


def is_quotable(result: Mapping[str, Any]) -> bool:
    """Whether no more programs ran than there are cores while a seed was trained.

    Where the number of cores was not noted, as in the oldest runs, the number of training
    threads is used in its place. With an unknown load, a time is not quotable.

    Args:
        result: the result of one seed, with `load`, `cores` and `threads`.
    """
    load = result["load"]
    return load is not None and load <= (result["cores"] or result["threads"]) + ROOM


def why_not(results: pd.DataFrame) -> str:
    """A clause on the seconds that are not to be quoted; empty if all may be quoted."""
    busy = results[~results["quotable"]]
    if busy.empty:
        return ""
    seeds = [str(seed) for seed in busy["seed"]]
    one = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {', '.join(seeds)}"
    whose = "its seconds" if len(busy) == len(results) else f"the seconds of {one}"
    if busy["load"].isna().any():
        return f"{whose} are not to be quoted, because how busy the machine was is not known"
    worst = busy.loc[busy["load"].idxmax()]
    if pd.isna(worst["cores"]):
        fewer = f"its {worst['threads']} thread" + ("" if worst["threads"] == 1 else "s")
    else:
        fewer = f"the machine's {worst['cores']:.0f} cores"
    return (
        f"{whose} are not to be quoted, because about {worst['load']:.0f} programs ran at once, "
        f"more than {fewer}"
    )
