"""AlexNet's plan for small pictures and a CPU."""

from math import ceil

from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers import start_
from lessonlib.models.pictures import MeanSubtracted, check_classes, read_pictures

ROUNDED_UP = (0, 1, 0, 1)  # right and below: one pixel less than the stride of conv1
SPREAD = 64.0  # about the standard deviation of a photograph's bytes


class AlexNetSmall(MeanSubtracted, nn.Module):
    """AlexNet's stages and two towers, narrower, for pictures of 32 to 64 pixels: 371,146 numbers.

    (N, 3, 56, 56) prepared images -> (N, classes) scores, the logits of a softmax.
    Pixels: 0 to 255 minus the mean of the training pictures (`set_mean`), divided by 64.

    Our design, not a paper's. It shares with `AlexNet`: five convolutions and three fully connected
    layers; the two towers, so conv2, conv4 and conv5 are grouped and conv3 reads both; kernels of 5
    in conv2 and of 3 above; rectifiers; overlapping pooling (3, in steps of 2) after conv1, conv2
    and conv5, with windows that are rounded up; dropout after fc6 and fc7; the mean taken out.

    It lacks: response normalisation; most of the maps (32, 64, 96, 96, 64) and units (256, 256);
    the first layer's kernels of 11 in steps of 4, which are of 7 in steps of 2; the printed start,
    for which He et al.'s (2015) is used, with biases of 0; and the printed range of pixels, which
    are divided by 64. With the last two it learns within seconds from a few thousand pictures.

    Args:
        classes: how many scores there are.
        side: height and width of the fields it reads, 28 to 64; fc6 has as many inputs as they
            give, 64 maps of 3x3 for 56 pixels.

    Raises:
        ValueError: another side, or no class.
    """

    input_shape = (3, 56, 56)

    def __init__(self, classes: int = 10, *, side: int = 56) -> None:
        super().__init__()
        check_classes(classes)
        if not 28 <= side <= 64:
            raise ValueError(f"AlexNetSmall reads pictures of 28 to 64 pixels, got side={side}")
        self.input_shape = (3, side, side)
        self.conv1 = nn.Conv2d(3, 32, 7, stride=2)  # (N, 3, 56, 56) -> (N, 32, 26, 26)
        self.pool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)  # -> (N, 32, 13, 13)
        self.conv2 = nn.Conv2d(32, 64, 5, padding=2, groups=2)  # -> (N, 64, 13, 13)
        self.pool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)  # -> (N, 64, 6, 6)
        self.conv3 = nn.Conv2d(64, 96, 3, padding=1)  # -> (N, 96, 6, 6), from both towers
        self.conv4 = nn.Conv2d(96, 96, 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(96, 64, 3, padding=1, groups=2)  # -> (N, 64, 6, 6)
        self.pool5 = nn.MaxPool2d(3, stride=2, ceil_mode=True)  # -> (N, 64, 3, 3)
        self.fc6 = nn.Linear(64 * _maps_side(side) ** 2, 256)  # (N, 576) -> (N, 256)
        self.fc7 = nn.Linear(256, 256)
        self.fc8 = nn.Linear(256, classes)  # -> (N, classes)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.5)
        self.register_buffer("mean", self.fc8.weight.new_zeros(self.input_shape))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start as He et al. 2015, eq. 10, with biases and a mean of 0."""
        for layer in self.children():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                start_(layer, "he", "zero")
        self.mean.zero_()

    def prepare(self, images: Tensor) -> Tensor:
        """Uint8 colour pictures to fields: their middle, 0 to 255, minus the mean, over 64.

        See `MeanSubtracted.prepare`, which does all but the last.

        Args:
            images: (N, 3, H, W), uint8, H and W not smaller than the network's side.

        Returns:
            (N, 3, side, side), about -4 to 4, in PyTorch's default type.

        Raises:
            ValueError: not uint8, not three colours, or too small.
        """
        return super().prepare(images).div_(SPREAD)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 3, side, side) prepared images.

        Raises:
            ValueError: another size, other channels, or not prepared.
        """
        side = self.input_shape[-1]
        images = read_pictures("AlexNetSmall", images, self.conv1, side, side)
        x = self.pool1(self.relu(self.conv1(F.pad(images, ROUNDED_UP))))
        x = self.pool2(self.relu(self.conv2(x)))
        x = self.relu(self.conv3(x))
        x = self.relu(self.conv4(x))
        x = self.pool5(self.relu(self.conv5(x))).flatten(1)  # (N, 576) for 56 pixels
        x = self.dropout(self.relu(self.fc6(x)))
        x = self.dropout(self.relu(self.fc7(x)))
        return self.fc8(x)


def _maps_side(side: int) -> int:
    """Side of the last maps, four times rounded up: 3 for 56 pixels."""
    for kernel in (7, 3, 3, 3):
        side = 1 + ceil((side - kernel) / 2)
    return side
