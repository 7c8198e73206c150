"""The LeNet-5 of popular articles for colour pictures, to be compared with AlexNet's plan."""

from torch import Tensor, nn

from lessonlib.models.pictures import MeanSubtracted, check_classes, read_pictures

SPREAD = 64.0  # as in AlexNetSmall: about the standard deviation of a photograph's bytes


class LeNetColour(MeanSubtracted, nn.Module):
    """`LeNetClassic` with three input channels and a choice of classes: 62,006 numbers for ten.

    (N, 3, 32, 32) prepared images -> (N, classes) scores, the logits of a softmax.
    Pixels: 0 to 255 minus the mean of the training pictures (`set_mean`), divided by 64.

    It is not a published network. Besides the channels, the classes and the range of pixels it has
    a child `dropout` of share 0, so that an ablation can set units of `c5` and `f6` to 0.

    Args:
        classes: how many scores there are.

    Raises:
        ValueError: no class.
    """

    input_shape = (3, 32, 32)

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        check_classes(classes)
        self.c1 = nn.Conv2d(3, 6, 5)  # (N, 3, 32, 32) -> (N, 6, 28, 28)
        self.s2 = nn.AvgPool2d(2)  # -> (N, 6, 14, 14)
        self.c3 = nn.Conv2d(6, 16, 5)  # -> (N, 16, 10, 10)
        self.s4 = nn.AvgPool2d(2)  # -> (N, 16, 5, 5)
        self.c5 = nn.Conv2d(16, 120, 5)  # -> (N, 120, 1, 1)
        self.f6 = nn.Linear(120, 84)  # -> (N, 84)
        self.output = nn.Linear(84, classes)  # -> (N, classes)
        self.squash = nn.Tanh()
        self.dropout = nn.Dropout(0.0)
        self.register_buffer("mean", self.output.weight.new_zeros(self.input_shape))

    def prepare(self, images: Tensor) -> Tensor:
        """Uint8 colour pictures to fields: their middle, 0 to 255, minus the mean, over 64.

        See `MeanSubtracted.prepare`, which does all but the last. Pictures of 64x64 lose their
        border: halve them first, with `Resize(32)` in the recipe.

        Args:
            images: (N, 3, H, W), uint8, H and W at least 32.

        Returns:
            (N, 3, 32, 32), about -4 to 4, in PyTorch's default type.

        Raises:
            ValueError: not uint8, not three colours, or too small.
        """
        return super().prepare(images).div_(SPREAD)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 3, 32, 32) prepared images.

        Raises:
            ValueError: another size, other channels, or not prepared.
        """
        images = read_pictures("LeNetColour", images, self.c1, 32, 32)
        x = self.s2(self.squash(self.c1(images)))
        x = self.s4(self.squash(self.c3(x)))
        x = self.dropout(self.squash(self.c5(x)).flatten(1))  # (N, 120)
        x = self.dropout(self.squash(self.f6(x)))
        return self.output(x)
