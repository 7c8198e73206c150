"""Batch normalisation and dropout, put where `LeNetModern` has them."""

from dataclasses import dataclass

from torch import nn

from lessonlib.layers import Dropped, Normed, TableConv2d
from lessonlib.models.ablations.ablation import child, put


@dataclass(frozen=True)
class NormAndDropout:
    """Batch normalisation after each convolution, and dropout before the output.

    The convolutions lose their biases, which the normalisation would take out again.

    Attributes:
        dropout: share of the output's inputs that are set to 0 in training; 0 <= p < 1.

    Raises:
        ValueError: another share.
    """

    dropout: float = 0.5

    def __post_init__(self) -> None:
        """Refuse a share that leaves nothing."""
        if not 0 <= self.dropout < 1:
            raise ValueError(f"expected dropout in 0 <= p < 1, got {self.dropout!r}")

    def apply(self, model: nn.Module) -> None:
        """Wrap the children `c1`, `c3`, `c5` and `output`.

        Raises:
            ValueError: one of them is missing, or is no convolution.
        """
        convolutions = {
            name: child(self, model, name, (nn.Conv2d, TableConv2d)) for name in ("c1", "c3", "c5")
        }
        output = child(self, model, "output", nn.Module)
        put(model, {name: Normed(layer) for name, layer in convolutions.items()})
        put(model, {"output": Dropped(output, self.dropout)})
