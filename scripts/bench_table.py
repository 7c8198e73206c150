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
    """All of it in Markdown: setting, both tables, memory, `sdlm_fit`, wide fields, and AlexNet."""
    parts = [
        setting(result),
        "Seconds per epoch: median (least to most).",
        table("Way", result["seconds"], SECONDS, digits=1),
        "How many times faster, round by round: median (least to most); below 1 is slower.",
        table("Faster", result["ratios"], RATIOS, digits=2),
        memory(result["peak_memory_mb"]),
        one_at_a_time(result.get("sdlm")),
        sliding(result.get("sliding")),
        alexnet(result.get("alexnet")),
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
    least, median, most = (f"{values[name]:,.{digits}f}" for name in ("min", "median", "max"))
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


def one_at_a_time(result: dict[str, Any] | None) -> str:
    """How fast the two engines of `sdlm_fit` are, if they were measured."""
    if result is None:
        return ""
    count, passes, share = result["images"], result["passes"], result["curvature_share"]
    where = "of MNIST" if result["data"] == "mnist" else "(embedded ones, repeated)"
    rates = result["updates_per_second"]
    rows = [f"| {name} | {spread(rates[name], 0)} |" for name in ("torch", "fast")]
    return "\n\n".join(
        [
            "### One picture per update",
            f"Measured on {result['date']}: `sdlm_fit` trains LeNet-5 by the algorithm of 1998, on "
            "one thread. "
            '`engine="torch"` is the readable one, and `engine="fast"` its twin, compiled by '
            f"numba {result['numba']}; both give the same weights up to rounding. The first call "
            "of `fast` also compiles, which takes some seconds and is not counted here.",
            "\n".join(["| Engine | Updates per second |", "|---|---|", *rows]),
            f"Round by round, `fast` made {spread(result['fast / torch'], 1)} times as many "
            f"updates per second as `torch`. With it, a pass over {count:,} digits {where} took "
            f"{spread(result['seconds_per_pass'], 1)} seconds, and all {passes} passes of "
            f"`{result['recipe']}` together {result['seconds_in_all']:.0f} seconds. In these, the "
            f"curvature of 500 digits took {spread(result['curvature_seconds'], 2)} seconds before "
            f"each pass: {share:.1%} of a pass (median).",
        ]
    )


def sliding(result: dict[str, Any] | None) -> str:
    """How long LeNet-5 takes for a wide field, in both ways, if it was measured."""
    if result is None:
        return ""
    lines = [
        "| Field | Windows | One pass | Crop by crop | Times faster | Times less work |",
        "|---|---|---|---|---|---|",
    ]
    for size, found in result.items():
        times = [spread(each, 2) for each in found["milliseconds"].values()]
        one, crops = found["multiply_adds"].values()
        faster = spread(found["times faster"], 1)
        cells = [size, f"{found['places']:,}", *times, faster, f"{crops / one:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return (
        "### A wide field\n\nLeNet-5 over fields of so many pixels (height by width), in "
        "milliseconds per field: in one pass, and with every window of 32x32 cut out, all windows "
        "of a field in one batch. Both give the same scores. Work is multiply-adds.\n\n"
        + "\n".join(lines)
    )


def alexnet(result: dict[str, Any] | None) -> str:
    """How fast AlexNet is, its update and the reading of its pictures, if they were measured."""
    if result is None:
        return ""
    update, count = result["update"], result["update"]["parameters"]
    return "\n\n".join(
        [
            "### AlexNet",
            f"Measured on {result['date']}, on {result['threads']} threads. Forward and backward, "
            f"in batches of {result['batch_size']}, in milliseconds per picture: AlexNet as "
            "printed, with two towers and normalisation, beside torchvision's `alexnet`, which has "
            "neither, and our normalisation of the maps of conv1 and conv2 beside PyTorch's "
            "`LocalResponseNorm`.",
            turns({"AlexNet": result["network"], **{n: result[n] for n in ("norm1", "norm2")}}),
            f"One update of {count:,} parameters, in milliseconds: fused, as `fit` makes it for "
            "networks of this size, beside PyTorch's usual one.",
            turns({name: update[name] for name in ("sgd_2012", "adam")}, "Optimiser", "Usual"),
            pictures_per_second(result["trained"], result["read"]),
        ]
    )


def turns(measured: dict[str, dict], head: str = "What", theirs: str = "Theirs") -> str:
    """A table of two ways that took turns: the first is ours, and the last entry is the ratio."""
    lines = [f"| {head} | Ours | {theirs} | Times faster |", "|---|---|---|---|"]
    for name, spreads in measured.items():
        ours, other, ratio = spreads.values()
        cells = [spread(ours, 2), spread(other, 2), spread(ratio, 2)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def pictures_per_second(trained: dict[str, dict], read: dict[str, Any]) -> str:
    """What `fit` takes and what is read from files, side by side."""
    width, height = read["size"]
    lines = ["| What | Pictures per second |", "|---|---|"]
    for name, each in trained.items():
        rates, size = spread(each["pictures_per_second"], 1), each["batch_size"]
        lines.append(f"| {name}, trained in batches of {size} | {rates} |")
    for workers, rates in read["pictures_per_second"].items():
        who = {"0": "the training itself", "1": "one process beside it"}
        by = who.get(workers, f"{workers} processes beside it")
        lines.append(f"| read by {by} | {spread(rates, 1)} |")
    return (
        "What `fit` takes, with augmentation and update, and what is read from JPEG files of "
        f"{width}x{height} pixels and cut to 256x256.\n\n" + "\n".join(lines)
    )
