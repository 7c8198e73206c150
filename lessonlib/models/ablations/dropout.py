"""Another share of units that dropout sets to 0."""

from dataclasses import dataclass

from torch import nn

from lessonlib.models.ablations.ablation import child, put


@dataclass(frozen=True)
class OtherDropout:
    """Another share of dropout; 0 is none.

    Attributes:
        share: of the units that are set to 0 in training; 0 <= share < 1.

    Raises:
        ValueError: another share.
    """

    share: float

    def __post_init__(self) -> None:
        """Refuse a share that leaves nothing."""
        if not 0 <= self.share < 1:
            raise ValueError(f"expected a share of dropout in 0 <= p < 1, got {self.share!r}")

    def apply(self, model: nn.Module) -> None:
        """Replace the child `dropout`.

        Raises:
            ValueError: there is none.
        """
        child(self, model, "dropout", nn.Dropout)
        put(model, {"dropout": nn.Dropout(self.share)})
