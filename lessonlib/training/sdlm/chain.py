"""A network as a chain of layers, each followed by the same squashing function."""

import torch
from torch import Tensor, nn

from lessonlib.layers import RBFOutput, Subsample, TableConv2d, UnitBiasConv2d

LINEAR = (nn.Conv2d, TableConv2d, UnitBiasConv2d, Subsample, nn.Linear)
"""Layers of weighted sums; not their subclasses, which may add constants of their own."""


class Chain:
    """What the algorithm of 1998 asks of a network.

    Attributes:
        layers: name and module of each layer of weighted sums, in their order.
        squash: the function after each of them.
        output: the RBF units at the end, with fixed codes; None where the last layer's squashed
            values are the scores.

    Args:
        model: such as `LeNet5`, `LeNet5Lush` or `ZipNet1989`, with other tables or activations if
            you like.

    Raises:
        ValueError: no child `squash`, no layer, a child that the algorithm has no rule for, or a
            parameter that is not to be trained; the message names it.
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
                   if type(each) not in LINEAR]  # fmt: skip
        if strange or not children or isinstance(getattr(self.output, "codes", 0), nn.Parameter):
            what = ", ".join(strange) or ("output with trained codes" if children else "no layer")
            raise ValueError(
                f"stochastic diagonal Levenberg-Marquardt knows convolutions, tables, subsampling "
                f"and linear layers, each with the same squashing behind, and RBF units with fixed "
                f"codes; {name} has {what}. Train it with lessonlib.training.fit"
            )
        self.layers = list(children.items())
        frozen = [key for key, each in model.named_parameters() if not each.requires_grad]
        if frozen:
            raise ValueError(
                f"expected a network whose parameters are all trained, but {', '.join(frozen)} of "
                f"{name} has requires_grad=False; with lessonlib.training.fit it would stay fixed"
            )

    def check_loss(self, loss: str) -> None:
        """Refuse a loss that the network's output is not made for.

        Raises:
            ValueError: `targets` of penalties, or another loss of squashed outputs.
        """
        if (loss == "targets") != (self.output is None):
            name = type(self.model).__name__
            ends, fits = "gives squashed outputs", "targets"
            if self.output is not None:
                ends, fits = "gives the penalties of RBF units", "discriminative or mse"
            raise ValueError(f"{name} {ends}; expected a recipe with loss {fits}, got {loss!r}")

    @torch.no_grad()
    def trace(self, images: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Each layer's inputs and weighted sums for (N, C, H, W) prepared images.

        Raises:
            ValueError: the layers are not called in their order, each followed by `squash`.
        """
        called: list[str] = []
        inputs: list[Tensor] = []
        sums: list[Tensor] = []

        def keep(name: str, given: tuple[Tensor], made: Tensor) -> None:
            called.append(name)
            if name != "squash":
                inputs.append(given[0])
                sums.append(made)

        hooks = [
            layer.register_forward_hook(lambda _, given, made, name=name: keep(name, given, made))
            for name, layer in [*self.layers, ("squash", self.squash)]
        ]
        try:
            self.model(images)
        finally:
            for hook in hooks:
                hook.remove()
        expected = [each for name, _ in self.layers for each in (name, "squash")]
        if called != expected:
            raise ValueError(
                f"expected {type(self.model).__name__} to call its layers in the order of its "
                f"children, each followed by squash ({', '.join(expected)}), but it calls "
                f"{', '.join(called)}. Train it with lessonlib.training.fit"
            )
        return inputs, sums

    @torch.enable_grad()
    def slopes(self, sums: Tensor) -> Tensor:
        """f'(a) for each sum a."""
        a = sums.detach().requires_grad_()
        (slopes,) = torch.autograd.grad(self.squash(a).sum(), a)
        return slopes
