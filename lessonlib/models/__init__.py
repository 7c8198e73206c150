"""The networks, and the table that counts any of them.

Published networks have a file each. What popular articles make of them (see the fact check) is in
`as_told`, networks that exist for a comparison are in `controls`, and changes of one part of a
network are in `ablations`.
"""

from torch import nn

from lessonlib.models.alexnet import AlexNet
from lessonlib.models.alexnet_mixups import mixup
from lessonlib.models.alexnet_one_tower import AlexNetOneTower
from lessonlib.models.alexnet_small import AlexNetSmall
from lessonlib.models.alexnet_source import AlexNet2012Source
from lessonlib.models.alexnet_towers import (
    AlexNetTwoTowers,
    Crossing,
    crossings,
    from_towers,
    to_towers,
)
from lessonlib.models.as_told import AlexNetAsTold, LeNetHistorical, listed_lenets
from lessonlib.models.controls import (
    MLP,
    LeNetColour,
    LeNetFullyConnected,
    LeNetLocallyConnected,
    LeNetRectified,
    LinearClassifier,
    OneWideLayer,
    PlainStack,
    TwoSmallLayers,
)
from lessonlib.models.counting import LayerRow, LayerTable, layer_table
from lessonlib.models.lenet5 import LeNet5
from lessonlib.models.lenet5_lush import LeNet5Lush
from lessonlib.models.lenet_classic import LeNetClassic
from lessonlib.models.lenet_modern import LeNetModern
from lessonlib.models.sliding import Work, crop_by_crop, slide, window_centre, window_places, work
from lessonlib.models.zipnet import ZipNet1989

NETWORKS: dict[str, type[nn.Module]] = {
    network.__name__: network
    for network in (
        ZipNet1989,
        LeNet5,
        LeNet5Lush,
        LeNetClassic,
        LeNetModern,
        AlexNet,
        AlexNetTwoTowers,
        AlexNet2012Source,
        AlexNetOneTower,
        AlexNetSmall,
        LeNetHistorical,
        AlexNetAsTold,
        LeNetColour,
        LeNetRectified,
        LeNetLocallyConnected,
        LeNetFullyConnected,
        LinearClassifier,
        MLP,
        OneWideLayer,
        TwoSmallLayers,
        PlainStack,
    )
}
"""The register: every network by its class's name."""

__all__ = [
    "MLP",
    "NETWORKS",
    "AlexNet",
    "AlexNet2012Source",
    "AlexNetAsTold",
    "AlexNetOneTower",
    "AlexNetSmall",
    "AlexNetTwoTowers",
    "Crossing",
    "LayerRow",
    "LayerTable",
    "LeNet5",
    "LeNet5Lush",
    "LeNetClassic",
    "LeNetColour",
    "LeNetFullyConnected",
    "LeNetHistorical",
    "LeNetLocallyConnected",
    "LeNetModern",
    "LeNetRectified",
    "LinearClassifier",
    "OneWideLayer",
    "PlainStack",
    "TwoSmallLayers",
    "Work",
    "ZipNet1989",
    "crop_by_crop",
    "crossings",
    "from_towers",
    "layer_table",
    "listed_lenets",
    "mixup",
    "slide",
    "to_towers",
    "window_centre",
    "window_places",
    "work",
]
