"""LeNet without weight sharing."""

from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers import LocalConv2d
from lessonlib.models.fields import check_field, place_digits


class LeNetOwnWeights(nn.Module):
    """`LeNetRectified` with own weights at each place of C1 and C3: 423,038 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.

    Nobody published it: it exists to be compared. Windows, maps, rectifiers, pooling, pixel range
    and initial range are those of `LeNetRectified`, and so are connections and multiply-adds. Only
    the sharing is gone: C1 has 122,304 parameters instead of 156 and C3 241,600 instead of
    2,416. C5 sees one place only, so it has nothing to share.
    """

    input_shape = (1, 32, 32)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = LocalConv2d(1, 6, 5, input_size=32)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = nn.MaxPool2d(2)  # -> (N, 6, 14, 14)
        self.c3 = LocalConv2d(6, 16, 5, input_size=14)  # -> (N, 16, 10, 10)
        self.s4 = nn.MaxPool2d(2)  # -> (N, 16, 5, 5)
        self.c5 = nn.Conv2d(16, 120, 5)  # -> (N, 120, 1, 1)
        self.f6 = nn.Linear(120, 84)  # -> (N, 84)
        self.output = nn.Linear(84, 10)  # -> (N, 10)

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """Uint8 digits (N, 1, H, W) -> float fields (N, 1, 32, 32), MNIST's mean and s.d. out.

        Raises:
            ValueError: not uint8, or not one channel.
        """
        return (place_digits(images) - 0.1307) / 0.3081

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        check_field("LeNetOwnWeights", images)
        x = self.s2(F.relu(self.c1(images)))
        x = self.s4(F.relu(self.c3(x)))
        x = F.relu(self.c5(x)).flatten(1)  # (N, 120)
        x = F.relu(self.f6(x))
        return self.output(x)
