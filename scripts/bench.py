"""How fast `fit` is compared with the loops that people write; `make bench` runs it.

    python scripts/bench.py [--rounds 5] [--images 60000] [--networks LeNet5 ...] [--compile]

Times one epoch of each LeNet over as many digits as MNIST has. All ways take turns, round after
round, so that they meet the same noise from the machine:

    fit          lessonlib: the set as a tensor, batches cut from it
    dataloader   torchvision's MNIST with Pad, ToTensor and Normalize in a DataLoader, plain loop
    tutorial     the same, with the loss and the hits added up by .item() at every step
    tensors      a DataLoader over tensors that are already prepared, plain loop
    bare fit     fit with nothing to prepare: the same prepared tensors

With --compile there are two more epochs, of compiled fit with channels last: the first includes the
compiler's start, the next does not. Then `bench_sdlm` times both engines of sdlm_fit,
`bench_sliding` LeNet-5 over a wide field, and `bench_alexnet` and `bench_pictures` AlexNet, its
update, and how fast its pictures are read. With --alexnet only these are measured, and the rest of
the file is kept.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bench_alexnet
import bench_pictures
import bench_sdlm
import bench_sliding
import torch
from bench_alexnet import spread
from bench_memory import peak_memory
from bench_table import report
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision import transforms
from torchvision.datasets import MNIST
from tqdm import tqdm

from lessonlib.data import ImageSet, load
from lessonlib.models import NETWORKS, LeNet5
from lessonlib.training import Recipe, fit, new_network
from lessonlib.writing import write_whole

RESULT = Path(__file__).resolve().parents[1] / "book" / "bench.json"
ON_THE_PAGE = ("LeNet5", "LeNetClassic", "LeNetHistorical", "LeNetModern")
FIELDS = [(1, side, side) for side in (16, 28, 32)]  # that digits are made into
READ_DIGITS = [name for name, network in NETWORKS.items() if network.input_shape in FIELDS]
RECIPE = Recipe(epochs=1, lr=0.002, batch_size=128)


def digits(count: int) -> ImageSet:
    """The embedded digits, repeated until there are `count`."""
    embedded = load("digits")
    return embedded.take(torch.arange(count) % len(embedded))


def write_idx(folder: Path, images: ImageSet) -> None:
    """Write the set as the files that torchvision's MNIST reads."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        for kind, values in (("images", images.images[:, 0]), ("labels", images.labels)):
            name = f"{part}-{kind}-idx{values.ndim}-ubyte"
            header = [2048 + values.ndim, *values.shape]
            packed = b"".join(number.to_bytes(4, "big") for number in header)
            (raw / name).write_bytes(packed + values.to(torch.uint8).numpy().tobytes())


def as_people_load(folder: Path, side: int) -> Dataset:
    """MNIST as torchvision gives it, with the usual transforms, `side` pixels wide."""
    steps = [
        transforms.Pad((side - 28) // 2),
        transforms.ToTensor(),
        transforms.Normalize(0.1307, 0.3081),
    ]
    return MNIST(folder, transform=transforms.Compose(steps))


def plain_loop(model: nn.Module, batches: DataLoader) -> None:
    """An epoch as a careful person writes it."""
    optimizer = torch.optim.SGD(model.parameters(), RECIPE.lr, momentum=RECIPE.momentum)
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()


def tutorial_loop(model: nn.Module, batches: DataLoader) -> None:
    """An epoch as tutorials write it."""
    optimizer = torch.optim.SGD(model.parameters(), RECIPE.lr, momentum=RECIPE.momentum)
    model.train()
    total, hits = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        scores = model(images)
        loss = F.cross_entropy(scores, labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
        hits += (scores.argmax(1) == labels).sum().item()


def prepared(images: ImageSet, network: type[nn.Module]) -> Tensor:
    """All of the set's pictures, as the network reads them."""
    return torch.cat([network.prepare(part) for part in images.images.split(1000)])


class Ready(ImageSet):
    """A set whose pictures are prepared already."""

    def __post_init__(self) -> None:
        """Allow floats, which a set of pictures refuses."""


def contestants(
    network: type[nn.Module], images: ImageSet, folder: Path, compiled: bool
) -> dict[str, Callable[[nn.Module], float | None]]:
    """What is timed, by name; each function trains the network it is given for one epoch.

    One that trains for two epochs returns the seconds of the second.
    """
    tensors = prepared(images, network)
    side = network.input_shape[-1]
    ready = Ready("ready", tensors, images.labels, images.classes, "", "")

    def loader(data: Dataset) -> DataLoader:
        return DataLoader(data, RECIPE.batch_size, shuffle=True)

    def bare_fit(model: nn.Module) -> None:
        model.prepare = lambda batch: batch
        fit(model, ready, RECIPE, device="cpu", progress=False)

    def plain_fit(model: nn.Module, **options: bool) -> None:
        fit(model, images, RECIPE, device="cpu", progress=False, **options)

    def compiled_fit(model: nn.Module) -> float:
        recipe = replace(RECIPE, epochs=2)
        options = {"progress": False, "channels_last": True, "compiled": True}
        history = fit(model, images, recipe, device="cpu", **options)
        return history.table["seconds"].iloc[-1]

    more = {"fit, channels last": lambda model: plain_fit(model, channels_last=True)}
    if compiled:
        more["fit, compiled"] = compiled_fit
    return {
        "fit": plain_fit,
        "dataloader": lambda model: plain_loop(model, loader(as_people_load(folder, side))),
        "tutorial": lambda model: tutorial_loop(model, loader(as_people_load(folder, side))),
        "bare fit": bare_fit,
        "tensors": lambda model: plain_loop(model, loader(TensorDataset(tensors, images.labels))),
        **more,
    }


def time_networks(
    names: list[str], images: ImageSet, rounds: int, compiled: bool
) -> dict[str, dict[str, list[float]]]:
    """Seconds of each epoch, by network and way: one number per round."""
    seconds: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_idx(Path(folder), images)
        for name in names:
            network = NETWORKS[name]
            ways = contestants(network, images, Path(folder), compiled)
            taken: dict[str, list[float]] = defaultdict(list)
            with tqdm(total=rounds * len(ways), desc=name, unit="epoch") as bar:
                for _ in range(rounds):
                    for way, train in ways.items():
                        model = new_network(network, 0)
                        started = time.perf_counter()
                        second = train(model)
                        taken[way].append(time.perf_counter() - started - (second or 0.0))
                        if second is not None:
                            taken[f"{way}, next epoch"].append(second)
                        bar.update()
            seconds[name] = dict(taken)
    return seconds


def compare(taken: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Ratios of seconds, round by round: how many times faster the second is than the first."""
    pairs = [("dataloader", "fit"), ("tutorial", "fit"), ("tensors", "bare fit")]
    pairs += [("fit", way) for way in taken if way.startswith("fit,")]
    return {
        f"{slow} / {quick}": spread([a / b for a, b in zip(taken[slow], taken[quick], strict=True)])
        for slow, quick in pairs
    }


def alexnet(arguments: argparse.Namespace) -> dict[str, Any]:
    """What `bench_alexnet` and `bench_pictures` measure."""
    networks = bench_alexnet.measure(bench_alexnet.BATCH, arguments.rounds, spread)
    return networks | bench_pictures.measure(arguments.rounds, arguments.threads, spread)


def everything(arguments: argparse.Namespace) -> dict[str, Any]:
    """The loops that people write, both engines, AlexNet and memory."""
    images, load_before = digits(arguments.images), round(os.getloadavg()[0], 1)
    # Train a little, untimed: the first optimizer of a process takes seconds to load modules.
    fit(LeNet5(), images.take(torch.arange(256)), RECIPE, device="cpu", progress=False)
    seconds = time_networks(arguments.networks, images, arguments.rounds, arguments.compile)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "device": "cpu",
        "threads": arguments.threads,
        "cores": os.cpu_count(),
        "load": load_before,
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "images": arguments.images,
        "batch_size": RECIPE.batch_size,
        "rounds": arguments.rounds,
        "seconds": {
            name: {way: spread(values) for way, values in taken.items()}
            for name, taken in seconds.items()
        },
        "ratios": {name: compare(taken) for name, taken in seconds.items()},
        "sdlm": bench_sdlm.measure(arguments.images, arguments.rounds, spread),
        "sliding": bench_sliding.measure(arguments.rounds, spread),
        "alexnet": alexnet(arguments),
        "peak_memory_mb": {k: round(v, 1) for k, v in peak_memory(arguments.images).items()},
    }


def main() -> None:
    """Measure, print the table, and write it for the book."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", type=int, default=60_000)
    parser.add_argument("--networks", nargs="+", choices=READ_DIGITS, default=list(ON_THE_PAGE))
    parser.add_argument("--compile", action="store_true", help="time torch.compile too")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--alexnet", action="store_true", help="measure only AlexNet's part anew")
    parser.add_argument("--out", type=Path, default=RESULT, help="(default: %(default)s)")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.alexnet:
        result = json.loads(arguments.out.read_text()) | {"alexnet": alexnet(arguments)}
    else:
        result = everything(arguments)
    write_whole(arguments.out, json.dumps(result, indent=1) + "\n")
    print(report(result))


if __name__ == "__main__":
    main()
