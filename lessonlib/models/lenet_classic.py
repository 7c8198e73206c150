"""The network that popular articles call LeNet-5."""

import torch
from torch import Tensor, nn

from lessonlib.models.fields import check_field, place_digits


class LeNetClassic(nn.Module):
    """What popular articles print under the name LeNet-5: 61,706 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.

    Departures from the paper's LeNet-5: C3 reads all six maps, the squashing is plain tanh,
    subsampling is average pooling with nothing to train and no squashing after it, the output is
    linear, and the start is PyTorch's default. The pixel range, mean 0.1307 and deviation 0.3081
    of MNIST taken out, is one article's.
    """

    input_shape = (1, 32, 32)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = nn.AvgPool2d(2)  # -> (N, 6, 14, 14)
        self.c3 = nn.Conv2d(6, 16, 5)  # -> (N, 16, 10, 10)
        self.s4 = nn.AvgPool2d(2)  # -> (N, 16, 5, 5)
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
        check_field("LeNetClassic", images)
        x = self.s2(torch.tanh(self.c1(images)))
        x = self.s4(torch.tanh(self.c3(x)))
        x = torch.tanh(self.c5(x)).flatten(1)  # (N, 120)
        x = torch.tanh(self.f6(x))
        return self.output(x)
