"""An activation to touch: its value, slope and curvature at any sum."""

from collections.abc import Callable, Mapping
from math import isfinite
from numbers import Real
from types import MappingProxyType
from typing import Any, ClassVar

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from traitlets import Any as AnyTrait
from traitlets import validate

from lessonlib.models.ablations import ACTIVATIONS
from lessonlib.widgets.base import Interactive, module_source
from lessonlib.widgets.still import exact
from lessonlib.widgets.still_activation import activation_figure

LIMIT = 5.0  # of the sums that are drawn

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "scaled tanh": "ScaledTanh",
        "tanh": "Tanh",
        "sigmoid": "Sigmoid",
        "rectifier": "ReLU",
        "leaky rectifier": "LeakyReLU",
        "GELU": "GELU",
    }
)
"""The activations that can be chosen, and their names in `lessonlib.models.ablations`."""


class ActivationExplorer(Interactive):
    """The curve of an activation, and its value, slope and curvature at one weighted sum.

    What the reader sets can be read, and set, in the next cell: `activation` and `at`.

    Args:
        activation: a name in `NAMES`.
        at: the weighted sum, -5 to 5.

    Raises:
        ValueError: another name, or a sum beyond the limits; the message says what was given.
    """

    module: ClassVar[str] = "activation"
    drawn: ClassVar[tuple[str, ...]] = ("activation", "at")
    _esm = module_source("activation")

    activation = AnyTrait("scaled tanh").tag(sync=True)
    at = AnyTrait(1.0).tag(sync=True)

    def __init__(self, activation: str = "scaled tanh", at: float = 1.0) -> None:
        super().__init__(activation=_known(activation), at=_sum(at))

    @property
    def value(self) -> float:
        """The state that the activation makes of the sum."""
        return self.curves(torch.tensor([self.at], dtype=torch.float64))[0].item()

    @property
    def slope(self) -> float:
        """How much the state grows per unit of the sum; PyTorch's own choice at a kink."""
        return self.curves(torch.tensor([self.at], dtype=torch.float64))[1].item()

    @property
    def curvature(self) -> float:
        """How much the slope grows per unit of the sum."""
        return self.curves(torch.tensor([self.at], dtype=torch.float64))[2].item()

    def curves(self, sums: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Value, slope and curvature at each of the sums, by autograd.

        Args:
            sums: (P,) float64.
        """
        return derivatives(ACTIVATIONS[NAMES[self.activation]](), sums)

    def still(self) -> Figure:
        """The three curves, and their heights at the sum."""
        return activation_figure(self)

    def describe(self) -> str:
        """The same in a few sentences."""
        return (
            f"Three curves of the {self.activation} for sums from −5 to 5: its value, its slope "
            f"and its curvature. At a sum of {exact(self.at)} the value is {exact(self.value)}, "
            f"the slope {exact(self.slope)} and the curvature {exact(self.curvature)}."
        )

    def __repr__(self) -> str:
        return f"ActivationExplorer({self.activation!r}, at={self.at:g})"

    @validate("activation", "at")
    def _check(self, proposal: Any) -> Any:
        return (_known if proposal.trait.name == "activation" else _sum)(proposal.value)


def derivatives(
    activation: nn.Module | Callable[[Tensor], Tensor], sums: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Value, slope and curvature of an activation at each sum, by calling autograd twice.

    Args:
        activation: elementwise.
        sums: (P,).
    """
    a = sums.detach().clone().requires_grad_()
    value = activation(a)
    (slope,) = torch.autograd.grad(value.sum(), a, create_graph=True)
    if not slope.requires_grad:  # a rectifier's slope is a constant
        return value.detach(), slope, torch.zeros_like(slope)
    (curvature,) = torch.autograd.grad(slope.sum(), a, materialize_grads=True)
    return value.detach(), slope.detach(), curvature


def _known(name: object) -> str:
    if name not in NAMES:
        raise ValueError(f"expected an activation of {list(NAMES)}, got {name!r}")
    return str(name)


def _sum(at: object) -> float:
    is_number = isinstance(at, Real) and not isinstance(at, bool)
    if not is_number or not isfinite(at) or abs(at) > LIMIT:
        raise ValueError(f"expected a sum from {-LIMIT:g} to {LIMIT:g}, got {at!r}")
    return float(at)
