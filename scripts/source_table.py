"""The differences between AlexNet's paper and its released source, as tables for their page."""

import re
from pathlib import Path
from typing import Any

import yaml

from lessonlib.models.alexnet_logs import LOGS_2010, LOGS_2012

DIFFERENCES = "book/alexnet-source.yml"
CHAPTER = "../notebooks/10_alexnet.ipynb"
FIELDS = ("what", "paper", "source", "follows", "cell")
LOGS = LOGS_2012 | LOGS_2010
LOGGED = re.compile(r"\{([^{}]+?)(?: minus ([^{}]+))?\}")


def read_differences(root: Path) -> list[dict[str, Any]]:
    """The groups of book/alexnet-source.yml, each with its title and its differences.

    Raises:
        ValueError: a difference lacks a field or has an unknown one.
    """
    groups = yaml.safe_load((root / DIFFERENCES).read_text(encoding="utf-8"))["groups"]
    for group in groups:
        for row in group["differences"]:
            if not set(FIELDS[:-1]) <= set(row) <= set(FIELDS):
                raise ValueError(
                    f"{DIFFERENCES}, {row.get('what', '(without a name)')}: expected the fields "
                    f"{FIELDS}, of which only the last may be missing, got {list(row)}"
                )
    return groups


def report(groups: list[dict[str, Any]]) -> str:
    """A heading and a table for each group, numbered through, and then what the logs say."""
    parts, number = [], 0
    for group in groups:
        lines = ["| Difference | The paper | The source | What follows |", "|---|---|---|---|"]
        for row in group["differences"]:
            number += 1
            lines.append(difference(number, row))
        parts += [f"## {group['title']}", "\n".join(lines)]
    return "\n\n".join(parts)


def difference(number: int, row: dict[str, str]) -> str:
    """One row of a table."""
    follows = row["follows"]
    if "cell" in row:
        follows += f" [Shown in chapter 10]({CHAPTER}#{row['cell']})"
    cells = [f"{number}. {row['what']}", row["paper"], row["source"], follows]
    return f"| {' | '.join(with_errors(cell) for cell in cells)} |"


def with_errors(text: str) -> str:
    """The text, with `{145}` and `{150 minus 145}` replaced by errors that were logged.

    Raises:
        ValueError: no such experiment.
    """

    def errors(found: re.Match[str]) -> str:
        if unknown := [name for name in found.groups() if name and name not in LOGS]:
            raise ValueError(f"no experiment {unknown[0]!r} in lessonlib.models.alexnet_logs")
        one = LOGS[found[1]]
        if found[2] is None:
            return f"{100 * one.top1:.3f} and {100 * one.top5:.3f} %"
        other = LOGS[found[2]]
        pairs = ((one.top1, other.top1), (one.top5, other.top5))
        first, second = (f"{100 * (a - b):.2f}" for a, b in pairs)
        return f"{first} and {second} points"

    return LOGGED.sub(errors, text)


def logs() -> str:
    """What the logs say, as a table: one row per experiment."""
    lines = ["| Experiment | What it is | top-1 (%) | top-5 (%) |", "|---|---|---|---|"]
    for name, errors in LOGS.items():
        shown = f"{100 * errors.top1:.3f} | {100 * errors.top5:.3f}"
        lines.append(f"| {name} | {errors.what} | {shown} |")
    return "\n".join(lines)
