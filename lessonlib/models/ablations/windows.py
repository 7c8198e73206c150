"""Pooling in other windows: overlapping or side by side."""

from dataclasses import dataclass

from torch import nn

from lessonlib.models.ablations.ablation import no_child, put


@dataclass(frozen=True)
class OtherWindows:
    """Other windows of pooling, in the same steps, wherever the network pools.

    Windows that are larger than the steps overlap, as in Krizhevsky et al. 2012, sec. 3.4 (3 in
    steps of 2), and are rounded up at the right and lower border. Others lie wholly inside. So
    windows of 3 and of 2 in steps of 2 give maps of the same size, for 6, 10, 13, 26 and 28 places.

    Attributes:
        size: height and width of a window, in places; at least 1.

    Raises:
        ValueError: a size that is no window.
    """

    size: int

    def __post_init__(self) -> None:
        """Refuse a window of nothing."""
        if not isinstance(self.size, int) or self.size < 1:
            raise ValueError(f"expected the size of a window, at least 1, got {self.size!r}")

    def apply(self, model: nn.Module) -> None:
        """Replace every child that takes maxima or averages.

        Raises:
            ValueError: there is none.
        """
        pools = {
            name: layer
            for name, layer in model.named_children()
            if isinstance(layer, nn.MaxPool2d | nn.AvgPool2d)
        }
        if not pools:
            raise no_child(self, model, "children of class MaxPool2d or AvgPool2d")
        put(model, {name: self._instead_of(layer) for name, layer in pools.items()})

    def _instead_of(self, old: nn.MaxPool2d | nn.AvgPool2d) -> nn.Module:
        overlap = self.size > old.stride
        return type(old)(self.size, stride=old.stride, ceil_mode=overlap)
