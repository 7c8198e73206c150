"""The network that popular articles call LeNet-5 (see the fact check)."""

from torch import Tensor, nn

from lessonlib.models.fields import read_field, standardized


class LeNetClassic(nn.Module):
    """What is often taught under the name LeNet-5: 61,706 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    Departures from the paper's LeNet-5: C3 reads all six maps, the squashing is plain tanh,
    subsampling is average pooling with nothing to train and no squashing after it, the output is
    linear, and the start is PyTorch's default. The pixel range (MNIST's mean 0.1307 and deviation
    0.3081 taken out) is that of one such lesson.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = nn.AvgPool2d(2)  # -> (N, 6, 14, 14)
        self.c3 = nn.Conv2d(6, 16, 5)  # -> (N, 16, 10, 10)
        self.s4 = nn.AvgPool2d(2)  # -> (N, 16, 5, 5)
        self.c5 = nn.Conv2d(16, 120, 5)  # -> (N, 120, 1, 1)
        self.f6 = nn.Linear(120, 84)  # -> (N, 84)
        self.output = nn.Linear(84, 10)  # -> (N, 10)
        self.squash = nn.Tanh()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("LeNetClassic", images, self.c1)
        x = self.s2(self.squash(self.c1(images)))
        x = self.s4(self.squash(self.c3(x)))
        x = self.squash(self.c5(x)).flatten(1)  # (N, 120)
        x = self.squash(self.f6(x))
        return self.output(x)
