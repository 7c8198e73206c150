"""LeNet's layout with rectifiers and max pooling."""

from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.models.fields import check_field, place_digits


class LeNetRectified(nn.Module):
    """`LeNetClassic` with rectifiers for tanh and max pooling for averages: 61,706 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.

    Nothing else differs from `LeNetClassic`. It learns in fewer steps, which makes it the network
    for experiments that must end in seconds; `LeNetOwnWeights` and `MLP` have the same parts.
    """

    input_shape = (1, 32, 32)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = nn.MaxPool2d(2)  # -> (N, 6, 14, 14)
        self.c3 = nn.Conv2d(6, 16, 5)  # -> (N, 16, 10, 10)
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
        check_field("LeNetRectified", images)
        x = self.s2(F.relu(self.c1(images)))
        x = self.s4(F.relu(self.c3(x)))
        x = F.relu(self.c5(x)).flatten(1)  # (N, 120)
        x = F.relu(self.f6(x))
        return self.output(x)
