"""Connections and multiply-adds of one layer, counted as the paper of 1998 counts them."""

from functools import singledispatch
from typing import NamedTuple

from torch import Tensor, nn

from lessonlib.layers import LocallyConnected2d, RBFOutput, Subsample, TableConv2d


class Count(NamedTuple):
    """Work of one layer for one picture.

    Attributes:
        connections: inputs of every unit, its bias included (LeCun et al. 1998, sec. II.B).
        multiply_adds: products of an input and a weight; biases are not counted.
    """

    connections: int
    multiply_adds: int


@singledispatch
def count(layer: nn.Module, output: Tensor) -> Count | None:
    """Count one layer from its output for one picture (1, ...); None if it has no row.

    Layers without numbers to train and without windows (activations, dropout) have no row.

    Raises:
        TypeError: the layer has parameters and there is no rule for counting it.
    """
    if any(True for _ in layer.parameters()):
        raise TypeError(
            f"layer_table cannot count a {type(layer).__name__}; register it with "
            f"lessonlib.models.counting.count.register"
        )
    return None


@count.register
def _(layer: nn.Conv2d, output: Tensor) -> Count:
    products = layer.weight[0].numel() * output.numel()
    return Count(products + _biases(layer, output), products)


@count.register
def _(layer: TableConv2d, output: Tensor) -> Count:
    positions = output.shape[-2] * output.shape[-1]
    products = layer.weight.numel() * positions
    return Count(products + _biases(layer, output), products)


@count.register
def _(layer: LocallyConnected2d, output: Tensor) -> Count:
    products = layer.weight.numel()  # each is used once
    return Count(products + output.numel(), products)


@count.register
def _(layer: nn.Linear, output: Tensor) -> Count:
    products = layer.in_features * output.numel()
    return Count(products + _biases(layer, output), products)


@count.register
def _(layer: RBFOutput, output: Tensor) -> Count:
    products = layer.codes.shape[1] * output.numel()
    return Count(products, products)


@count.register
def _(layer: Subsample, output: Tensor) -> Count:
    return Count(5 * output.numel(), output.numel())  # four inputs and a bias, one product


@count.register
def _(layer: nn.AvgPool2d, output: Tensor) -> Count:
    return Count(_window(layer) * output.numel(), output.numel())


@count.register
def _(layer: nn.MaxPool2d, output: Tensor) -> Count:
    return Count(_window(layer) * output.numel(), 0)


@count.register
def _(layer: nn.BatchNorm2d, output: Tensor) -> Count:
    return Count(2 * output.numel(), output.numel())


def _biases(layer: nn.Conv2d | nn.Linear | TableConv2d, output: Tensor) -> int:
    return 0 if layer.bias is None else output.numel()


def _window(layer: nn.AvgPool2d | nn.MaxPool2d) -> int:
    size = layer.kernel_size
    return size * size if isinstance(size, int) else size[0] * size[1]
