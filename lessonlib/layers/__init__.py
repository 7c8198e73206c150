"""Layers from the papers that PyTorch does not have."""

from lessonlib.layers.activation import ScaledTanh
from lessonlib.layers.initialization import uniform_fan_in_
from lessonlib.layers.locally_connected import LocallyConnected2d
from lessonlib.layers.rbf import DIGIT_CODES, RBFOutput
from lessonlib.layers.starts import BIASES, STARTS, start_
from lessonlib.layers.subsampling import AverageSubsample, Subsample
from lessonlib.layers.table_conv import C3_TABLE, TableConv2d
from lessonlib.layers.tracing import is_traced
from lessonlib.layers.unit_bias_conv import UnitBiasConv2d
from lessonlib.layers.wrapped import Dropped, Normed

__all__ = [
    "BIASES",
    "C3_TABLE",
    "DIGIT_CODES",
    "STARTS",
    "AverageSubsample",
    "Dropped",
    "LocallyConnected2d",
    "Normed",
    "RBFOutput",
    "ScaledTanh",
    "Subsample",
    "TableConv2d",
    "UnitBiasConv2d",
    "is_traced",
    "start_",
    "uniform_fan_in_",
]
