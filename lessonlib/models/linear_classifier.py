"""The simplest network that tells ten digits apart: one layer of weighted sums."""

import torch
from torch import Tensor, nn


class LinearClassifier(nn.Module):
    """One weighted sum of all pixels for each digit: 7,850 parameters.

    (N, 1, 28, 28) prepared images -> (N, 10) scores, the logits of a softmax.

    All weights and biases start at 0, which makes every class equally likely. A network with a
    hidden layer could not start so: units that are alike would get the same gradient and stay
    alike. Here each unit has a class of its own, and so a gradient of its own.
    """

    input_shape = (1, 28, 28)

    def __init__(self) -> None:
        super().__init__()
        self.output = nn.Linear(28 * 28, 10)  # (N, 784) -> (N, 10)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """Uint8 digits (N, 1, 28, 28) -> floats of the same shape, background 0 and ink 1.

        Raises:
            ValueError: another type or shape.
        """
        if images.dtype != torch.uint8 or images.shape[1:] != LinearClassifier.input_shape:
            raise ValueError(
                f"expected uint8 images (N, 1, 28, 28), got {_describe(images)}; "
                f"ImageSet.images of the digits has this form"
            )
        return images.float() / 255

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 28, 28) prepared images.

        Raises:
            ValueError: bytes, another size or other channels.
        """
        if images.shape[1:] != self.input_shape or not images.is_floating_point():
            raise ValueError(
                f"LinearClassifier reads prepared float images (N, 1, 28, 28), got "
                f"{_describe(images)}; call LinearClassifier.prepare(images) on uint8 images"
            )
        return self.output(images.flatten(1))


def _describe(images: Tensor) -> str:
    return f"{str(images.dtype).removeprefix('torch.')} {tuple(images.shape)}"
