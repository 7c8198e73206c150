"""The formats that a run's file can have, and how an older one is read."""

from typing import Any

FORMAT = 2
"""The format that is written today."""

_ALWAYS = {"format", "name", "about", "network", "data", "recipe", "commit", "results", "checksum"}
NEEDED = {
    1: {*_ALWAYS, "device", "threads", "load", "versions", "date"},
    2: {*_ALWAYS, "trainer"},
}
"""The fields that a file of each format must have."""
OPTIONAL = {1: {"weights"}, 2: {"ablations", "classes", "measured", "weights", "rows"}}
"""The fields that a file of each format may have."""


def fault(run: Any) -> str | None:
    """What is wrong with a file's fields, as the end of a sentence; None if nothing is wrong."""
    if not isinstance(run, dict):
        return f"holds {type(run).__name__}, expected a run's fields"
    number = run.get("format")
    if isinstance(number, int) and number > FORMAT:
        return f"has format {number}, newer than this lessonlib reads ({FORMAT})"
    if number not in NEEDED:
        return f"has format {number!r}, expected one of {sorted(NEEDED)}"
    lacks, strange = NEEDED[number] - set(run), set(run) - NEEDED[number] - OPTIONAL[number]
    if lacks or strange:
        return f"lacks {sorted(lacks)} and has {sorted(strange)} besides"
    return None


def as_newest(run: dict[str, Any]) -> dict[str, Any]:
    """A run's fields as format 2 has them, whichever format its file has.

    Format 1 kept device, threads, load, versions and date once, for all seeds; format 2 keeps
    them with each seed, and also the number of cores. Format 1's `data` names the pictures by
    `train_sha256` and `test_sha256`, over pictures and labels, where format 2 has fingerprints.
    """
    newest = {"ablations": [], "classes": None, "measured": {}, "trainer": "fit", **run}
    if run["format"] == 1:
        once = ("device", "threads", "load", "date")
        same = {key: newest.pop(key) for key in once} | newest.pop("versions")
        newest["results"] = [{**result, **same, "cores": None} for result in run["results"]]
    return newest
