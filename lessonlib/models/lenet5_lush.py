"""LeNet-5 as two of the paper's authors published it as code in 2002."""

from torch import Tensor, nn

from lessonlib.layers import C3_TABLE, ScaledTanh, Subsample, TableConv2d, start_
from lessonlib.models.fields import place_digits, read_field


class LeNet5Lush(nn.Module):
    """LeNet-5 of the demonstration that came with the language Lush, 2002: 51,046 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the squashed outputs, whose targets are +1 for
    the right digit and -1 for the others (the loss `targets`).
    Pixels: ground 0, ink 2.55, and all between (the byte times 0.01).

    Departures from the paper's LeNet-5, which two of its authors wrote too: no F6 and no codes; ten
    squashed units read C5 directly. Weights start from U(-1/sqrt(F), 1/sqrt(F)), each kernel of C3
    by the inputs of its own map, coefficients of subsampling from 0.5 and all biases from 0, and
    the ground is 0. Maps, kernels, table I and squashing are the paper's. Departures from that
    code: none known in the function computed and in its start.
    """

    input_shape = (1, 32, 32)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = Subsample(6)  # -> (N, 6, 14, 14)
        self.c3 = TableConv2d(C3_TABLE, 5)  # -> (N, 16, 10, 10)
        self.s4 = Subsample(16)  # -> (N, 16, 5, 5)
        self.c5 = nn.Conv2d(16, 120, 5)  # -> (N, 120, 1, 1)
        self.output = nn.Linear(120, 10)  # -> (N, 10)
        self.squash = ScaledTanh()
        for layer in self.children():
            start_(layer, "1/sqrt(F)", biases="zero", coefficient=0.5)

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """Uint8 digits to fields of bytes times 0.01: ground 0, ink 2.55.

        A 28x28 digit gets 2 pixels of ground on each side. Larger pictures keep their size.

        Args:
            images: (N, 1, H, W), uint8, ground 0 and ink 255.

        Returns:
            (N, 1, max(H, 32), max(W, 32)), from 0 to 2.55, in PyTorch's default type.

        Raises:
            ValueError: not a tensor, or another type or shape; the message says how to get one.
        """
        return place_digits(images, "ground 0, ink 2.55") * 2.55

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        images = read_field("LeNet5Lush", images, self.c1)
        x = self.squash(self.c1(images))
        x = self.squash(self.s2(x))
        x = self.squash(self.c3(x))
        x = self.squash(self.s4(x))
        x = self.squash(self.c5(x)).flatten(1)  # (N, 120)
        return self.squash(self.output(x))
