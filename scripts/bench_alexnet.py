"""How fast AlexNet and its normalisation are, compared with what PyTorch and torchvision have.

    python scripts/bench_alexnet.py [--rounds 5] [--batch 16] [--threads 2]

Forward and backward, on a CPU. Both sides of a comparison take turns, round after round.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models import alexnet
from tqdm import tqdm

from lessonlib.layers import CrossMapNorm
from lessonlib.models import AlexNet

MAPS = {"norm1": (96, 55, 55), "norm2": (256, 27, 27)}  # what AlexNet normalises
CLASSES = 1000
BATCH = 16


def norms() -> dict[str, Callable[[], nn.Module]]:
    """Both layers that compute the paper's formula; PyTorch's divides alpha, and mixes towers."""
    return {
        "CrossMapNorm": lambda: CrossMapNorm(towers=2),
        "LocalResponseNorm": lambda: nn.LocalResponseNorm(5, 5e-4, 0.75, 2),
    }


def networks() -> dict[str, Callable[[], nn.Module]]:
    """AlexNet as printed, grouped and normalised, and torchvision's, which is neither."""
    return {"AlexNet": AlexNet, "torchvision": alexnet}


def seconds(model: nn.Module, images: Tensor, loss: Callable[[Tensor], Tensor]) -> float:
    """Of one forward and backward pass."""
    started = time.perf_counter()
    loss(model(images)).backward()
    taken = time.perf_counter() - started
    model.zero_grad(set_to_none=True)
    return taken


def taking_turns(
    contestants: dict[str, Callable[[], nn.Module]],
    images: Tensor,
    loss: Callable[[Tensor], Tensor],
    rounds: int,
) -> dict[str, list[float]]:
    """Seconds of each contestant, one number per round, after an untimed one."""
    models = {name: build() for name, build in contestants.items()}
    taken: dict[str, list[float]] = {name: [] for name in models}
    with tqdm(total=(rounds + 1) * len(models), desc=" / ".join(models), unit="pass") as bar:
        for i in range(rounds + 1):
            for name, model in models.items():
                images.grad = None
                spent = seconds(model, images, loss)
                if i:
                    taken[name].append(spent)
                bar.update()
    return taken


def measure(batch: int, rounds: int, spread: Callable[[list[float]], dict]) -> dict[str, Any]:
    """Milliseconds per picture, and how many times faster ours is, round by round.

    Args:
        batch: pictures at a time.
        rounds: how often both sides take turns.
        spread: least, median and largest of some numbers.
    """
    images, labels = torch.randn(batch, 3, 224, 224) * 60, torch.randint(CLASSES, (batch,))
    comparisons = {
        name: (norms(), torch.randn(batch, *shape).mul_(50).requires_grad_(), Tensor.sum)
        for name, shape in MAPS.items()
    }
    comparisons["network"] = (networks(), images, lambda y: F.cross_entropy(y, labels))
    result: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "threads": torch.get_num_threads(),
        "batch_size": batch,
        "rounds": rounds,
    }
    for name, (contestants, given, loss) in comparisons.items():
        taken = taking_turns(contestants, given, loss, rounds)
        ours, theirs = taken
        ratios = [b / a for a, b in zip(taken[ours], taken[theirs], strict=True)]
        result[name] = {
            **{who: spread([1000 * s / batch for s in spent]) for who, spent in taken.items()},
            f"{theirs} / {ours}": spread(ratios),
        }
    return result


def spread(values: list[float]) -> dict[str, float]:
    """Least, median and largest."""
    numbers = {"min": min(values), "median": statistics.median(values), "max": max(values)}
    return {name: round(value, 3) for name, value in numbers.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(json.dumps(measure(arguments.batch, arguments.rounds, spread), indent=1))


if __name__ == "__main__":
    main()
