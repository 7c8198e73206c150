"""LeNet without weight sharing: locally connected."""

from torch import Tensor, nn

from lessonlib.layers import LocallyConnected2d
from lessonlib.models.fields import read_field, standardized


class LeNetLocallyConnected(nn.Module):
    """`LeNetRectified` with C1 and C3 locally connected, not shared: 423,038 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    It is not a published network. It exists to be compared. Windows, maps, rectifiers, pooling,
    pixel range and initial range are those of `LeNetRectified`, and so are connections and
    multiply-adds. Only the sharing is gone: C1 has 122,304 parameters instead of 156 and C3 241,600
    instead of 2,416. C5 sees one place only, so it has nothing to share.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = LocallyConnected2d(1, 6, 5, input_size=32)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = nn.MaxPool2d(2)  # -> (N, 6, 14, 14)
        self.c3 = LocallyConnected2d(6, 16, 5, input_size=14)  # -> (N, 16, 10, 10)
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
        images = read_field("LeNetLocallyConnected", images, self.c1)
        x = self.s2(self.relu(self.c1(images)))
        x = self.s4(self.relu(self.c3(x)))
        x = self.relu(self.c5(x)).flatten(1)  # (N, 120)
        x = self.relu(self.f6(x))
        return self.output(x)
