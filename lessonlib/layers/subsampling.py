"""Subsampling with trainable coefficients: by sums, as in 1998, and by averages."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers.initialization import uniform_fan_in_


class Subsample(nn.Module):
    """Each map's 2x2 sums times one coefficient plus one bias: LeCun et al. 1998, sec. II.B.

    (N, maps, H, W) -> (N, maps, H // 2, W // 2). The four values are *added*, not averaged, and
    the windows do not overlap. The squashing that follows in the paper is not part of this layer:
    the network applies it. It has 2 * maps trainable numbers.

    Args:
        maps: number of maps.
        coefficient: value that every coefficient starts from, with zero biases. None is the
            paper's rule for all weights, U(-2.4/F, 2.4/F) with F = 4 inputs. That the biases
            follow the same rule is our choice; the paper gives none of their own.

    Raises:
        ValueError: `maps` is below 1.
    """

    def __init__(self, maps: int, coefficient: float | None = None) -> None:
        super().__init__()
        if maps < 1:
            raise ValueError(f"expected at least one map, got maps={maps}")
        self.maps = maps
        self.coefficient = coefficient
        self.weight = nn.Parameter(torch.empty(maps))
        self.bias = nn.Parameter(torch.empty(maps))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the initial coefficients and biases."""
        if self.coefficient is None:
            uniform_fan_in_(self.weight, fan_in=4)
            uniform_fan_in_(self.bias, fan_in=4)
        else:
            nn.init.constant_(self.weight, self.coefficient)
            nn.init.zeros_(self.bias)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, maps, H, W) -> (N, maps, H // 2, W // 2)."""
        # Four times the coefficient on the average is, to the last bit, the coefficient on the
        # sum. avg_pool2d could add (divisor_override=1), but an export to ONNX forgets that.
        averages = F.avg_pool2d(maps, 2)
        return averages * (4 * self.weight)[:, None, None] + self.bias[:, None, None]

    def extra_repr(self) -> str:
        """What `print` shows between the brackets."""
        return f"{self.maps}"


class AverageSubsample(Subsample):
    """Each map's 2x2 *averages* times one coefficient plus one bias.

    Not the paper's layer, but what popular articles give for it (see the fact check). With a
    coefficient four times as large it computes the same as `Subsample`, but its initial values and
    its effective step size differ. It starts as plain average pooling: coefficient 1, bias 0.
    """

    def __init__(self, maps: int) -> None:
        super().__init__(maps, coefficient=1.0)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, maps, H, W) -> (N, maps, H // 2, W // 2)."""
        averages = F.avg_pool2d(maps, 2)
        return averages * self.weight[:, None, None] + self.bias[:, None, None]
