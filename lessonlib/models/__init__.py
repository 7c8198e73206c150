"""The networks, and the table that counts any of them.

Published networks have a file each. LeNet-5 as popular articles tell it (see the fact check) is in
`as_told`, networks that exist for a comparison are in `controls`, and changes of one part of a
network are in `ablations`.
"""

from torch import nn

from lessonlib.models.as_told import LeNetHistorical, listed_lenets
from lessonlib.models.controls import (
    MLP,
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
from lessonlib.models.zipnet import ZipNet1989

NETWORKS: dict[str, type[nn.Module]] = {
    network.__name__: network
    for network in (
        ZipNet1989,
        LeNet5,
        LeNet5Lush,
        LeNetClassic,
        LeNetModern,
        LeNetHistorical,
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
    "LayerRow",
    "LayerTable",
    "LeNet5",
    "LeNet5Lush",
    "LeNetClassic",
    "LeNetFullyConnected",
    "LeNetHistorical",
    "LeNetLocallyConnected",
    "LeNetModern",
    "LeNetRectified",
    "LinearClassifier",
    "OneWideLayer",
    "PlainStack",
    "TwoSmallLayers",
    "ZipNet1989",
    "layer_table",
    "listed_lenets",
]
