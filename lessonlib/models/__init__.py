"""The networks, one a file, and the table that counts any of them."""

from lessonlib.models.layer_table import LayerRow, LayerTable, layer_table
from lessonlib.models.lenet5 import LeNet5
from lessonlib.models.lenet_classic import LeNetClassic
from lessonlib.models.lenet_historical import LeNetHistorical
from lessonlib.models.lenet_modern import LeNetModern
from lessonlib.models.listings import listed_lenets

__all__ = [
    "LayerRow",
    "LayerTable",
    "LeNet5",
    "LeNetClassic",
    "LeNetHistorical",
    "LeNetModern",
    "layer_table",
    "listed_lenets",
]
