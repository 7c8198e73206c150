"""One pass of the algorithm of 1998, pattern by pattern, in PyTorch."""

from collections.abc import Mapping

import torch
from torch import Tensor

from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.recipe import SDLMRecipe


class TorchEngine:
    """Trains any network that is a `Chain`; `FastEngine` is its compiled twin.

    Args:
        chain: the network's layers.
        recipe: whose loss is followed.
    """

    def __init__(self, chain: Chain, recipe: SDLMRecipe) -> None:
        self.model, self.criterion = chain.model, recipe.criterion
        self.names, self.weights = zip(*chain.model.named_parameters(), strict=True)

    def train(
        self, images: Tensor, labels: Tensor, order: Tensor, steps: Mapping[str, Tensor]
    ) -> Tensor:
        """One update for each pattern: every weight moves against its gradient, by its own step.

        Args:
            images: (P, C, H, W), prepared.
            labels: (P,), class indices.
            order: (N,), which pattern comes when.
            steps: for each parameter by its name, the length of its step for a gradient of 1.

        Returns:
            (N,) losses, each before its update. The first that is not finite is the last: what
            follows is not trained on.
        """
        minus = [-steps[name] for name in self.names]
        losses = images.new_zeros(len(order))
        for number, pattern in enumerate(order.tolist()):
            scores = self.model(images[pattern : pattern + 1])  # (1, classes)
            loss = self.criterion(scores, labels[pattern : pattern + 1])
            gradients = torch.autograd.grad(loss, self.weights)
            losses[number] = value = loss.item()
            if not abs(value) < float("inf"):
                return losses[: number + 1]
            with torch.no_grad():
                torch._foreach_addcmul_(self.weights, gradients, minus)
        return losses
