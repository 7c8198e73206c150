"""Another start: first weights drawn by another rule."""

from dataclasses import dataclass

from torch import nn

from lessonlib.layers import BIASES, STARTS, start_
from lessonlib.models.ablations.ablation import check_known, no_child


@dataclass(frozen=True)
class OtherStart:
    """First weights by another rule in every layer that has any; apply it after other ablations.

    `reset_parameters` of a network starts it as the network is printed, not like this.

    Attributes:
        weights: `2.4/F` (LeCun et al. 1998), `1/sqrt(F)`, `xavier` or `he`; see
            `lessonlib.layers.STARTS`.
        biases: `zero`, or `like weights`: from the range of the weights of their unit.
        coefficient: what the coefficients of subsampling start from, with biases of 0; None draws
            both by the same rule as all others, with F = 4.
    """

    weights: str
    biases: str = "zero"
    coefficient: float | None = None

    def __post_init__(self) -> None:
        """Refuse a name that is not known."""
        check_known("start", self.weights, STARTS)
        check_known("start of biases", self.biases, BIASES)

    def apply(self, model: nn.Module) -> None:
        """Draw all weights, coefficients and biases anew, from PyTorch's random state.

        Batch normalisation and fixed codes stay as they are.

        Raises:
            ValueError: no layer has first weights to draw.
        """
        drawn = [start_(m, self.weights, self.biases, self.coefficient) for m in model.modules()]
        if not any(drawn):
            raise no_child(self, model, "layers with weights")
