"""One example of each ablation, by the network whose parts it replaces."""

from lessonlib.models.ablations import (
    LinearOutput,
    NarrowTower,
    NormAndDropout,
    OneTower,
    OtherActivation,
    OtherDropout,
    OtherPooling,
    OtherStart,
    OtherTable,
    OtherWindows,
    ResponseNorm,
    Start2012,
    TrainedCodes,
    Without,
)

FULL = ("X" * 16,) * 6
OF_LENET5 = [
    OtherTable(FULL),
    OtherActivation("ReLU"),
    TrainedCodes(),
    OtherPooling("MaxPool2d"),
    OtherStart("he"),
    LinearOutput(),
    NormAndDropout(dropout=0.25),
]
OF_ALEXNET = [
    OtherDropout(0.25),
    OtherWindows(2),
    ResponseNorm(0.5),
    OneTower(),
    NarrowTower(),
    Without("conv4"),
    Start2012("as released"),
]
