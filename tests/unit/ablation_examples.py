"""One example of each ablation by the network it changes, and what holds for all of them."""

import json

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.models.ablations import (
    ABLATIONS,
    Ablation,
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
from lessonlib.named import as_data, from_data

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


def check_gradients(model: nn.Module, fields: Tensor) -> None:
    """Every parameter gets a gradient."""
    F.cross_entropy(model(fields), torch.arange(1, len(fields) + 1)).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


def check_comes_back(ablation: Ablation) -> None:
    """It is data, of which the same ablation can be made again."""
    kept = json.loads(json.dumps(as_data(ablation)))
    assert from_data(kept, ABLATIONS, "ablation") == ablation


def check_fits_in(ablation: Ablation, network: type[nn.Module], fields: Tensor) -> None:
    """What it puts in has the network's type, device and mode."""
    model = network().double().eval()
    ablation.apply(model)
    assert model(fields.double()).dtype == torch.float64
    assert not any(part.training for part in model.modules())
    model = network().to("meta")
    ablation.apply(model)
    assert {value.device.type for value in model.state_dict().values()} == {"meta"}
