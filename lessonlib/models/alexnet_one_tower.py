"""The AlexNet of 2014: one tower, no normalisation; what torchvision calls alexnet."""

import torch
from torch import Tensor, nn

from lessonlib.models.alexnet_mixups import refuse_foreign
from lessonlib.models.pictures import check_classes, colour_bytes, middle, read_pictures

SIDE, LEAST = (
    224,
    63,
)  # pixels a side: of the pictures it was trained on, and the fewest it can read
# torchvision's normalisation: mean and deviation of red, green and blue, from 0 to 1.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class AlexNetOneTower(nn.Module):
    """The network of Krizhevsky 2014 (arXiv 1404.5997) as torchvision has it.

    (N, 3, 224, 224) prepared images -> (N, classes) scores, the logits of a softmax. 61,100,840
    parameters with 1,000 classes. It has torchvision's names, so it loads the state dict of
    `torchvision.models.alexnet`, pretrained or not, and gives the same scores. Pictures of any
    size from 63 pixels are read: adaptive pooling makes 6x6 maps of them.
    Pixels: 0 to 1, minus torchvision's mean and divided by its deviation, colour by colour.

    Departures from `AlexNet`, the network as printed in 2012: one tower of 64, 192, 384, 256 and
    256 maps, without groups; conv1 pads the picture by 2 pixels on all sides; no response
    normalisation; adaptive pooling; dropout before fc6 and before fc7 instead of after each; and
    PyTorch's own start.

    Departures from torchvision's: rectifiers do not overwrite what they read.

    Args:
        classes: how many scores there are.

    Raises:
        ValueError: no class.
    """

    input_shape = (3, SIDE, SIDE)

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        check_classes(classes)
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2),  # (N, 3, 224, 224) -> (N, 64, 55, 55)
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),  # -> (N, 64, 27, 27)
            nn.Conv2d(64, 192, 5, padding=2),  # -> (N, 192, 27, 27)
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),  # -> (N, 192, 13, 13)
            nn.Conv2d(192, 384, 3, padding=1),  # -> (N, 384, 13, 13)
            nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1),  # -> (N, 256, 13, 13)
            nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),  # -> (N, 256, 6, 6)
        )
        self.avgpool = nn.AdaptiveAvgPool2d(6)
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),  # (N, 9216) -> (N, 4096)
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, classes),  # -> (N, classes)
        )
        self.register_load_state_dict_pre_hook(refuse_foreign)

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        """Uint8 colour pictures to what torchvision's weights were trained on.

        Of pictures larger than 224x224 the middle is cut out; none is enlarged or shrunk.
        torchvision shrinks the shorter side to 256 before.

        Args:
            images: (N, 3, H, W), uint8, H and W at least 63.

        Returns:
            (N, 3, H, W) with H and W at most 224, in PyTorch's default type.

        Raises:
            ValueError: not uint8, not three colours, or smaller than 63 pixels.
        """
        told = "0 to 1, minus torchvision's mean and divided by its deviation"
        images = colour_bytes(images, told)
        height, width = images.shape[-2:]
        side = max(LEAST, min(SIDE, height, width))
        fields = middle("AlexNetOneTower", images, side).to(torch.get_default_dtype()) / 255
        mean, deviation = (
            fields.new_tensor(numbers)[:, None, None] for numbers in (MEAN, DEVIATION)
        )
        return (fields - mean) / deviation

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 3, H, W) prepared images.

        Raises:
            ValueError: smaller than 63 pixels, other channels, or not prepared.
        """
        images = read_pictures("AlexNetOneTower", images, self.features[0], LEAST)
        x = self.avgpool(self.features(images)).flatten(1)  # (N, 9216)
        return self.classifier(x)
