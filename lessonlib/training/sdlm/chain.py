"""A network as a chain of layers, each followed by the same squashing function."""

import torch
from torch import Tensor, nn

from lessonlib.layers import RBFOutput, Subsample, TableConv2d

LINEAR = (nn.Conv2d, TableConv2d, Subsample, nn.Linear)
"""Layers of weighted sums."""


class Chain:
    """What the algorithm of 1998 asks of a network.

    Attributes:
        layers: name and module of each layer of weighted sums, in their order.
        squash: the function after each of them.
        output: the RBF units at the end, with fixed codes; None where the last layer's squashed
            values are the scores.

    Args:
        model: such as `LeNet5` or `LeNet5Lush`, with other tables or activations if you like.

    Raises:
        ValueError: no child `squash`, no layer, or a child that the algorithm has no rule for; the
            message names it.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        children = dict(model.named_children())
        name = type(model).__name__
        if "squash" not in children:
            raise ValueError(
                f"expected a network with a child `squash`, the function after each layer, such "
                f"as LeNet5, got {name}; train it with lessonlib.training.fit"
            )
        self.squash = children.pop("squash")
        found = children.get("output")
        self.output = children.pop("output") if isinstance(found, RBFOutput) else None
        strange = [f"{key} ({type(each).__name__})" for key, each in children.items()
                   if not isinstance(each, LINEAR)]  # fmt: skip
        if strange or not children or isinstance(getattr(self.output, "codes", 0), nn.Parameter):
            what = ", ".join(strange) or ("output with trained codes" if children else "no layer")
            raise ValueError(
                f"stochastic diagonal Levenberg-Marquardt knows convolutions, tables, subsampling "
                f"and linear layers, each with the same squashing behind, and RBF units with fixed "
                f"codes; {name} has {what}. Train it with lessonlib.training.fit"
            )
        self.layers = list(children.items())

    @torch.no_grad()
    def trace(self, images: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Each layer's inputs and weighted sums for (N, C, H, W) prepared images."""
        inputs: list[Tensor] = []
        sums: list[Tensor] = []

        def keep(_: nn.Module, given: tuple[Tensor], made: Tensor) -> None:
            inputs.append(given[0])
            sums.append(made)

        hooks = [layer.register_forward_hook(keep) for _, layer in self.layers]
        try:
            self.model(images)
        finally:
            for hook in hooks:
                hook.remove()
        return inputs, sums

    @torch.enable_grad()
    def slopes(self, sums: Tensor) -> Tensor:
        """f'(a) for each sum a."""
        a = sums.detach().requires_grad_()
        (slopes,) = torch.autograd.grad(self.squash(a).sum(), a)
        return slopes
