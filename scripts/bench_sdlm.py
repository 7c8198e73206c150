"""How fast `sdlm_fit` is with each of its engines; a part of `make bench`.

Rounds, in which both engines take turns, give updates per second and their ratio. Then the compiled
engine follows the whole of LECUN1998, pass after pass, over all the digits.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import numba
import torch
from tqdm import tqdm

from lessonlib.data import SETS, ImageSet, load
from lessonlib.models import LeNet5
from lessonlib.training import LECUN1998, SDLMRecipe, sdlm_fit
from lessonlib.training.sdlm.curvature import Curvature

UPDATES = {"torch": 3_000, "fast": 30_000}  # of one round: some seconds each


def whole_digits(count: int) -> ImageSet:
    """So many digits: of MNIST's training part if it is there, else embedded ones, repeated.

    Nothing is downloaded.
    """
    found = load("digits" if SETS["mnist"].missing() else "mnist")
    return found.take(torch.arange(count) % len(found))


@contextmanager
def curvature_timed() -> Iterator[list[float]]:
    """Seconds of each measurement of the curvature."""
    seconds: list[float] = []
    measure = Curvature.measure

    def timed(*arguments: Any) -> None:
        started = time.perf_counter()
        measure(*arguments)
        seconds.append(time.perf_counter() - started)

    with patch.object(Curvature, "measure", timed):
        yield seconds


def train(images: ImageSet, recipe: SDLMRecipe, engine: str) -> list[tuple[float, float]]:
    """For each pass, its seconds and those of the curvature before it."""
    with curvature_timed() as curvatures:
        history = sdlm_fit(LeNet5(), images, recipe, engine=engine, progress=False)
    return [(row["seconds"], own) for row, own in zip(history.rows, curvatures, strict=True)]


def updates_per_second(images: ImageSet, rounds: int) -> dict[str, list[float]]:
    """One number per round for each engine, without the curvature."""
    rates: dict[str, list[float]] = {engine: [] for engine in UPDATES}
    with tqdm(total=rounds * len(UPDATES), desc="sdlm_fit", unit="run") as bar:
        for _ in range(rounds):
            for engine, most in UPDATES.items():
                count = min(most, len(images))
                recipe = replace(
                    LECUN1998, eta_by_pass=LECUN1998.eta_by_pass[:1], patterns_per_pass=count
                )
                ((seconds, curvature),) = train(images, recipe, engine)
                rates[engine].append(count / (seconds - curvature))
                bar.update()
    return rates


def measure(count: int, rounds: int, spread: Callable[[list[float]], dict]) -> dict[str, Any]:
    """All that the book says about the speed of `sdlm_fit`.

    Args:
        count: how many digits a pass has.
        rounds: how often the engines take turns.
        spread: least, median and largest of some numbers.
    """
    images = whole_digits(count)
    few = replace(LECUN1998, eta_by_pass=LECUN1998.eta_by_pass[:1], patterns_per_pass=20)
    for engine in UPDATES:  # untimed: the compiler takes seconds, if its last work is not kept
        train(images, few, engine)
    rates = updates_per_second(images, rounds)
    passes = train(images, LECUN1998, "fast")
    seconds = [total for total, _ in passes]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "network": "LeNet5",
        "recipe": "LECUN1998",
        "data": images.name,
        "images": count,
        "threads": 1,
        "numba": numba.__version__,
        "updates_per_second": {engine: spread(values) for engine, values in rates.items()},
        "fast / torch": spread(
            [fast / slow for slow, fast in zip(rates["torch"], rates["fast"], strict=True)]
        ),
        "seconds_per_pass": spread(seconds),
        "passes": len(seconds),
        "seconds_in_all": round(sum(seconds), 1),
        "curvature_seconds": spread([own for _, own in passes]),
        "curvature_share": round(statistics.median(own / total for total, own in passes), 4),
    }
