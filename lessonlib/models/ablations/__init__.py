"""Ablations: a network of which one part is replaced by another, and nothing else changed.

An ablation is a small frozen object, so that a run file can keep it as data (`lessonlib.named`):

    model = LeNet5()
    OtherPooling("MaxPool2d").apply(model)

It replaces children in place, or draws their first weights again. What it puts in is made in the
type and on the device of what it takes out, and draws its initial weights, where it has any, from
PyTorch's random state.
"""

from lessonlib.models.ablations.ablation import Ablation
from lessonlib.models.ablations.activation import ACTIVATIONS, OtherActivation
from lessonlib.models.ablations.dropout import OtherDropout
from lessonlib.models.ablations.norm_dropout import NormAndDropout
from lessonlib.models.ablations.output import LinearOutput, TrainedCodes
from lessonlib.models.ablations.pooling import POOLINGS, OtherPooling
from lessonlib.models.ablations.response_norm import ResponseNorm
from lessonlib.models.ablations.start import OtherStart
from lessonlib.models.ablations.start_2012 import Start2012
from lessonlib.models.ablations.table import FULL_TABLE, OtherTable
from lessonlib.models.ablations.towers import NarrowTower, OneTower
from lessonlib.models.ablations.windows import OtherWindows
from lessonlib.models.ablations.without import Without

ABLATIONS: dict[str, type[Ablation]] = {
    ablation.__name__: ablation
    for ablation in (
        OtherTable,
        OtherActivation,
        TrainedCodes,
        OtherPooling,
        OtherStart,
        Start2012,
        LinearOutput,
        NormAndDropout,
        OtherDropout,
        OtherWindows,
        ResponseNorm,
        OneTower,
        NarrowTower,
        Without,
    )
}
"""Every ablation by its class's name."""

__all__ = [
    "ABLATIONS",
    "ACTIVATIONS",
    "FULL_TABLE",
    "POOLINGS",
    "Ablation",
    "LinearOutput",
    "NarrowTower",
    "NormAndDropout",
    "OneTower",
    "OtherActivation",
    "OtherDropout",
    "OtherPooling",
    "OtherStart",
    "OtherTable",
    "OtherWindows",
    "ResponseNorm",
    "Start2012",
    "TrainedCodes",
    "Without",
]
