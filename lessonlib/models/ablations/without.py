"""A network without one of its layers."""

from dataclasses import dataclass

import torch
from torch import nn

from lessonlib.models.ablations.ablation import child, put


@dataclass(frozen=True)
class Without:
    """A layer less: what it would have read goes on as it is.

    Krizhevsky et al. 2012, sec. 7, remove "any of the middle layers". A rectifier after the layer
    changes nothing, because what goes on is positive or 0 already.

    Attributes:
        layer: name of a child that gives maps or units of the number and size that it reads, such
            as `conv4` or `fc7`.
    """

    layer: str

    def apply(self, model: nn.Module) -> None:
        """Put an identity where the layer is.

        Raises:
            ValueError: there is no such layer, or it gives another number or size than it reads.
        """
        old = child(self, model, self.layer, (nn.Conv2d, nn.Linear))
        if not _keeps_its_shape(old):
            raise ValueError(
                f"Without takes out a layer that gives what it reads, in number and size; child "
                f"`{self.layer}` does not: {old}"
            )
        put(model, {self.layer: nn.Identity()})


def _keeps_its_shape(layer: nn.Conv2d | nn.Linear) -> bool:
    if isinstance(layer, nn.Linear):
        return layer.in_features == layer.out_features
    with torch.no_grad():
        maps = layer.weight.new_zeros(1, layer.in_channels, 16, 16)
        return layer(maps).shape == maps.shape
