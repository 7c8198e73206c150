"""Networks, sets and recipes for tests of stochastic diagonal Levenberg-Marquardt."""

import torch
from torch import Tensor, nn

from lessonlib.data import ImageSet
from lessonlib.layers import RBFOutput, ScaledTanh
from lessonlib.training import SDLMRecipe

QUICK = SDLMRecipe(eta_by_pass=(1e-3,) * 4, loss="targets", curvature_samples=20)


class Row(nn.Module):
    """Layers in a row, each squashed, with RBF units at the end if there are codes."""

    def __init__(
        self, *layers: nn.Module, squash: nn.Module | None = None, codes: Tensor | None = None
    ) -> None:
        super().__init__()
        for number, layer in enumerate(layers):
            self.add_module(f"layer{number}", layer)
        self.names = [f"layer{number}" for number in range(len(layers))]
        if codes is not None:
            self.output = RBFOutput(codes)
        self.squash = squash or ScaledTanh()

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        return images.float() / 255

    def forward(self, x: Tensor) -> Tensor:
        for name in self.names:
            layer = getattr(self, name)
            x = self.squash(layer(x.flatten(1) if isinstance(layer, nn.Linear) else x))
        x = x.flatten(1)
        return self.output(x) if hasattr(self, "output") else x


def small_row(classes: int = 3) -> Row:
    """Two layers for the pictures of `blobs`."""
    return Row(nn.Linear(64, 5), nn.Linear(5, classes))


def numbered(count: int) -> ImageSet:
    """Pictures that hold their own number."""
    numbers = torch.arange(count)
    images = torch.stack([numbers // 256, numbers % 256], 1).to(torch.uint8).view(count, 1, 1, 2)
    return ImageSet("numbered", images, numbers % 2, ("even", "odd"), "made for a test", "none")
