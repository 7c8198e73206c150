"""AlexNet as its released source of 2012 builds it."""

from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers import ALPHA_AS_RELEASED, CrossMapNorm, SpatialNorm, gaussian_
from lessonlib.models.alexnet import ROUNDED_UP
from lessonlib.models.alexnet_mixups import refuse_foreign
from lessonlib.models.pictures import MeanSubtracted, check_classes, read_pictures

DEVIATION, WIDER = 0.01, 0.03


class AlexNet2012Source(MeanSubtracted, nn.Module):
    """Experiment 145 of the source released in 2025: layers-145.cfg, the run the paper reports.

    (N, 3, 224, 224) prepared images -> (N, classes) scores, the logits of a softmax. 60,965,224
    parameters with 1,000 classes, of the same shapes as `AlexNet`'s, so each reads the other's
    weights. It is not the better known 120-2012.
    Pixels: 0 to 255 minus the mean of the training pictures (`set_mean`).

    Departures from `AlexNet`, the network as printed: in stage 1 the rectifiers come after pooling,
    so normalisation also sums the squares of negative responses; in stage 5 they come after pooling
    too, which changes nothing; a second, spatial normalisation in stage 2 (`cnorm2`); alpha divided
    by 5, the maps that are summed; weights of conv3, conv4 and conv5 start from N(0, 0.03).

    Departures from the source: dropout enlarges in training what the source halves at test, with
    the same expectation. How it was trained (rates of biases, crops for 32 pictures at a time,
    colour noise that ends) is a matter of the recipe.

    Args:
        classes: how many scores there are.

    Raises:
        ValueError: no class.
    """

    input_shape = (3, 224, 224)

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        check_classes(classes)
        self.conv1 = nn.Conv2d(3, 96, 11, stride=4)  # (N, 3, 224, 224) -> (N, 96, 55, 55)
        self.norm1 = CrossMapNorm(ALPHA_AS_RELEASED, towers=2)
        self.pool1 = nn.MaxPool2d(3, stride=2)  # -> (N, 96, 27, 27)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2, groups=2)  # -> (N, 256, 27, 27)
        self.norm2 = CrossMapNorm(ALPHA_AS_RELEASED, towers=2)
        self.cnorm2 = SpatialNorm()
        self.pool2 = nn.MaxPool2d(3, stride=2)  # -> (N, 256, 13, 13)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)  # -> (N, 384, 13, 13), from both towers
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=2)  # -> (N, 256, 13, 13)
        self.pool5 = nn.MaxPool2d(3, stride=2)  # -> (N, 256, 6, 6)
        self.fc6 = nn.Linear(256 * 6 * 6, 4096)  # (N, 9216) -> (N, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, classes)  # -> (N, classes)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.5)
        self.register_buffer("mean", self.fc8.weight.new_zeros(self.input_shape))
        self.register_load_state_dict_pre_hook(refuse_foreign)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start as in layers-145.cfg (initW, initB), with a mean of 0.

        Parts that an ablation has put in start with their own initial weights.
        """
        gaussian_(self.conv1, DEVIATION, bias=0)
        gaussian_(self.conv2, DEVIATION, bias=1)
        gaussian_(self.conv3, WIDER, bias=0)
        gaussian_(self.conv4, WIDER, bias=1)
        gaussian_(self.conv5, WIDER, bias=1)
        gaussian_(self.fc6, DEVIATION, bias=1)
        gaussian_(self.fc7, DEVIATION, bias=1)
        gaussian_(self.fc8, DEVIATION, bias=0)
        self.mean.zero_()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 3, 224, 224) prepared images.

        Raises:
            ValueError: smaller than 224 or larger than 227, other channels, or not prepared.
        """
        images = read_pictures("AlexNet2012Source", images, self.conv1, 224, 227)
        x = self.conv1(F.pad(images, ROUNDED_UP))
        x = self.relu(self.pool1(self.norm1(x)))
        x = self.relu(self.conv2(x))
        x = self.pool2(self.cnorm2(self.norm2(x)))
        x = self.relu(self.conv3(x))
        x = self.relu(self.conv4(x))
        x = self.relu(self.pool5(self.conv5(x))).flatten(1)  # (N, 9216)
        x = self.dropout(self.relu(self.fc6(x)))
        x = self.dropout(self.relu(self.fc7(x)))
        return self.fc8(x)
