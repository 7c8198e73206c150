"""The networks as popular articles tell them (see the fact check), built from the descriptions."""

import torch
from torch import Tensor, nn

from lessonlib.layers import AverageSubsample, ScaledTanh
from lessonlib.models.fields import as_printed, grey_bytes, read_field
from lessonlib.models.pictures import check_classes, middle


class LeNetHistorical(nn.Module):
    """A "historical" LeNet-5 that is not the paper's: 61,750 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.1, ink 1.175, and all between.

    Built from the description, to compare it with `LeNet5`.

    Departures from the paper's LeNet-5: C3 reads all six maps, subsampling averages instead of
    adding, weights start from a Gaussian of deviation 1/sqrt(fan-in), and the output is
    linear, without codes. Our choice: biases start from 0, coefficients from 1. The pixel range is
    the paper's.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(as_printed)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = AverageSubsample(6)  # -> (N, 6, 14, 14)
        self.c3 = nn.Conv2d(6, 16, 5)  # -> (N, 16, 10, 10)
        self.s4 = AverageSubsample(16)  # -> (N, 16, 5, 5)
        self.c5 = nn.Conv2d(16, 120, 5)  # -> (N, 120, 1, 1)
        self.f6 = nn.Linear(120, 84)  # -> (N, 84)
        self.output = nn.Linear(84, 10)  # -> (N, 10)
        self.squash = ScaledTanh()
        for layer in (self.c1, self.c3, self.c5, self.f6, self.output):
            nn.init.normal_(layer.weight, std=layer.weight[0].numel() ** -0.5)
            nn.init.zeros_(layer.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("LeNetHistorical", images, self.c1)
        x = self.squash(self.c1(images))
        x = self.squash(self.s2(x))
        x = self.squash(self.c3(x))
        x = self.squash(self.s4(x))
        x = self.squash(self.c5(x)).flatten(1)  # (N, 120)
        x = self.squash(self.f6(x))
        return self.output(x)


class AlexNetAsTold(nn.Module):
    """An AlexNet that is not the paper's, as an article sketches it: 5,303,498 parameters.

    (N, 1, 224, 224) prepared images -> (N, classes) scores, the logits of a softmax. One tower,
    one grey channel, ten classes, and a head of 1,024 and 512 units. Pictures of any size from 63
    pixels are read, since adaptive pooling makes 2x2 maps of them.
    Pixels: ground 0, ink 1, and all between.

    The article's class has no `forward`, so calling it fails; this one has the `forward` that it
    lacks. That conv1 pads by 2 pixels follows from the smallest picture that the listing reads.

    Departures from `AlexNet`, the network as printed: grey pictures instead of colour, no towers,
    no response normalisation, adaptive pooling, and a head of 1,579,530 numbers instead of
    58,631,144. Our choice, since the article says nothing of it: the pixel range and PyTorch's
    start.

    Args:
        classes: how many scores there are.

    Raises:
        ValueError: no class.
    """

    input_shape = (1, 224, 224)

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        check_classes(classes)
        self.conv1 = nn.Conv2d(1, 96, 11, stride=4, padding=2)  # 224x224 -> (N, 96, 55, 55)
        self.pool1 = nn.MaxPool2d(3, stride=2)  # -> (N, 96, 27, 27)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2)  # -> (N, 256, 27, 27)
        self.pool2 = nn.MaxPool2d(3, stride=2)  # -> (N, 256, 13, 13)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)  # -> (N, 384, 13, 13)
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1)  # -> (N, 256, 13, 13)
        self.pool5 = nn.MaxPool2d(3, stride=2)  # -> (N, 256, 6, 6)
        self.adapt = nn.AdaptiveAvgPool2d(2)  # -> (N, 256, 2, 2)
        self.fc6 = nn.Linear(256 * 2 * 2, 1024)  # (N, 1024) -> (N, 1024)
        self.fc7 = nn.Linear(1024, 512)  # -> (N, 512)
        self.fc8 = nn.Linear(512, classes)  # -> (N, classes)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.5)

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """Uint8 grey pictures to fields from 0 to 1: ground 0, ink 1.

        Of pictures larger than 224x224 the middle is cut out; none is enlarged or shrunk.

        Args:
            images: (N, 1, H, W), uint8, H and W at least 63.

        Returns:
            (N, 1, side, side), side at most 224, in PyTorch's default type.

        Raises:
            ValueError: not uint8, not one channel, or smaller than 63 pixels.
        """
        images = grey_bytes(images, "ground 0, ink 1")
        side = max(63, min(224, *images.shape[-2:]))
        return middle("AlexNetAsTold", images, side).to(torch.get_default_dtype()) / 255

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, H, W) prepared images.

        Raises:
            ValueError: smaller than 63 pixels, other channels, or not prepared.
        """
        images = read_field("AlexNetAsTold", images, self.conv1, side=63, larger=True)
        x = self.pool1(self.relu(self.conv1(images)))
        x = self.pool2(self.relu(self.conv2(x)))
        x = self.relu(self.conv4(self.relu(self.conv3(x))))
        x = self.adapt(self.pool5(self.relu(self.conv5(x)))).flatten(1)  # (N, 1024)
        x = self.relu(self.fc6(self.dropout(x)))
        x = self.relu(self.fc7(self.dropout(x)))
        return self.fc8(x)


def listed_lenets() -> dict[str, nn.Sequential]:
    """Four networks that are taught under LeNet-5's name, with their sizes and flaws.

    Each reads (N, 1, H, W) fields of one size only and gives (N, 10) logits; none checks its input.
    Two come from a lesson that says its digits are 32x32, a size that they cannot read. The
    activation and the pooling change no size and no count, so where they do not matter for the
    comparison, rectifiers and max pooling are used here.
    """
    return {
        "LeNet5 of a short lesson": _short_lesson(),
        "ModernLeNet5 of a long lesson": _long_lesson(batch_norm=False),
        "ModernLeNet5 with batch norm": _long_lesson(batch_norm=True),
        "HistoricalLeNet5": _historical(),
    }


def _short_lesson() -> nn.Sequential:
    """Full C3, plain tanh, average pooling, all flattened before the first linear layer."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.Tanh()),
        *(nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )


def _long_lesson(*, batch_norm: bool) -> nn.Sequential:
    """C1 pads by 2 pixels; C5 is a convolution, so the size must come out at 1x1."""
    norm1 = [nn.BatchNorm2d(6)] if batch_norm else []
    norm3 = [nn.BatchNorm2d(16)] if batch_norm else []
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), *norm1, nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), *norm3, nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


def _historical() -> nn.Sequential:
    """Full C3, a coefficient and a bias on every average, linear output."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5), ScaledTanh(), AverageSubsample(6), ScaledTanh()),
        *(nn.Conv2d(6, 16, 5), ScaledTanh(), AverageSubsample(16), ScaledTanh()),
        *(nn.Conv2d(16, 120, 5), ScaledTanh(), nn.Flatten()),
        *(nn.Linear(120, 84), ScaledTanh(), nn.Linear(84, 10)),
    )
