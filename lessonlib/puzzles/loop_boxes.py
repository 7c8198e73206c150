"""Six training loops for "catch the impostor" in chapter 11: five stay at ln 10."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.data.streams import stream_seed
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.loop_drawing import SHOWN, draw_loops
from lessonlib.puzzles.number import draws, own_number
from lessonlib.puzzles.small_rectifiers import LAYERS, SmallRectifiers, balanced, small_photos
from lessonlib.training import new_network

PURPOSE = "training loops"
STARTS = 3  # of first weights and batches; each number has one of them
STEPS = 40
PER_CLASS = 4  # pictures in a batch: forty


@dataclass(frozen=True)
class _Loop:
    """What a loop does; as it stands it is sound.

    Attributes:
        rate: learning rate of plain SGD.
        decay: weight decay.
        start: what the first weights are multiplied by.
        is_dead: whether the biases of one layer start far below 0.
        is_blank: whether the pictures are divided by 255 as whole numbers.
        shuffles: whether the labels of a batch change places.
        clears: whether the gradients are cleared just before the step.
        has_other: whether the optimiser holds the parameters of another network.
    """

    rate: float = 0.1
    decay: float = 0.0
    start: float = 1.0
    is_dead: bool = False
    is_blank: bool = False
    shuffles: bool = False
    clears: bool = False
    has_other: bool = False


_FAULTS = {
    "labels shuffled": _Loop(shuffles=True),
    "blank pictures": _Loop(is_blank=True),
    "start too small": _Loop(start=0.02),
    "dead rectifiers": _Loop(is_dead=True),
    "rate too small": _Loop(rate=1e-6),
    "gradients cleared": _Loop(clears=True),
    "another network": _Loop(has_other=True),
    "decay too strong": _Loop(decay=3.0),
}
LOOP_FAULTS = tuple(_FAULTS)
"""Why a training loop may stay at ln 10."""


def loop_boxes(number: int) -> LineUp:
    """Six training loops of a small network on the same photographs; five have one fault each.

    `boxes(0, show="signal")` shows what can be measured after 0 steps, layer by layer: "signal",
    "gradient", "weights", "moved" or "dead". `show="batch"` shows pictures and labels as they
    arrive at the network, and `show="loss"`, or nothing, the loss of all steps up to there. At
    most 40 steps are made. The first look trains all six, in some seconds.

    Args:
        number: the learner's own; first weights, batches and faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    start = draws(own_number(number), PURPOSE).randrange(STARTS)
    return LineUp({n: _run(label, start) for n, label in dealt_loops(number).items()}, draw_loops)


def dealt_loops(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(LOOP_FAULTS, number, PURPOSE)


def _run(label: str, start: int) -> Run:
    def run(after: Any, *, show: str = "loss") -> Tensor:
        steps, what = _steps(after), _what(show)
        log = _log(label, start)
        return log[what][: steps + 1] if what == "loss" else log[what][steps]

    return run


def _steps(after: Any) -> int:
    """After how many steps to look.

    Raises:
        ValueError: something else.
    """
    if type(after) is not int or not 0 <= after <= STEPS:
        raise ValueError(
            f"a box takes the number of steps after which you look, from 0 to {STEPS}, as in "
            f'boxes(0, show="signal"), got {after!r}'
        )
    return after


def _what(show: Any) -> str:
    if show not in SHOWN:
        raise ValueError(f"show= is one of {', '.join(SHOWN)}, got {show!r}")
    return show


@cache
def _log(label: str, start: int) -> dict[str, Tensor]:
    """All measurements of one loop: name -> (41, ...), one row before each step."""
    loop, seed = _FAULTS.get(label, _Loop()), stream_seed(start, PURPOSE) % 2**31
    network = _network(loop, start, seed)
    held = _network(loop, start, seed + 1) if loop.has_other else network
    optimizer = torch.optim.SGD(held.parameters(), lr=loop.rate, weight_decay=loop.decay)
    draw = torch.Generator().manual_seed(seed)
    before, rows, threads = _numbers(network), [], torch.get_num_threads()
    torch.set_num_threads(1)  # fastest for so small a network
    try:
        with torch.enable_grad():
            for _ in range(STEPS + 1):
                images, labels = _batch(loop, draw)
                row = {"batch": _shown(images, labels), **_measured(network, before)}
                rows.append(row | _step(loop, network, optimizer, images, labels))
    finally:
        torch.set_num_threads(threads)
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


def _network(loop: _Loop, start: int, seed: int) -> SmallRectifiers:
    network = new_network(SmallRectifiers, seed).float()
    for name in LAYERS:
        getattr(network, name).weight.data *= loop.start
    if loop.is_dead:
        layer = LAYERS[1 + start % 3]
        nn.init.constant_(getattr(network, layer).bias, -100.0)
    return network


def _batch(loop: _Loop, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    """(40, 3, 32, 32) uint8 and their labels, as they arrive at the network."""
    images, labels = small_photos()
    places, order = balanced(PER_CLASS, draw), torch.randperm(10 * PER_CLASS, generator=draw)
    images, labels = images[places], labels[places]
    if loop.is_blank:
        images = images // 255
    return images, labels[order] if loop.shuffles else labels


def _step(
    loop: _Loop,
    network: SmallRectifiers,
    optimizer: torch.optim.Optimizer,
    images: Tensor,
    labels: Tensor,
) -> dict[str, Tensor]:
    """One update, and what is measured on its way."""
    sums: list[Tensor] = []
    layers = [getattr(network, name) for name in LAYERS]
    hooks = [layer.register_forward_hook(lambda *call: sums.append(call[2])) for layer in layers]
    optimizer.zero_grad()
    loss = F.cross_entropy(network(network.prepare(images)), labels)
    for hook in hooks:
        hook.remove()
    loss.backward()
    if loop.clears:
        optimizer.zero_grad()
    found = _passed([one.detach() for one in sums]) | {"gradient": _gradients(layers)}
    optimizer.step()
    return found | {"loss": loss.detach()}


def _passed(sums: list[Tensor]) -> dict[str, Tensor]:
    """What left each layer: how it differs from picture to picture, and which units were 0."""
    states = [one.relu() for one in sums[:-1]] + [sums[-1]]
    signal = [state.std(0).square().mean().sqrt() for state in states]
    dead = [100 * (state.transpose(0, 1).flatten(1) == 0).all(1).float().mean() for state in states]
    return {"signal": torch.stack(signal), "dead": torch.stack(dead)}


def _gradients(layers: list[nn.Module]) -> Tensor:
    """(5,) norm of what the optimiser finds as the gradient of each layer."""
    return torch.stack([
        sum((p.grad.square().sum() for p in layer.parameters() if p.grad is not None),
            torch.zeros(())).sqrt()
        for layer in layers
    ])  # fmt: skip


def _numbers(network: SmallRectifiers) -> list[Tensor]:
    """The weights and biases of each layer, as one row of numbers."""
    layers = [getattr(network, name) for name in LAYERS]
    return [nn.utils.parameters_to_vector(layer.parameters()).detach().clone() for layer in layers]


def _measured(network: SmallRectifiers, before: list[Tensor]) -> dict[str, Tensor]:
    """Norm of each layer's weights, without biases, and of the way that all its numbers went."""
    weights = [getattr(network, name).weight.detach().norm() for name in LAYERS]
    moved = [(now - then).norm() for now, then in zip(_numbers(network), before, strict=True)]
    return {"weights": torch.stack(weights), "moved": torch.stack(moved)}


def _shown(images: Tensor, labels: Tensor) -> Tensor:
    """(6, 4, 32, 32) uint8: six pictures of a batch, with the label filling a fourth channel."""
    filled = labels[:6, None, None, None].expand(6, 1, *images.shape[2:])
    return torch.cat([images[:6], filled.to(images.dtype)], dim=1)
