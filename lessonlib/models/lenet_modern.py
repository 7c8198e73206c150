"""LeNet-5's plan with the parts of today."""

from torch import Tensor, nn

from lessonlib.models.fields import read_field, standardized


class LeNetModern(nn.Module):
    """LeNet-5's maps and kernels with today's parts: 61,848 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    Our design, not a paper's. Departures from the paper's LeNet-5: C3 reads all six maps,
    rectifiers, max pooling with nothing to train, batch normalisation after each convolution (which
    therefore has no bias), dropout of one half before the output, a linear output, and He et al.'s
    start (2015).
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

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
        self.relu = nn.ReLU()
        for layer in (self.c1, self.c3, self.c5, self.f6):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(self.f6.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("LeNetModern", images, self.c1)
        x = self.s2(self.relu(self.norm1(self.c1(images))))
        x = self.s4(self.relu(self.norm3(self.c3(x))))
        x = self.relu(self.norm5(self.c5(x))).flatten(1)  # (N, 120)
        x = self.dropout(self.relu(self.f6(x)))
        return self.output(x)
