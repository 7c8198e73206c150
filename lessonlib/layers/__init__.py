"""Layers from the papers that PyTorch does not have."""

from lessonlib.layers.activation import ScaledTanh
from lessonlib.layers.initialization import gaussian_, uniform_fan_in_
from lessonlib.layers.locally_connected import LocallyConnected2d
from lessonlib.layers.normalization import (
    ALPHA_AS_PRINTED,
    ALPHA_AS_RELEASED,
    CrossMapNorm,
    SpatialNorm,
)
from lessonlib.layers.rbf import DIGIT_CODES, RBFOutput
from lessonlib.layers.starts import BIASES, STARTS, start_
from lessonlib.layers.subsampling import AverageSubsample, Subsample
from lessonlib.layers.table_conv import C3_TABLE, TableConv2d
from lessonlib.layers.tracing import is_traced
from lessonlib.layers.unit_bias_conv import UnitBiasConv2d
from lessonlib.layers.wrapped import Dropped, Normed

__all__ = [
    "ALPHA_AS_PRINTED",
    "ALPHA_AS_RELEASED",
    "BIASES",
    "C3_TABLE",
    "DIGIT_CODES",
    "STARTS",
    "AverageSubsample",
    "CrossMapNorm",
    "Dropped",
    "LocallyConnected2d",
    "Normed",
    "RBFOutput",
    "ScaledTanh",
    "SpatialNorm",
    "Subsample",
    "TableConv2d",
    "UnitBiasConv2d",
    "gaussian_",
    "is_traced",
    "start_",
    "uniform_fan_in_",
]
