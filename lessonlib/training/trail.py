"""What each layer of a network read and gave, while pictures passed through it."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)  # they belong to the layer before them


class Trail:
    """What each layer with weights read and gave, and what its squashing made of that.

    Args:
        model: a network whose layers are called in order.
    """

    def __init__(self, model: nn.Module) -> None:
        leaves = [(name, part) for name, part in model.named_modules() if not [*part.children()]]
        self.names = {part: name for name, part in leaves}
        self.inputs: dict[nn.Module, Tensor] = {}
        self.sums: dict[nn.Module, Tensor] = {}
        self.states: dict[nn.Module, Tensor] = {}

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Until the block ends, note what passes."""
        hooks = [part.register_forward_hook(self._keep) for part in self.names]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _keep(self, part: nn.Module, inputs: tuple, output: Tensor) -> None:
        is_layer = any(True for _ in part.parameters()) and not isinstance(part, NORMS)
        if is_layer:
            self.inputs[part] = inputs[0]
            self.sums[part] = self.states[part] = output
        elif self.sums:
            last = next(reversed(self.sums))
            if output.numel() == self.sums[last].numel():  # F6 only turns its axes
                self.states[last] = output
