"""Gradient descent with momentum as AlexNet's paper prints it."""

from collections.abc import Callable
from typing import Any

import torch
from torch.optim import SGD


class SGD2012(SGD):
    """The update of Krizhevsky et al. 2012, sec. 5, computed by PyTorch's SGD.

    As printed, with momentum m, decay d, rate e and gradient g:

        v <- m v - d e w - e g
        w <- w + v

    PyTorch keeps b instead of v, and multiplies by the rate only at the end:

        b <- m b + g + d w
        w <- w - e b

    While the rate is constant, v is -e b, and both give the same weights. When the rate drops,
    the printed v still carries the steps that were made at the old rate, but b has forgotten that
    rate. So b is multiplied by old rate / new rate then, and v stays what it was. Everything else
    is PyTorch's, `fused=True` included.
    """

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update of all parameters that have a gradient."""
        for group in self.param_groups:
            before = group.get("rate_before", group["lr"])
            if before != group["lr"]:
                self._carry_over(group["params"], before / group["lr"])
            group["rate_before"] = group["lr"]  # part of the optimiser's state, so of a checkpoint
        return super().step(closure)

    def _carry_over(self, parameters: list[torch.Tensor], ratio: float) -> None:
        """Keep the steps so far at the size they had, now that the rate is another."""
        for parameter in parameters:
            buffer = self.state[parameter].get("momentum_buffer")
            if buffer is not None:
                buffer.mul_(ratio)
