"""The network that an article calls a faithful recreation of LeNet-5."""

from torch import Tensor, nn

from lessonlib.layers import AverageSubsample, ScaledTanh
from lessonlib.models.fields import check_field, place_digits


class LeNetHistorical(nn.Module):
    """A "historical" LeNet-5 as an article describes it: 61,750 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax. Written anew from
    the description, to compare with `LeNet5`.

    Departures from the paper's LeNet-5: C3 reads all six maps, subsampling averages instead of
    adding, weights start from a Gaussian of deviation 1/sqrt(fan-in), and the output is
    linear, without codes. Our choice: biases start from 0, coefficients from 1. The pixel range is
    the paper's.
    """

    input_shape = (1, 32, 32)

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

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """Uint8 digits (N, 1, H, W) -> float fields (N, 1, 32, 32): ground -0.1, ink 1.175.

        Raises:
            ValueError: not uint8, or not one channel.
        """
        return place_digits(images) * 1.275 - 0.1

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        check_field("LeNetHistorical", images)
        x = self.squash(self.c1(images))
        x = self.squash(self.s2(x))
        x = self.squash(self.c3(x))
        x = self.squash(self.s4(x))
        x = self.squash(self.c5(x)).flatten(1)  # (N, 120)
        x = self.squash(self.f6(x))
        return self.output(x)
