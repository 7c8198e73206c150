"""The squashing function of LeNet-5."""

import torch
from torch import Tensor, nn


class ScaledTanh(nn.Module):
    """f(a) = 1.7159 tanh(2a/3): LeCun et al. 1998, eq. 6 and appendix A.

    Any shape in, the same shape out, values in (-1.7159, 1.7159). Chosen so that f(1) = 1 and
    f(-1) = -1 (to 3e-6) and the curvature is largest near 1 and -1 (at 0.98772, in fact).
    """

    AMPLITUDE = 1.7159
    SLOPE = 2 / 3

    def forward(self, a: Tensor) -> Tensor:
        """Squash `a`, elementwise."""
        return self.AMPLITUDE * torch.tanh(self.SLOPE * a)
