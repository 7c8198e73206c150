"""LeNet-5's units, every layer fully connected."""

from torch import Tensor, nn

from lessonlib.models.fields import read_field, standardized


class LeNetFullyConnected(nn.Module):
    """LeNet-5's units, each reading the whole layer below: 12,937,414 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    It is not a published network. It exists to be counted. The units of a layer are those of
    LeNet-5's maps (LeCun et al. 1998, sec. II.B), 6 * 28 * 28 = 4,704 in C1 and so on; the output
    is linear.
    Rectifiers, pixel range and start are those of `LeNetRectified`.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Linear(32 * 32, 4_704)  # (N, 1024) -> (N, 4704), as 6 maps of 28x28
        self.s2 = nn.Linear(4_704, 1_176)  # -> (N, 1176), as 6 maps of 14x14
        self.c3 = nn.Linear(1_176, 1_600)  # -> (N, 1600), as 16 maps of 10x10
        self.s4 = nn.Linear(1_600, 400)  # -> (N, 400), as 16 maps of 5x5
        self.c5 = nn.Linear(400, 120)  # -> (N, 120)
        self.f6 = nn.Linear(120, 84)  # -> (N, 84)
        self.output = nn.Linear(84, 10)  # -> (N, 10)
        self.relu = nn.ReLU()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("LeNetFullyConnected", images, self.c1)
        x = images.flatten(1)  # (N, 1024)
        for layer in (self.c1, self.s2, self.c3, self.s4, self.c5, self.f6):
            x = self.relu(layer(x))
        return self.output(x)
