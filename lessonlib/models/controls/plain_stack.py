"""A stack of equal layers, as deep as one likes, to follow a signal through."""

from torch import Tensor, nn

from lessonlib.models.fields import read_field, standardized


class PlainStack(nn.Module):
    """Ten fully connected layers of 128 units each, then a linear output: 281,098 parameters.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, the logits of a softmax.
    Pixels: ground -0.4242, ink 2.8215, and all between (`prepare` takes MNIST's mean and s.d. out).

    It is not a published network. It has no windows, no pooling and no shortcuts, so that what a
    signal or a gradient loses on its way follows from three things only: depth, the child `squash`
    and the first weights (PyTorch's default, until an ablation draws others).

    Args:
        depth: hidden layers, at least 1; their names are `layer1`, `layer2`, ...
        width: units of each.

    Raises:
        ValueError: depth or width is below 1.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(standardized)

    def __init__(self, depth: int = 10, width: int = 128) -> None:
        super().__init__()
        for name, value in (("depth", depth), ("width", width)):
            if value < 1:
                raise ValueError(f"expected {name} of at least 1, got {value}")
        self.depth = depth
        self.layer1 = nn.Linear(32 * 32, width)  # (N, 1024) -> (N, 128)
        for i in range(2, depth + 1):
            self.add_module(f"layer{i}", nn.Linear(width, width))  # -> (N, 128)
        self.output = nn.Linear(width, 10)  # -> (N, 10)
        self.squash = nn.Tanh()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 32, 32) prepared images.

        Raises:
            ValueError: another size or other channels.
        """
        x = read_field("PlainStack", images, self.layer1).flatten(1)
        for i in range(1, self.depth + 1):
            x = self.squash(self.get_submodule(f"layer{i}")(x))
        return self.output(x)
