"""AlexNet as the paper of 2012 prints it."""

from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers import ALPHA_AS_PRINTED, CrossMapNorm, gaussian_
from lessonlib.models.alexnet_mixups import refuse_foreign
from lessonlib.models.pictures import MeanSubtracted, check_classes, read_pictures

DEVIATION = 0.01
ROUNDED_UP = (0, 3, 0, 3)  # right and below: one pixel less than the stride of conv1


class AlexNet(MeanSubtracted, nn.Module):
    """AlexNet as printed: Krizhevsky, Sutskever and Hinton 2012, sec. 3.5, fig. 2.

    (N, 3, 224, 224) prepared images -> (N, classes) scores, the logits of a softmax. 60,965,224
    parameters and 724,406,816 multiply-adds with 1,000 classes. Both towers are in one network:
    conv2, conv4 and conv5 are grouped, so each half of their maps reads one half of the maps
    before, and normalisation stays inside each half.
    Pixels: 0 to 255 minus the mean of the training pictures (`set_mean`).

    Windows of 11 in steps of 4 give 55 positions on 224 pixels only if the last one may reach past
    the picture, as it does in the released source, which rounds up. So three columns and rows of
    zeros, the mean's value, are added on the right and below. Pictures of up to 227 pixels, of
    which all windows are inside, are read too, by the same weights.

    Departures: none known in the function computed. Dropout enlarges what it leaves in training
    by 2, where the paper halves all outputs at test (sec. 4.2), so the weights after it are used
    as they are, with the same expectation. Where the paper is silent we follow its source: padding
    of conv2 to conv5, and that windows beyond the picture read zeros (inferred there).
    `AlexNet2012Source` has what the source does otherwise.

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
        self.norm1 = CrossMapNorm(ALPHA_AS_PRINTED, towers=2)
        self.pool1 = nn.MaxPool2d(3, stride=2)  # -> (N, 96, 27, 27)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2, groups=2)  # -> (N, 256, 27, 27)
        self.norm2 = CrossMapNorm(ALPHA_AS_PRINTED, towers=2)
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
        """Start as in sec. 5: weights N(0, 0.01); biases of 0 or 1.

        They are 1 in conv2, conv4, conv5, fc6 and fc7, to feed the rectifiers. The mean is 0 again.
        Parts that an ablation has put in start with their own initial weights.
        """
        for layer in (self.conv1, self.conv3, self.fc8):
            gaussian_(layer, DEVIATION, bias=0)
        for layer in (self.conv2, self.conv4, self.conv5, self.fc6, self.fc7):
            gaussian_(layer, DEVIATION, bias=1)
        self.mean.zero_()

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 3, 224, 224) prepared images.

        Raises:
            ValueError: smaller than 224 or larger than 227, other channels, or not prepared.
        """
        images = read_pictures("AlexNet", images, self.conv1, 224, 227)
        x = self.relu(self.conv1(F.pad(images, ROUNDED_UP)))
        x = self.pool1(self.norm1(x))
        x = self.relu(self.conv2(x))
        x = self.pool2(self.norm2(x))
        x = self.relu(self.conv3(x))
        x = self.relu(self.conv4(x))
        x = self.pool5(self.relu(self.conv5(x))).flatten(1)  # (N, 9216)
        x = self.dropout(self.relu(self.fc6(x)))
        x = self.dropout(self.relu(self.fc7(x)))
        return self.fc8(x)
