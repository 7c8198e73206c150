"""First weights by name, drawn for any layer that has them."""

from collections.abc import Callable
from functools import singledispatch
from typing import NamedTuple

import torch
from torch import Tensor, nn

from lessonlib.layers.subsampling import Subsample
from lessonlib.layers.table_conv import TableConv2d


class Fans(NamedTuple):
    """How many inputs each unit of a layer has, and how many units read each of its inputs.

    Attributes:
        weights: inputs of the unit that each weight belongs to; broadcasts to the weights.
        biases: the same for the biases.
        out: units that read an input, on average, where no edge is near.
    """

    weights: Tensor
    biases: Tensor
    out: float


def _uniform(bound: Tensor, values: Tensor) -> Tensor:
    return torch.empty_like(values).uniform_(-1, 1) * bound


def _normal(deviation: Tensor, values: Tensor) -> Tensor:
    # Not normal_(), which on the device meta first imports 900 modules.
    return torch.randn(values.shape, dtype=values.dtype, device=values.device) * deviation


STARTS: dict[str, Callable[[Tensor, Tensor, float], Tensor]] = {
    "2.4/F": lambda values, fan_in, _: _uniform(2.4 / fan_in, values),
    "1/sqrt(F)": lambda values, fan_in, _: _uniform(fan_in**-0.5, values),
    "xavier": lambda values, fan_in, out: _uniform((6 / (fan_in + out)) ** 0.5, values),
    "he": lambda values, fan_in, _: _normal((2 / fan_in) ** 0.5, values),
}
"""Ways to draw weights of a given number of inputs F, by name.

`2.4/F`: uniform between plus and minus this, LeCun et al. 1998, appendix A. `1/sqrt(F)`: uniform
between plus and minus this; PyTorch's default start for convolutions and linear layers. `xavier`:
uniform within sqrt(6 / (inputs + outputs)), Glorot and Bengio 2010, eq. 16. `he`: Gaussian with
deviation sqrt(2/F), He et al. 2015, eq. 10.
"""
BIASES = ("zero", "like weights")


@torch.no_grad()
def start_(layer: nn.Module, weights: str, biases: str, coefficient: float | None = None) -> bool:
    """Draw a layer's first weights and biases in place; whether it is a layer that has them.

    Layers without such numbers (activations, pooling, fixed codes) are left as they are, and so is
    batch normalisation, which starts from 1 and 0.

    Args:
        layer: the layer itself, not a network.
        weights: a name in `STARTS`.
        biases: `zero`, or `like weights`: from the same range as the weights of their unit.
        coefficient: what the coefficients of subsampling start from, with biases of 0; None draws
            both like those of any other layer, with F = 4.
    """
    if fans(layer) is None:
        return False
    if layer.weight.is_meta:  # nothing to draw, and PyTorch would import 900 modules
        return True
    fan, draw = fans(layer), STARTS[weights]
    if coefficient is not None and isinstance(layer, Subsample):
        layer.weight.fill_(coefficient)
        layer.bias.zero_()
        return True
    layer.weight.copy_(draw(layer.weight, fan.weights, fan.out))
    if layer.bias is not None:
        layer.bias.zero_()
        if biases == "like weights":
            layer.bias.copy_(draw(layer.bias, fan.biases, fan.out))
    return True


@singledispatch
def fans(layer: nn.Module) -> Fans | None:
    """Inputs and outputs of a layer's units; None if it has no weights to draw."""
    return None


@fans.register
def _(layer: nn.Conv2d) -> Fans:
    window = layer.weight[0, 0].numel()
    return _alike(layer, layer.weight[0].numel(), layer.out_channels // layer.groups * window)


@fans.register
def _(layer: nn.Linear) -> Fans:
    return _alike(layer, layer.in_features, layer.out_features)


@fans.register
def _(layer: Subsample) -> Fans:
    return _alike(layer, 4, 1)


@fans.register
def _(layer: TableConv2d) -> Fans:
    read = [column.count("X") for column in zip(*layer.table, strict=True)]
    window = layer.kernel_size**2
    by_kernel = [float(count * window) for count in read for _ in range(count)]
    by_map = [float(count * window) for count in read]
    places = () if layer.bias is None else (1,) * (layer.bias.ndim - 1)
    return Fans(
        layer.weight.new_tensor(by_kernel)[:, None, None],
        layer.weight.new_tensor(by_map).view(-1, *places),
        layer.weight.numel() / layer.in_maps,
    )


def _alike(layer: nn.Module, inputs: int, out: int) -> Fans:
    """The fans of a layer whose units all have as many inputs."""
    same = layer.weight.new_tensor(float(inputs))
    return Fans(same, same, out)
