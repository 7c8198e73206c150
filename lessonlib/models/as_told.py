"""LeNet-5 as popular articles tell it (see the fact check), built from their descriptions."""

from torch import Tensor, nn

from lessonlib.layers import AverageSubsample, ScaledTanh
from lessonlib.models.fields import as_printed, read_field


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
