"""LeNet-5's plan with the parts of today."""

from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.models.fields import check_field, place_digits


class LeNetModern(nn.Module):
    """LeNet-5's maps and kernels with today's parts; ours, no paper's.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.

    Departures from the paper's LeNet-5: C3 reads all six maps, rectifiers, max pooling with
    nothing to train, batch normalisation after each convolution (which therefore has no bias),
    dropout of one half before the output, a linear output, and He et al.'s start (2015).
    """

    input_shape = (1, 32, 32)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, bias=False)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.norm1 = nn.BatchNorm2d(6)
        self.s2 = nn.MaxPool2d(2)  # -> (N, 6, 14, 14)
        self.c3 = nn.Conv2d(6, 16, 5, bias=False)  # -> (N, 16, 10, 10)
        self.norm3 = nn.BatchNorm2d(16)
        self.s4 = nn.MaxPool2d(2)  # -> (N, 16, 5, 5)
        self.c5 = nn.Conv2d(16, 120, 5, bias=False)  # -> (N, 120, 1, 1)
        self.norm5 = nn.BatchNorm2d(120)
        self.f6 = nn.Linear(120, 84)  # -> (N, 84)
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(84, 10)  # -> (N, 10)
        for layer in (self.c1, self.c3, self.c5, self.f6):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(self.f6.bias)

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
        check_field("LeNetModern", images)
        x = self.s2(F.relu(self.norm1(self.c1(images))))
        x = self.s4(F.relu(self.norm3(self.c3(x))))
        x = F.relu(self.norm5(self.c5(x))).flatten(1)  # (N, 120)
        x = self.dropout(F.relu(self.f6(x)))
        return self.output(x)
