"""The curvature of the loss along each weight: the second backward sweep of 1998."""

from collections.abc import Mapping
from copy import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from lessonlib.layers import UnitBiasConv2d
from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.recipe import SDLMRecipe


class Curvature:
    """h, the curvature along each parameter, and the steps that follow from it.

    Attributes:
        h: for each parameter of the network by its name, a tensor of its shape, 0 or more; empty
            before it was measured.
    """

    def __init__(self) -> None:
        self.h: dict[str, Tensor] = {}

    def measure(self, chain: Chain, images: Tensor, labels: Tensor, recipe: SDLMRecipe) -> None:
        """Measure h on prepared images (N, C, H, W) and labels (N,), all in one batch."""
        self.h = curvature(chain, images, labels, recipe)

    def steps(self, eta: float, mu: float) -> dict[str, Tensor]:
        """Eta / (mu + h) for each parameter."""
        return {name: eta / (mu + h) for name, h in self.h.items()}

    def state_dict(self) -> dict[str, Any]:
        """For a checkpoint."""
        return dict(self.h)

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """From a checkpoint."""
        self.h = dict(state)


@torch.enable_grad()
def curvature(
    chain: Chain, images: Tensor, labels: Tensor, recipe: SDLMRecipe
) -> dict[str, Tensor]:
    """Diagonal of the Gauss-Newton matrix, estimated on patterns: LeCun et al. 1998, app. C.

    For a weight u from x_j to the sum a_i of a unit, the curvature is E''(a_i) x_j^2, summed over
    the connections that share the weight. E'' goes backwards like a gradient, with the squares of
    weights and slopes: E''(x_j) = sum_i u_ij^2 E''(a_i) and E''(a_i) = f'(a_i)^2 E''(x_i). What is
    neglected is how two different sums, or two inputs of one unit, act together.

    Args:
        chain: the network's layers.
        images: (N, C, H, W), prepared.
        labels: (N,), class indices.
        recipe: loss, and what the output's curvature is.

    Returns:
        One tensor for each parameter, by its name.

    Raises:
        ValueError: the loss is not made for the network's output, or the network does not call
            its layers one after the other.
    """
    chain.check_loss(recipe.loss)
    inputs, sums = chain.trace(images)
    h = output_curvature(chain, sums[-1], labels, recipe)  # E'' at the last layer's values
    found: dict[str, Tensor] = {}
    for (name, layer), x, a in reversed(list(zip(chain.layers, inputs, sums, strict=True))):
        h = h.reshape(a.shape) * chain.slopes(a).square()
        h, own = second_backward(layer, x, h)
        found |= {f"{name}.{each}": value / len(images) for each, value in own.items()}
    return found


def second_backward(layer: nn.Module, x: Tensor, h: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """E'' at a layer's inputs, and the curvature along each of its parameters.

    A layer of sums of products, with its weights and its inputs squared, has exactly the wanted
    numbers as its ordinary gradients.

    Args:
        layer: linear in its inputs and in its parameters.
        x: its inputs.
        h: E'' at its sums, of the shape of its outputs.

    Returns:
        E'' of the shape of `x`, and for each parameter the sum over its connections.
    """
    squares = {name: p.detach().square().requires_grad_() for name, p in layer.named_parameters()}
    x_squares = x.detach().square().requires_grad_()
    sums = functional_call(_of_squares(layer), squares, (x_squares,))
    back, *own = torch.autograd.grad(sums, [x_squares, *squares.values()], h)
    return back, dict(zip(squares, own, strict=True))


def _of_squares(layer: nn.Module) -> nn.Module:
    """The layer, but if windows read a background beside the inputs, they read its square."""
    if not isinstance(layer, UnitBiasConv2d):
        return layer
    twin = copy(layer)
    twin.background = layer.background**2
    return twin


def output_curvature(chain: Chain, sums: Tensor, labels: Tensor, recipe: SDLMRecipe) -> Tensor:
    """E'' by the last layer's squashed values z, of which the loss is a function.

    With penalties y_i = s |z - w_i|^2 and eq. 9, the exact diagonal is the variance of the slopes
    dy_i/dz_k, each class weighted by its share p_i, plus 2 s times the share of the rubbish class,
    whose own slope is 0. Like the diagonal of eq. 8, 2 s, it is never negative.

    Args:
        chain: the network's layers.
        sums: (N, d), or (N, d, 1, 1): the last layer's weighted sums.
        labels: (N,), class indices.
        recipe: loss, its scale, and whether the exact diagonal is asked for.

    Returns:
        (N, d)
    """
    z = chain.squash(sums).flatten(1).detach()
    if recipe.loss == "targets" or recipe.output_curvature == "one":
        return torch.ones_like(z)
    twice = 2 * recipe.distance_scale
    if recipe.loss == "mse":
        return torch.full_like(z, twice)
    scores = -recipe.distance_scale * chain.output.distances(z)
    rubbish = scores.new_full((len(z), 1), -recipe.j)
    shares = torch.cat([scores, rubbish], dim=1).softmax(1)[..., None]  # (N, classes + 1, 1)
    slopes = twice * (z[:, None] - chain.output.codes)  # (N, classes, d)
    mean = (shares[:, :-1] * slopes).sum(1)  # (N, d); the rubbish class has no slope
    apart = (shares[:, :-1] * (slopes - mean[:, None]).square()).sum(1)
    return apart + shares[:, -1] * (mean.square() + twice)
