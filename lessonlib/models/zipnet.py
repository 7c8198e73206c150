"""The network that read zip codes in 1989."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers import ScaledTanh, UnitBiasConv2d, uniform_fan_in_
from lessonlib.models.fields import grey_bytes, read_field

SIDE = 16  # pixels per side of the field
BACKGROUND = -1.0

# Row = map of H1, column = map of H2, X = connected. Each column leaves out four neighbours in a
# ring of twelve, so no two are alike and each map of H1 is read by eight.
H2_TABLE = (
    "X....XXXXXXX",
    "XX....XXXXXX",
    "XXX....XXXXX",
    "XXXX....XXXX",
    "XXXXX....XXX",
    "XXXXXX....XX",
    "XXXXXXX....X",
    "XXXXXXXX....",
    ".XXXXXXXX...",
    "..XXXXXXXX..",
    "...XXXXXXXX.",
    "....XXXXXXXX",
)


class ZipNet1989(nn.Module):
    """The network for zip codes: LeCun et al. 1989, Neural Computation 1(4).

    (N, 1, 16, 16) prepared images -> (N, 10) scores, the squashed outputs, whose targets are +1 for
    the right digit and -1 for the others (the loss `targets`). 1,256 units, 64,660 connections and
    9,760 parameters, as in the paper: units of one map share their kernels, but each has a bias of
    its own.
    Pixels: ground -1, ink 1, and all between.

    Departures: none known in the function computed, as far as the paper tells. As in the paper,
    windows that reach beyond the input, or beyond the maps of H1, read a background of -1 there;
    two pixels of it on each side give 8x8 and 4x4 units. What the paper does not tell is our
    choice: which 8 maps of H1 each map of H2 reads (`H2_TABLE`; the paper withholds its scheme),
    the constants of the squashing, which are those of 1998, targets of exactly +1 and -1, and that
    biases start like the weights of their unit, U(-2.4/F, 2.4/F).
    """

    input_shape = (1, SIDE, SIDE)

    def __init__(self) -> None:
        super().__init__()
        frame = {"stride": 2, "padding": 2, "background": BACKGROUND}
        self.h1 = UnitBiasConv2d(("X" * 12,), 5, SIDE, **frame)  # (N, 1, 16, 16) -> (N, 12, 8, 8)
        self.h2 = UnitBiasConv2d(H2_TABLE, 5, 8, **frame)  # -> (N, 12, 4, 4)
        self.h3 = nn.Linear(12 * 4 * 4, 30)  # -> (N, 30)
        self.output = nn.Linear(30, 10)  # -> (N, 10)
        self.squash = ScaledTanh()
        for layer in (self.h3, self.output):
            uniform_fan_in_(layer.weight, layer.in_features)
            uniform_fan_in_(layer.bias, layer.in_features)

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """Uint8 digits to 16x16 fields: ground -1, ink 1.

        Pictures of 16x16 are read as they are. Others are shrunk or enlarged to it whole, each
        pixel being the mean of those that it covers. The longer side of 1989's digits filled 16
        pixels; MNIST's keep their margin and become about 11 pixels high, unless
        `lessonlib.data.fitted` makes them as large first.

        Args:
            images: (N, 1, H, W), uint8, ground 0 and ink 255.

        Returns:
            (N, 1, 16, 16), from -1 to 1, in PyTorch's default type.

        Raises:
            ValueError: not a tensor, or another type or shape; the message says how to get one.
        """
        ink = grey_bytes(images, "ground -1, ink 1").to(torch.get_default_dtype()) / 255
        return F.interpolate(ink, (SIDE, SIDE), mode="area") * 2 - 1

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 16, 16) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("ZipNet1989", images, self.h1, side=SIDE)
        x = self.squash(self.h1(images))
        x = self.squash(self.h2(x)).flatten(1)  # (N, 192)
        x = self.squash(self.h3(x))
        return self.squash(self.output(x))
