"""How many pictures training takes in a second, how many come from a disk, and AlexNet's update.

A part of `make bench`, beside `bench_alexnet`. What training takes is measured in `fit`, with
augmentation and update; what comes, from a folder of photographs as large as ImageNet's.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import nn
from torch.optim import Adam
from tqdm import tqdm

from lessonlib.data import FolderSet, load, read_folder
from lessonlib.data.photos import CLASSES, photograph
from lessonlib.models import AlexNet, AlexNetSmall
from lessonlib.training import ALEXNET_2012, SGD2012, fit, new_network
from lessonlib.training.recipes import ALEXNET_SMALL, ALEXNET_TEN_ADAM

Spread = Callable[[list[float]], dict[str, float]]
NETWORK: type[nn.Module] = AlexNet  # whose parameters are updated
OPTIMIZERS = {
    "sgd_2012": partial(
        SGD2012,
        lr=ALEXNET_2012.lr,
        momentum=ALEXNET_2012.momentum,
        weight_decay=ALEXNET_2012.weight_decay,
    ),
    "adam": partial(Adam, lr=ALEXNET_TEN_ADAM.lr),
}
TRAINED = {  # network, recipe, pictures per epoch
    "AlexNet": (AlexNet, ALEXNET_TEN_ADAM, 128),
    "AlexNetSmall": (AlexNetSmall, ALEXNET_SMALL, 2_400),
}
FILES, SIZE, QUALITY = 256, (500, 375), 90  # JPEG files, their width and height, and how packed
BATCH = 64


def updates(rounds: int, spread: Spread) -> dict[str, Any]:
    """Milliseconds of an update of all parameters, fused and not, in turns."""
    parameters = list(NETWORK().parameters())
    for parameter in parameters:
        parameter.grad = torch.randn_like(parameter)
    result: dict[str, Any] = {"parameters": sum(p.numel() for p in parameters)}
    for name, make in OPTIMIZERS.items():
        ways = {"fused": make(parameters, fused=True), "default": make(parameters)}
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in tqdm(range(rounds + 1), desc=f"{name}, update", unit="round"):
            for way, optimizer in ways.items():
                started = time.perf_counter()
                optimizer.step()
                taken[way].append(1000 * (time.perf_counter() - started))
        later = {way: values[1:] for way, values in taken.items()}  # the first makes the buffers
        ratios = [b / a for a, b in zip(later["fused"], later["default"], strict=True)]
        result[name] = {way: spread(values) for way, values in later.items()}
        result[name]["default / fused"] = spread(ratios)
    return result


def trained(rounds: int, spread: Spread) -> dict[str, Any]:
    """Pictures per second in `fit`, and the batch size."""
    result = {}
    for name, (network, recipe, count) in TRAINED.items():
        pictures = load("photos").take(torch.arange(count))
        more = replace(recipe, epochs=rounds + 1)
        history = fit(new_network(network, 0), pictures, more, device="cpu")
        rates = [count / row["seconds"] for row in history.rows[1:]]
        result[name] = {
            "batch_size": recipe.batch_size,
            "pictures_per_second": spread(rates),
        }
    return result


def write_photographs(folder: Path) -> FolderSet:
    """JPEG files of ImageNet's usual size, in as many class folders as there are photographs."""
    for number in range(FILES):
        name = CLASSES[number % len(CLASSES)]
        pixels = photograph(name).permute(1, 2, 0).numpy()
        (folder / name).mkdir(exist_ok=True)
        made = Image.fromarray(pixels).resize(SIZE)
        made.save(folder / name / f"{number}.jpg", quality=QUALITY)
    return read_folder(folder)


def read(rounds: int, workers: int, spread: Spread) -> dict[str, Any]:
    """Pictures per second that are read and cut to 256x256, by this process and by `workers`."""
    result: dict[str, Any] = {"pictures": FILES, "size": SIZE, "workers": workers}
    with tempfile.TemporaryDirectory() as folder:
        pictures = write_photographs(Path(folder))
        sets = {"0": pictures.with_workers(0), str(workers): pictures.with_workers(workers)}
        rates: dict[str, list[float]] = {name: [] for name in sets}
        for _ in tqdm(range(rounds + 1), desc="reading", unit="round"):
            for name, each in sets.items():
                started = time.perf_counter()
                for _ in each.ordered(BATCH):
                    pass
                rates[name].append(FILES / (time.perf_counter() - started))
        # The first pass starts the processes.
        result["pictures_per_second"] = {name: spread(r[1:]) for name, r in rates.items()}
    return result


def measure(rounds: int, workers: int, spread: Spread) -> dict[str, Any]:
    """All of it.

    Args:
        rounds: how often each is measured, after an untimed time.
        workers: processes that read.
        spread: least, median and largest of some numbers.
    """
    return {
        "update": updates(rounds, spread),
        "trained": trained(rounds, spread),
        "read": read(rounds, workers, spread),
    }
