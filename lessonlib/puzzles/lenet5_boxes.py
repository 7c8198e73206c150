"""Six LeNet-5 for "catch the impostor" in chapter 3."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data.streams import stream
from lessonlib.models import LeNet5
from lessonlib.puzzles.drawing import draw_maps, draw_tables, mixed
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import own_number

PURPOSE = "LeNet-5"
LAYERS = ("c1", "s2", "c3", "s4", "scores")
LARGEST = 1000.0
GROUND, INK = -0.1, 1.175
_BOUNDS = {  # of the sizes of some weights and biases, so that every fault can be seen
    "c1.bias": (0.15, 0.3),
    "s2.weight": (0.5, 0.9),
    "s4.weight": (0.5, 0.9),
    **{f"{layer}.bias": (0.0, 0.3) for layer in ("s2", "c3", "s4", "c5", "f6")},
}

LENET5_FAULTS = (
    "average for sum",
    "full C3",
    "plain tanh",
    "ink inverted",
    "C1 without biases",
    "rows and columns swapped",
    "S2 not squashed",
    "distances for scores",
)
"""The faults that a LeNet-5 may have."""


def lenet5_boxes(number: int) -> LineUp:
    """Six LeNet-5, untrained, with the same hidden weights; five have one fault each.

    They take a prepared field (1, 1, 32, 32), or (32, 32), of floats from -1,000 to 1,000 and show
    the ten scores, or the maps of a layer: `boxes(field, "c1")`; also "s2", "c3" and "s4".
    With `only=2`, map 2 of S2 goes on to C3 and the others are set to 0.

    Args:
        number: the learner's own; the hidden weights and the faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    network, full = _weights(own_number(number))
    dealt = dealt_lenet5s(number)
    return LineUp({name: _run(network, full, label) for name, label in dealt.items()}, _draw)


def dealt_lenet5s(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(LENET5_FAULTS, number, PURPOSE)


@torch.no_grad()
def _weights(number: int) -> tuple[LeNet5, Tensor]:
    """The network, and a dense kernel of C3 that also fills what the table leaves out.

    Coefficients and biases are drawn well away from 0, so that every fault can be seen.
    """
    draw = stream(number, PURPOSE)

    def drawn(shape: tuple[int, ...], least: float, most: float) -> Tensor:
        sign = 2 * torch.randint(2, shape, generator=draw) - 1
        size = torch.rand(shape, generator=draw, dtype=torch.float64)
        return sign * (least + (most - least) * size)

    with torch.random.fork_rng(devices=[]):
        network = LeNet5().double()
    for name, parameter in network.named_parameters():
        bounds = _BOUNDS.get(name) or (0.0, 2.4 / parameter[0].numel() ** 0.5)
        parameter.copy_(drawn(tuple(parameter.shape), *bounds))
    dense = network.c3.dense_weight()
    scale = float(dense.abs().max())
    return network, torch.where(dense == 0, drawn(tuple(dense.shape), 0, scale), dense)


def _run(network: LeNet5, full: Tensor, label: str) -> Run:
    def run(field: Any, layer: str = "scores", *, only: int | None = None) -> Tensor:
        checked = _field(field), _layer(layer), _only(only)
        with torch.no_grad():
            return _layers(network, full, label, *checked)

    return run


def _layers(
    network: LeNet5, full: Tensor, label: str, field: Tensor, layer: str, only: int | None
) -> Tensor:
    """What leaves one layer: (maps, rows, columns), or the ten scores (1, 1, 10)."""
    squash: Callable[[Tensor], Tensor] = torch.tanh if label == "plain tanh" else network.squash
    if label == "ink inverted":
        field = GROUND + INK - field
    if label == "rows and columns swapped":
        field = field.transpose(-2, -1)
    bias = None if label == "C1 without biases" else network.c1.bias
    out = {"c1": squash(F.conv2d(field, network.c1.weight, bias))}
    share = 0.25 if label == "average for sum" else 1.0
    sums = network.s2(out["c1"] * share)
    out["s2"] = sums if label == "S2 not squashed" else squash(sums)
    read = out["s2"] if only is None else _alone(out["s2"], only)
    kernel = full if label == "full C3" else network.c3.dense_weight()
    out["c3"] = squash(F.conv2d(read, kernel, network.c3.bias))
    out["s4"] = squash(network.s4(out["c3"] * share))
    f6 = squash(network.f6(squash(network.c5(out["s4"])).flatten(1)))
    scores = network.output(f6)
    out["scores"] = (-scores if label == "distances for scores" else scores)[:, None, None]
    return out[layer][0]


def _alone(maps: Tensor, only: int) -> Tensor:
    kept = torch.zeros_like(maps)
    kept[:, only] = maps[:, only]
    return kept


def _field(given: Any) -> Tensor:
    """The learner's field, (1, 1, 32, 32) in float64.

    Raises:
        ValueError: something else; says what a field is.
    """
    if not isinstance(given, Tensor) or not given.is_floating_point():
        got = f"{given.dtype} numbers" if isinstance(given, Tensor) else type(given).__name__
        raise ValueError(
            f"a box takes a prepared field of floats, such as LeNet5.prepare(test.images[:1]), "
            f"got {got.removeprefix('torch.')}"
        )
    if given.shape not in ((1, 1, 32, 32), (32, 32)):
        raise ValueError(
            f"a box takes one field at a time, (1, 1, 32, 32) or (32, 32), got {tuple(given.shape)}"
        )
    field = given.detach().to("cpu", torch.float64).reshape(1, 1, 32, 32)
    if not (field.abs() <= LARGEST).all():
        raise ValueError(f"a box takes values from -{LARGEST:,.0f} to {LARGEST:,.0f}")
    return field


def _layer(name: Any) -> str:
    if not isinstance(name, str) or name.lower() not in LAYERS:
        raise ValueError(f"a box shows one of the layers {', '.join(LAYERS)}, got {name!r}")
    return name.lower()


def _only(only: Any) -> int | None:
    if only is not None and (isinstance(only, bool) or only not in range(6)):
        raise ValueError(f"only= is the number of one of S2's maps, 0 to 5, got {only!r}")
    return only


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Figure:
    boxes = {f"box {name}": out[name] for name in mixed(list(out))}
    if next(iter(out.values())).shape[-2:] == (1, 10):
        scores = {f"{name}, scores of 0 to 9": values[0] for name, values in boxes.items()}
        return draw_tables(scores, title="What comes out", columns=1)
    return draw_maps(boxes, title="What comes out, red above 0 and blue below")
