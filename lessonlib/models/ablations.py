"""Ablations: a network of which one part is replaced by another, and nothing else changed.

An ablation is a small frozen object, so that a run file can keep it as data (`lessonlib.named`):

    model = LeNet5()
    OtherPooling("MaxPool2d").apply(model)

It replaces children in place. What it puts in is made in the type and on the device of what it
takes out, and draws its initial weights, where it has any, from PyTorch's random state.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

from lessonlib.layers import AverageSubsample, RBFOutput, ScaledTanh, Subsample, TableConv2d

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "ScaledTanh": ScaledTanh,
    "Tanh": nn.Tanh,
    "Sigmoid": nn.Sigmoid,
    "ReLU": nn.ReLU,
    "LeakyReLU": nn.LeakyReLU,
    "GELU": nn.GELU,
    "Identity": nn.Identity,
}
POOLINGS = (Subsample, AverageSubsample, nn.AvgPool2d, nn.MaxPool2d)


class Ablation(Protocol):
    """What every ablation can do."""

    def apply(self, model: nn.Module) -> None:
        """Replace the part in place.

        Raises:
            ValueError: the network has no such part; the message says which child was looked for.
        """


@dataclass(frozen=True)
class OtherTable:
    """Another table of connections for `c3`, such as a full one: `("X" * 16,) * 6`.

    Attributes:
        table: as `TableConv2d` takes it: one string of `X` and `.` per input map.
    """

    table: tuple[str, ...]

    def __post_init__(self) -> None:
        """Keep a list of strings as a tuple."""
        if isinstance(self.table, list):
            object.__setattr__(self, "table", tuple(self.table))

    def apply(self, model: nn.Module) -> None:
        """Give `c3` this table and weights drawn for it.

        Raises:
            ValueError: no child `c3` that follows a table, or a table of another size.
        """
        old = _child(self, model, "c3", TableConv2d)
        new = TableConv2d(self.table, old.kernel_size)
        if (new.in_maps, new.out_maps) != (old.in_maps, old.out_maps):
            raise ValueError(
                f"expected a table of {old.in_maps} rows and {old.out_maps} columns, as c3 of "
                f"{type(model).__name__} has, got {new.in_maps} and {new.out_maps}"
            )
        _put(model, {"c3": new})


@dataclass(frozen=True)
class OtherActivation:
    """Another activation function wherever the network has one.

    Attributes:
        name: `ScaledTanh`, `Tanh`, `Sigmoid`, `ReLU`, `LeakyReLU`, `GELU`, or `Identity`, which
            changes nothing.
    """

    name: str

    def __post_init__(self) -> None:
        """Refuse a name that is not known."""
        _check_known("activation", self.name, ACTIVATIONS)

    def apply(self, model: nn.Module) -> None:
        """Replace the child `squash` or `relu`, whichever the network has.

        Raises:
            ValueError: it has neither.
        """
        for child in ("squash", "relu"):
            if hasattr(model, child):
                _put(model, {child: ACTIVATIONS[self.name]()})
                return
        raise _no_child(self, model, "a child `squash` or `relu`")


@dataclass(frozen=True)
class TrainedCodes:
    """Let training move the codes of the output, which the paper keeps fixed at first."""

    def apply(self, model: nn.Module) -> None:
        """Make the codes of the child `output` parameters, with the values that they have.

        Raises:
            ValueError: no child `output` of RBF units.
        """
        old = _child(self, model, "output", RBFOutput)
        new = RBFOutput(old.initial_codes, trainable=True)
        _put(model, {"output": new})
        with torch.no_grad():
            new.codes.copy_(old.codes)


@dataclass(frozen=True)
class OtherPooling:
    """Another way to halve height and width, wherever the network does.

    Attributes:
        name: `Subsample` (sums with trained coefficients), `AverageSubsample` (averages with
            trained coefficients), `AvgPool2d` or `MaxPool2d`.
    """

    name: str

    def __post_init__(self) -> None:
        """Refuse a name that is not known."""
        _check_known("pooling", self.name, [layer.__name__ for layer in POOLINGS])

    def apply(self, model: nn.Module) -> None:
        """Replace every child that pools: `s2` and `s4`, or `pool`.

        Raises:
            ValueError: no child pools, or one has other windows than 2x2 and would get
                coefficients.
        """
        maps, replaced = 0, {}
        for name, child in model.named_children():
            maps = getattr(child, "out_channels", getattr(child, "out_maps", maps))
            if isinstance(child, POOLINGS):
                replaced[name] = self._instead_of(name, child, maps)
        if not replaced:
            raise _no_child(self, model, "children that pool, such as `s2`, `s4` or `pool`")
        _put(model, replaced)

    def _instead_of(self, name: str, old: nn.Module, maps: int) -> nn.Module:
        """The layer to put where `old` is, after a layer of so many maps."""
        kind = next(layer for layer in POOLINGS if layer.__name__ == self.name)
        window = {
            "kernel_size": getattr(old, "kernel_size", 2),
            "stride": getattr(old, "stride", 2),
            "padding": getattr(old, "padding", 0),
            "ceil_mode": getattr(old, "ceil_mode", False),
        }
        if not issubclass(kind, Subsample):
            return kind(**window)
        if list(window.values()) != [2, 2, 0, False]:
            raise ValueError(
                f"{self.name} has windows of 2x2 that do not overlap; child `{name}` has others: "
                f"{old}"
            )
        return kind(getattr(old, "maps", maps))


ABLATIONS: dict[str, type[Ablation]] = {
    ablation.__name__: ablation
    for ablation in (OtherTable, OtherActivation, TrainedCodes, OtherPooling)
}
"""Every ablation by its class's name."""


def _put(model: nn.Module, children: dict[str, nn.Module]) -> None:
    """Replace children; the new ones get the network's type, device and mode."""
    parameter = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
    for name, child in children.items():
        setattr(model, name, child.to(parameter).train(model.training))


def _child(ablation: Ablation, model: nn.Module, name: str, kind: type[nn.Module]) -> nn.Module:
    child = getattr(model, name, None)
    if not isinstance(child, kind):
        raise _no_child(ablation, model, f"a child `{name}` of class {kind.__name__}")
    return child


def _no_child(ablation: Ablation, model: nn.Module, wanted: str) -> ValueError:
    children = [f"{name} ({type(child).__name__})" for name, child in model.named_children()]
    return ValueError(
        f"{type(ablation).__name__} looks for {wanted}; {type(model).__name__} has "
        f"{', '.join(children) or 'no children'}"
    )


def _check_known(what: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise ValueError(f"unknown {what} {name!r}; known: {', '.join(known)}")
