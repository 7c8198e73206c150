"""What every ablation can do, and how children are looked for and replaced."""

from collections.abc import Iterable
from typing import Protocol

import torch
from torch import nn


class Ablation(Protocol):
    """What every ablation can do."""

    def apply(self, model: nn.Module) -> None:
        """Replace the part in place.

        Raises:
            ValueError: the network has no such part; the message says which child was looked for.
        """


def put(model: nn.Module, children: dict[str, nn.Module]) -> None:
    """Replace children; the new ones get the network's type, device and mode."""
    parameter = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
    for name, child in children.items():
        setattr(model, name, child.to(parameter).train(model.training))


def child(
    ablation: Ablation,
    model: nn.Module,
    name: str,
    kind: type[nn.Module] | tuple[type[nn.Module], ...],
) -> nn.Module:
    """The network's child of that name.

    Raises:
        ValueError: there is none of that name and class.
    """
    found = getattr(model, name, None)
    if not isinstance(found, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        classes = " or ".join(one.__name__ for one in kinds)
        raise no_child(ablation, model, f"a child `{name}` of class {classes}")
    return found


def no_child(ablation: Ablation, model: nn.Module, wanted: str) -> ValueError:
    """The error of an ablation that does not fit: what it looked for, and what there is."""
    children = [f"{name} ({type(child).__name__})" for name, child in model.named_children()]
    return ValueError(
        f"{type(ablation).__name__} looks for {wanted}; {type(model).__name__} has "
        f"{', '.join(children) or 'no children'}"
    )


def check_known(what: str, name: str, known: Iterable[str]) -> None:
    """Refuse a name that is not known.

    Raises:
        ValueError: the message lists the names.
    """
    """Refuse a name that is not known.

    Raises:
        ValueError: the message lists the names.
    """
    if name not in known:
        raise ValueError(f"unknown {what} {name!r}; known: {', '.join(known)}")
