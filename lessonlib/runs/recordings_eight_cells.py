"""Was it one trick? Two networks by two sets by two ways to train: eight cells.

The set is 20 classes of Tiny ImageNet, 25 pictures per class or all 500. Training in the manner of
1998: scaled tanh, averages in windows side by side, weights within 2.4/F, no augmentation and no
dropout; but plain SGD in place of the second-order rule of LeCun et al. 1998. In the manner of
2012: rectifiers, maxima in windows that overlap, momentum and weight decay, crops, mirrored
pictures and dropout; but the start of He et al. 2015, and neither response normalisation nor
changes of colour. All have cross-entropy, a rate that rises first and then falls, and about 942
steps of 64 pictures.

Each network and way to train has a rate of its own, which is the same in both sets: the one of
three or four that left the smallest training error on all pictures, with a seed that the cells do
not use. No test picture had a say.
"""

from dataclasses import dataclass, replace

from lessonlib.data.augment import Augmentation
from lessonlib.data.crops import Centre, Resize
from lessonlib.models.ablations import (
    Ablation,
    OtherActivation,
    OtherDropout,
    OtherPooling,
    OtherStart,
    OtherWindows,
)
from lessonlib.runs.recording import Recording
from lessonlib.runs.recordings_ablations import CLASSES, FEWER, IN_ALL
from lessonlib.training.recipe import Recipe
from lessonlib.training.recipes import ALEXNET_SMALL_SGD

NETWORKS_COMPARED = {"lenet": "LeNetColour", "alexnet": "AlexNetSmall"}
YEARS = (1998, 2012)
RATES = {"0-003": 0.003, "0-01": 0.01, "0-03": 0.03, "0-1": 0.1, "0-3": 0.3, "1": 1.0}
"""Rates by what a recording's name says."""
TRIED = {1998: ("0-03", "0-1", "0-3", "1"), 2012: ("0-003", "0-01", "0-03")}
"""Plain SGD needs larger rates than SGD with a momentum of 0.9, whose steps add up to ten. A fourth
rate is tried where the largest of three was the best."""
BEST = {
    ("lenet", 1998): "0-3",
    ("lenet", 2012): "0-01",
    ("alexnet", 1998): "0-03",
    ("alexnet", 2012): "0-01",
}
"""The rate of each cell's network and year; the smallest one where all leave the same error."""
PICTURES = {"few": 25, "all": IN_ALL}
"""Pictures per class."""


@dataclass(frozen=True)
class Training:
    """How a year trains a network.

    Attributes:
        parts: what is put into the network.
        recipe: how it is trained, but for rate, epochs and the size of its pictures.
    """

    parts: tuple[Ablation, ...]
    recipe: Recipe


TRAININGS = {
    1998: Training(
        (
            OtherActivation("ScaledTanh"),
            OtherPooling("AvgPool2d"),
            OtherWindows(2),
            OtherDropout(0.0),
            OtherStart("2.4/F"),
        ),
        replace(ALEXNET_SMALL_SGD, momentum=0.0, weight_decay=0.0, augment=(Centre(56),)),
    ),
    2012: Training(
        (
            OtherActivation("ReLU"),
            OtherPooling("MaxPool2d"),
            OtherWindows(3),
            OtherDropout(0.5),
            OtherStart("he"),
        ),
        ALEXNET_SMALL_SGD,
    ),
}


def _augment(network: str, year: int) -> tuple[Augmentation, ...]:
    """What a picture goes through; LeNet-5 reads the same windows, made 32x32."""
    smaller = (Resize(32),) if network == "lenet" else ()
    return (*TRAININGS[year].recipe.augment, *smaller)


def _cell(
    name: str, network: str, year: int, rate: str, seeds: tuple[int, ...], pictures: int = IN_ALL
) -> Recording:
    training = TRAININGS[year]
    recipe = replace(
        training.recipe,
        lr=RATES[rate],
        epochs=FEWER.get(pictures, ALEXNET_SMALL_SGD.epochs),
        augment=_augment(network, year),
    )
    plan = {"lenet": "LeNet-5's plan in colour", "alexnet": "AlexNet's plan, narrower"}[network]
    return Recording(
        name=name,
        about=f"{plan}, trained in the manner of {year} with a rate of {RATES[rate]}, on "
        f"{pictures} pictures of each of 20 classes of Tiny ImageNet.",
        network=NETWORKS_COMPARED[network],
        classes=CLASSES,
        ablations=training.parts,
        data="tinyimagenet",
        view="twenty",
        subset=None if pictures == IN_ALL else pictures,
        recipe=recipe,
        seeds=seeds,
        measurements=("train_error",),
    )


RATES_TRIED = tuple(
    _cell(f"rates-{network}-{year}-{rate}", network, year, rate, (9,))
    for network in NETWORKS_COMPARED
    for year in YEARS
    for rate in TRIED[year]
)
"""The trials that chose `BEST`."""
CELLS = tuple(
    _cell(
        f"cells-{network}-{pictures}-{year}", network, year, BEST[network, year], (0, 1, 2), count
    )
    for network in NETWORKS_COMPARED
    for pictures, count in PICTURES.items()
    for year in YEARS
)
"""The eight cells."""
RECORDINGS_EIGHT_CELLS = (*RATES_TRIED, *CELLS)
