"""Response normalisation, put where AlexNet has it."""

from dataclasses import dataclass

from torch import nn

from lessonlib.layers import CrossMapNorm
from lessonlib.models.ablations.ablation import child, put


@dataclass(frozen=True)
class ResponseNorm:
    """Response normalisation of the first two stages, before their pooling, within each tower.

    As in `AlexNet` (Krizhevsky et al. 2012, sec. 3.3 and 3.5) with k = 2, n = 5 and beta = 0.75.

    Attributes:
        alpha: what the sum of squares is multiplied by. 0 leaves only the division by 2^0.75, which
            is the same for every value: a control. Where pixels are divided by s, the states are
            smaller by s, and alpha must be larger by s^2 to do what it does on bytes.

    Raises:
        ValueError: a negative alpha.
    """

    alpha: float

    def __post_init__(self) -> None:
        """Refuse a divisor that could be 0."""
        if not self.alpha >= 0:
            raise ValueError(f"expected alpha of at least 0, got {self.alpha!r}")

    def apply(self, model: nn.Module) -> None:
        """Put a normalisation before the children `pool1` and `pool2`.

        Raises:
            ValueError: one of them is missing, or takes no maxima.
        """
        pools = {name: child(self, model, name, nn.MaxPool2d) for name in ("pool1", "pool2")}
        put(
            model,
            {
                name: nn.Sequential(CrossMapNorm(self.alpha, towers=2), pool)
                for name, pool in pools.items()
            },
        )
