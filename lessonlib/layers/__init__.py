"""Layers from the papers that PyTorch does not have."""

from lessonlib.layers.activation import ScaledTanh
from lessonlib.layers.initialization import uniform_fan_in_
from lessonlib.layers.locally_connected import LocallyConnected2d
from lessonlib.layers.rbf import DIGIT_CODES, RBFOutput
from lessonlib.layers.subsampling import AverageSubsample, Subsample
from lessonlib.layers.table_conv import C3_TABLE, TableConv2d
from lessonlib.layers.tracing import is_traced

__all__ = [
    "C3_TABLE",
    "DIGIT_CODES",
    "AverageSubsample",
    "LocallyConnected2d",
    "RBFOutput",
    "ScaledTanh",
    "Subsample",
    "TableConv2d",
    "is_traced",
    "uniform_fan_in_",
]
