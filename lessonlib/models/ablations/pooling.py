"""Another way to halve height and width."""

from dataclasses import dataclass

from torch import nn

from lessonlib.layers import AverageSubsample, Subsample
from lessonlib.models.ablations.ablation import check_known, no_child, put

POOLINGS = (Subsample, AverageSubsample, nn.AvgPool2d, nn.MaxPool2d)


@dataclass(frozen=True)
class OtherPooling:
    """Another way to halve height and width, wherever the network does.

    Attributes:
        name: `Subsample` (sums with trained coefficients), `AverageSubsample` (averages with
            trained coefficients), `AvgPool2d` or `MaxPool2d`.
    """

    name: str

    def __post_init__(self) -> None:
        """Refuse a name that is not known."""
        check_known("pooling", self.name, [layer.__name__ for layer in POOLINGS])

    def apply(self, model: nn.Module) -> None:
        """Replace every child that pools: `s2` and `s4`, or `pool`.

        Raises:
            ValueError: no child pools, or one has other windows than 2x2 and would get
                coefficients.
        """
        maps, replaced = 0, {}
        for name, child in model.named_children():
            maps = getattr(child, "out_channels", getattr(child, "out_maps", maps))
            if isinstance(child, POOLINGS):
                replaced[name] = self._instead_of(name, child, maps)
        if not replaced:
            raise no_child(self, model, "children that pool, such as `s2`, `s4` or `pool`")
        put(model, replaced)

    def _instead_of(self, name: str, old: nn.Module, maps: int) -> nn.Module:
        """The layer to put where `old` is, after a layer of so many maps."""
        kind = next(layer for layer in POOLINGS if layer.__name__ == self.name)
        window = {
            "kernel_size": getattr(old, "kernel_size", 2),
            "stride": getattr(old, "stride", 2),
            "padding": getattr(old, "padding", 0),
            "ceil_mode": getattr(old, "ceil_mode", False),
        }
        if not issubclass(kind, Subsample):
            return kind(**window)
        if list(window.values()) != [2, 2, 0, False]:
            raise ValueError(
                f"{self.name} has windows of 2x2 that do not overlap; child `{name}` has others: "
                f"{old}"
            )
        return kind(getattr(old, "maps", maps))
