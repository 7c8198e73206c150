"""The simplest network that tells ten digits apart: one layer of weighted sums."""

import torch
from torch import Tensor, nn

from lessonlib.models.fields import grey_bytes, read_field


class LinearClassifier(nn.Module):
    """One weighted sum of all pixels for each digit: 7,850 parameters.

    (N, 1, 28, 28) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground 0, ink 1, and all between.

    All weights and biases start at 0, which makes every class equally likely. A network with a
    hidden layer could not start like that, because units that are alike would get the same gradient
    and stay alike. Here each unit has a class of its own, and so a gradient of its own.
    """

    input_shape = (1, 28, 28)

    def __init__(self) -> None:
        super().__init__()
        self.output = nn.Linear(28 * 28, 10)  # (N, 784) -> (N, 10)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """Uint8 digits (N, 1, 28, 28) -> floats of the same shape: ground 0, ink 1.

        Raises:
            ValueError: not a tensor, or another type or shape; the message says how to get one.
        """
        images = grey_bytes(images, "ground 0, ink 1", side=28)
        return images.to(torch.get_default_dtype()) / 255

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 28, 28) prepared images.

        Raises:
            ValueError: bytes, another size or other channels.
        """
        images = read_field("LinearClassifier", images, self.output, side=28)
        return self.output(images.flatten(1))
