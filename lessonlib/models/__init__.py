"""The networks, one a file, and the table that counts any of them."""

from lessonlib.models.composition import OneWideLayer, TwoSmallLayers
from lessonlib.models.layer_table import LayerRow, LayerTable, layer_table
from lessonlib.models.lenet5 import LeNet5
from lessonlib.models.lenet_classic import LeNetClassic
from lessonlib.models.lenet_fully_connected import LeNetFullyConnected
from lessonlib.models.lenet_historical import LeNetHistorical
from lessonlib.models.lenet_modern import LeNetModern
from lessonlib.models.lenet_own_weights import LeNetOwnWeights
from lessonlib.models.lenet_rectified import LeNetRectified
from lessonlib.models.linear_classifier import LinearClassifier
from lessonlib.models.listings import listed_lenets
from lessonlib.models.mlp import MLP

NETWORKS = {
    network.__name__: network
    for network in (
        LeNet5,
        LeNetClassic,
        LeNetHistorical,
        LeNetModern,
        LeNetRectified,
        LeNetOwnWeights,
        LeNetFullyConnected,
        LinearClassifier,
        MLP,
        OneWideLayer,
        TwoSmallLayers,
    )
}
"""Every network by its class's name."""

__all__ = [
    "MLP",
    "NETWORKS",
    "LayerRow",
    "LayerTable",
    "LeNet5",
    "LeNetClassic",
    "LeNetFullyConnected",
    "LeNetHistorical",
    "LeNetModern",
    "LeNetOwnWeights",
    "LeNetRectified",
    "LinearClassifier",
    "OneWideLayer",
    "TwoSmallLayers",
    "layer_table",
    "listed_lenets",
]
