"""A fully connected network of a size that was used on digits in 1998."""

from torch import Tensor, nn

from lessonlib.models.fields import read_field, standardized


class MLP(nn.Module):
    """Multi-layer perceptron with layers of 300, 100 and 10 units: 338,610 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    The sizes are those of the network "28x28-300-100-10" that LeNet-5 was compared with (LeCun et
    al. 1998, fig. 9: 3.05 % test error). Departures: it reads the 32x32 field, so that it gets the
    same pixels as the LeNets beside it; rectifiers, softmax, pixel range and start are those of
    `LeNetRectified`, for the same reason.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

    def __init__(self) -> None:
        super().__init__()
        self.hidden1 = nn.Linear(32 * 32, 300)  # (N, 1024) -> (N, 300)
        self.hidden2 = nn.Linear(300, 100)  # -> (N, 100)
        self.output = nn.Linear(100, 10)  # -> (N, 10)
        self.relu = nn.ReLU()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("MLP", images, self.hidden1)
        x = self.relu(self.hidden1(images.flatten(1)))
        x = self.relu(self.hidden2(x))
        return self.output(x)
