"""The results of `make bench` as tables, which it prints and the book shows."""

import json
from pathlib import Path
from typing import Any

RESULT = "book/bench.json"
SECONDS = {  # the rows, by the names in the file
    "dataloader": "DataLoader",
    "tutorial": "tutorial",
    "fit": "fit",
    "fit, channels last": "fit, channels last",
    "fit, compiled": "fit, compiled",
    "fit, compiled, next epoch": "fit, compiled, next epoch",
    "tensors": "ready, DataLoader",
    "bare fit": "ready, fit",
}
RATIOS = {
    "dataloader / fit": "fit than DataLoader",
    "tutorial / fit": "fit than tutorial",
    "tensors / bare fit": "ready: fit than DataLoader",
    "fit / fit, channels last": "channels last than fit",
    "fit / fit, compiled": "compiled than fit",
    "fit / fit, compiled, next epoch": "compiled, next epoch, than fit",
}


def read_result(root: Path) -> dict[str, Any]:
    """The committed measurement."""
    return json.loads((root / RESULT).read_text(encoding="utf-8"))


def report(result: dict[str, Any]) -> str:
    """All of it in Markdown: the setting, both tables and the memory."""
    parts = [
        setting(result),
        "Seconds per epoch: median (least to most).",
        table("Way", result["seconds"], SECONDS, digits=1),
        "How many times faster, round by round: median (least to most); below 1 is slower.",
        table("Faster", result["ratios"], RATIOS, digits=2),
        memory(result["peak_memory_mb"]),
    ]
    return "\n\n".join(part for part in parts if part)


def setting(result: dict[str, Any]) -> str:
    """When, where and on what."""
    versions = " and ".join(f"{name} {text}" for name, text in result["versions"].items())
    return (
        f"Measured on {result['date']} on {result['threads']} threads of a CPU "
        f"({result['cores']} cores), with {versions}: {result['images']:,} pictures per epoch, "
        f"batches of {result['batch_size']}, {result['rounds']} rounds. Not measured on a GPU."
    )


def table(
    head: str, networks: dict[str, dict[str, dict[str, float]]], rows: dict[str, str], digits: int
) -> str:
    """A Markdown table: one column per network, one row for each of `rows` that was measured."""
    lines = [[head, *networks]]
    for name, label in rows.items():
        spreads = [measured.get(name) for measured in networks.values()]
        if any(spreads):
            lines.append([label, *(spread(values, digits) for values in spreads)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def spread(values: dict[str, float] | None, digits: int) -> str:
    """Median, least and most."""
    if values is None:
        return "not measured"
    least, median, most = (f"{values[name]:.{digits}f}" for name in ("min", "median", "max"))
    return f"{median} ({least} to {most})"


def memory(peaks: dict[str, float]) -> str:
    """The peak of an epoch compared with that of the bare import, if both were measured."""
    if not peaks:
        return ""
    bare, fit, data = (peaks[name] for name in ("import torch", "fit", "the data as bytes"))
    return (
        f"Peak memory: {bare:,.0f} MB after a bare `import torch`, {fit:,.0f} MB after an epoch of "
        f"`fit` with {data:.0f} MB of pictures, so {fit - bare - data:,.0f} MB beside the data."
    )
