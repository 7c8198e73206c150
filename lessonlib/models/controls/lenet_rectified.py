"""LeNet's layout with rectifiers and max pooling."""

from torch import Tensor, nn

from lessonlib.models.fields import read_field, standardized


class LeNetRectified(nn.Module):
    """`LeNetClassic` with rectifiers and max pooling: 61,706 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    Rectifiers replace tanh and max pooling replaces averages; nothing else differs. It learns in
    fewer steps, which makes it the network for experiments that must end in seconds;
    `LeNetLocallyConnected` and `MLP` have the same parts.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = nn.MaxPool2d(2)  # -> (N, 6, 14, 14)
        self.c3 = nn.Conv2d(6, 16, 5)  # -> (N, 16, 10, 10)
        self.s4 = nn.MaxPool2d(2)  # -> (N, 16, 5, 5)
        self.c5 = nn.Conv2d(16, 120, 5)  # -> (N, 120, 1, 1)
        self.f6 = nn.Linear(120, 84)  # -> (N, 84)
        self.output = nn.Linear(84, 10)  # -> (N, 10)
        self.relu = nn.ReLU()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("LeNetRectified", images, self.c1)
        x = self.s2(self.relu(self.c1(images)))
        x = self.s4(self.relu(self.c3(x)))
        x = self.relu(self.c5(x)).flatten(1)  # (N, 120)
        x = self.relu(self.f6(x))
        return self.output(x)
