"""The initial weights of 1998."""

import torch
from torch import Tensor


@torch.no_grad()
def uniform_fan_in_(tensor: Tensor, fan_in: int) -> Tensor:
    """Fill `tensor` in place from U(-2.4/F, 2.4/F), F = `fan_in`.

    LeCun et al. 1998, appendix A: F is the number of inputs of the unit that the weight
    belongs to. The scale is 1/F, not 1/sqrt(F).

    Raises:
        ValueError: `fan_in` is below 1.
    """
    if fan_in < 1:
        raise ValueError(f"fan_in must be at least 1, got {fan_in}")
    bound = 2.4 / fan_in
    return tensor.uniform_(-bound, bound)
