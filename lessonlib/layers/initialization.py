"""The initial weights of 1998 and of 2012."""

import torch
from torch import Tensor, nn


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


@torch.no_grad()
def gaussian_(layer: nn.Module, deviation: float, bias: float) -> None:
    """Start a layer in place from N(0, deviation), the same whatever its number of inputs.

    Krizhevsky et al. 2012, sec. 5, with a deviation of 0.01.

    Args:
        layer: one with `weight` and `bias`; None, as an ablation may have left it, has no bias.
        deviation: of the weights.
        bias: what every bias starts from.
    """
    if not layer.weight.is_meta:  # there normal_ would do nothing but import 900 modules
        layer.weight.normal_(0, deviation)
    if layer.bias is not None:
        layer.bias.fill_(bias)
