"""Whether a program is writing down what a network does, rather than running it."""

import torch


def is_traced(x: object) -> bool:
    """Whether `torch.fx` or `torch.jit.trace` follows `x` through a network.

    For them a size is not a number, so asking for it stops the one and makes the other warn.
    Layers and networks then leave out their checks. `torch.compile` and `torch.export` know sizes
    and keep the checks.
    """
    return isinstance(x, torch.fx.Proxy) or torch.jit.is_tracing()
