"""Networks that exist for a comparison: each differs from another one in what is compared."""

from lessonlib.models.controls.composition import OneWideLayer, TwoSmallLayers
from lessonlib.models.controls.lenet_colour import LeNetColour
from lessonlib.models.controls.lenet_fully_connected import LeNetFullyConnected
from lessonlib.models.controls.lenet_locally_connected import LeNetLocallyConnected
from lessonlib.models.controls.lenet_rectified import LeNetRectified
from lessonlib.models.controls.linear_classifier import LinearClassifier
from lessonlib.models.controls.mlp import MLP
from lessonlib.models.controls.plain_stack import PlainStack

__all__ = [
    "MLP",
    "LeNetColour",
    "LeNetFullyConnected",
    "LeNetLocallyConnected",
    "LeNetRectified",
    "LinearClassifier",
    "OneWideLayer",
    "PlainStack",
    "TwoSmallLayers",
]
