"""One layer of wide windows, and two layers of small ones that see as much."""

from torch import Tensor, nn

from lessonlib.models.fields import read_field, standardized


class OneWideLayer(nn.Module):
    """37 maps through windows of 13x13, then a linear classifier: 15,550 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    It is not a published network. It exists to be compared with `TwoSmallLayers`, which has as
    many parameters, the same places two pixels apart, the same pooling and the same classifier.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Conv2d(1, 37, 13, stride=2)  # (N, 1, 32, 32) -> (N, 37, 10, 10)
        self.pool = nn.MaxPool2d(2)  # -> (N, 37, 5, 5)
        self.output = nn.Linear(37 * 25, 10)  # -> (N, 10)
        self.relu = nn.ReLU()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("OneWideLayer", images, self.wide)
        x = self.pool(self.relu(self.wide(images)))
        return self.output(x.flatten(1))


class TwoSmallLayers(nn.Module):
    """11 maps and then 29 maps, both through windows of 5x5: 15,550 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    It is not a published network. It exists to be compared with `OneWideLayer`. The first layer
    moves its windows by two pixels, so a unit of the second sees 13x13 pixels, 5 + 4 * 2.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 11, 5, stride=2)  # (N, 1, 32, 32) -> (N, 11, 14, 14)
        self.second = nn.Conv2d(11, 29, 5)  # -> (N, 29, 10, 10)
        self.pool = nn.MaxPool2d(2)  # -> (N, 29, 5, 5)
        self.output = nn.Linear(29 * 25, 10)  # -> (N, 10)
        self.relu = nn.ReLU()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("TwoSmallLayers", images, self.first)
        x = self.relu(self.first(images))
        x = self.pool(self.relu(self.second(x)))
        return self.output(x.flatten(1))
