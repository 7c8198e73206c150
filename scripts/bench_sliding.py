"""How fast LeNet-5 reads a wide field: in one pass, and crop by crop.

A part of `make bench`, beside `bench_alexnet`. Both ways give the same scores; they take turns.
"""

import time
from collections.abc import Callable
from typing import Any

import torch
from tqdm import tqdm

from lessonlib.models import LeNet5, crop_by_crop, slide, work
from lessonlib.training import new_network

FIELDS = ((32, 160), (32, 640), (128, 640))  # height and width: five digits, twenty, four rows
WAYS = {"one pass": slide, "crop by crop": crop_by_crop}
REPEATS = 20  # fields per time that is taken


def measure(rounds: int, spread: Callable[[list[float]], dict]) -> dict[str, Any]:
    """Milliseconds per field, and how many times faster one pass is, round by round.

    Args:
        rounds: how often both ways take turns.
        spread: least, median and largest of some numbers.
    """
    model = new_network(LeNet5, 0)
    return {
        f"{height}x{width}": _field(model, height, width, rounds, spread)
        for height, width in FIELDS
    }


def _field(
    model: LeNet5, height: int, width: int, rounds: int, spread: Callable[[list[float]], dict]
) -> dict[str, Any]:
    field = torch.rand(1, 1, height, width)
    taken: dict[str, list[float]] = {name: [] for name in WAYS}
    for turn in tqdm(range(rounds + 1), desc=f"{height}x{width}", unit="round"):
        for name, way in WAYS.items():
            started = time.perf_counter()
            for _ in range(REPEATS):
                way(model, field)
            if turn:  # the first is not counted
                taken[name].append(1000 * (time.perf_counter() - started) / REPEATS)
    ours, theirs = taken.values()
    counted = work(model, height, width)
    return {
        "milliseconds": {name: spread(values) for name, values in taken.items()},
        "times faster": spread([b / a for a, b in zip(ours, theirs, strict=True)]),
        "places": counted.places,
        "multiply_adds": {"one pass": counted.one_pass, "crop by crop": counted.crop_by_crop},
    }
