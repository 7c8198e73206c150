"""Layers with batch normalisation after them, or dropout before them."""

from torch import Tensor, nn


class Normed(nn.Module):
    """A convolution followed by batch normalisation of its maps, which takes its bias's place.

    Args:
        layer: a convolution with `weight` and `bias`. It is not copied, and loses its bias.
    """

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        maps = layer.bias.shape[0]
        layer.bias = None
        self.layer, self.norm = layer, nn.BatchNorm2d(maps)

    @property
    def weight(self) -> nn.Parameter:
        """The convolution's weights."""
        return self.layer.weight

    @property
    def bias(self) -> None:
        """None: the normalisation would take it out again."""
        return

    def reset_parameters(self) -> None:
        """Start convolution and normalisation again."""
        self.layer.reset_parameters()
        self.norm.reset_parameters()

    def forward(self, maps: Tensor) -> Tensor:
        """The normalised maps of the convolution."""
        return self.norm(self.layer(maps))


class Dropped(nn.Module):
    """A layer of whose inputs a share is set to 0 in training.

    Args:
        layer: any layer; it is not copied.
        share: of the inputs that are set to 0; the others are enlarged by 1 / (1 - share).
    """

    def __init__(self, layer: nn.Module, share: float) -> None:
        super().__init__()
        self.dropout, self.layer = nn.Dropout(share), layer

    def reset_parameters(self) -> None:
        """Start the layer again, if it can be."""
        if hasattr(self.layer, "reset_parameters"):
            self.layer.reset_parameters()

    def forward(self, x: Tensor) -> Tensor:
        """What the layer makes of the inputs that are left."""
        return self.layer(self.dropout(x))
