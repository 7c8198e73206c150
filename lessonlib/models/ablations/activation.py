"""Another activation function."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from lessonlib.layers import ScaledTanh
from lessonlib.models.ablations.ablation import check_known, no_child, put

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "ScaledTanh": ScaledTanh,
    "Tanh": nn.Tanh,
    "Sigmoid": nn.Sigmoid,
    "ReLU": nn.ReLU,
    "LeakyReLU": nn.LeakyReLU,
    "GELU": nn.GELU,
    "Identity": nn.Identity,
}


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
        check_known("activation", self.name, ACTIVATIONS)

    def apply(self, model: nn.Module) -> None:
        """Replace the child `squash` or `relu`, whichever the network has.

        Raises:
            ValueError: it has neither.
        """
        for child in ("squash", "relu"):
            if hasattr(model, child):
                put(model, {child: ACTIVATIONS[self.name]()})
                return
        raise no_child(self, model, "a child `squash` or `relu`")
