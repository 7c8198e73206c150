"""AlexNet's tricks one at a time: the small network on 20 classes of Tiny ImageNet.

One recipe, `ALEXNET_SMALL_SGD`, six passes over 10,000 pictures, three seeds. A recording changes
a part of the network in `small-twenty`, or one field of the recipe; with fewer pictures also the
number of passes, so that the steps stay about as many. Those whose names begin with `few-` change
`pictures-50`, where each picture is seen 59 times.
"""

from dataclasses import replace

from lessonlib.data.colours import ColourPCA
from lessonlib.data.crops import Centre, Flip, RandomCrop
from lessonlib.layers import ALPHA_AS_PRINTED, ALPHA_AS_RELEASED
from lessonlib.models.ablations import (
    NarrowTower,
    OneTower,
    OtherActivation,
    OtherDropout,
    OtherStart,
    OtherWindows,
    ResponseNorm,
    Without,
)
from lessonlib.models.alexnet_small import SPREAD
from lessonlib.runs.recording import Recording
from lessonlib.training.recipe import Recipe
from lessonlib.training.recipes import ALEXNET_SMALL_SGD

BASE = ALEXNET_SMALL_SGD
CLASSES = 20
RATES = {"0-003": 0.003, "0-01": 0.01, "0-03": 0.03}
"""The three rates at which rectifier and tanh are compared, by what a recording's name says."""
IN_ALL = 500
"""Pictures per class in the whole training part."""
FEW = 50
"""Pictures per class where there is something to be learnt by heart."""
FEWER = {25: 118, 50: 59, 100: 29, 250: 12}
"""Passes over so many pictures per class that take about as many steps as six over all, 942."""
HE = OtherStart("he")  # the network's own start, for layers that an ablation put in


def _recording(
    name: str, what: str, *ablations: object, recipe: Recipe = BASE, **other: object
) -> Recording:
    return Recording(
        name=name,
        about=f"AlexNet's plan, narrower, {what}, on 20 classes of Tiny ImageNet, 64x64.",
        network="AlexNetSmall",
        classes=CLASSES,
        ablations=ablations,
        data="tinyimagenet",
        view="twenty",
        recipe=recipe,
        seeds=(0, 1, 2),
        measurements=("train_error", *other.pop("measurements", ())),
        **other,
    )


def _normed(name: str, what: str, alpha: float) -> Recording:
    """Normalised by an alpha that does to pixels over 64 what it did to pixels themselves."""
    return _recording(f"norm-{name}", what, ResponseNorm(alpha * SPREAD**2))


def _with(name: str, what: str, **changes: object) -> Recording:
    return _recording(name, what, recipe=replace(BASE, **changes))


START = (
    *(
        _with(f"rectifier-{name}", f"with a rate of {rate}", lr=rate)
        for name, rate in RATES.items()
        if rate != BASE.lr
    ),
    *(
        _recording(
            f"tanh-{name}",
            f"with tanh in place of rectifiers and a rate of {rate}",
            OtherActivation("Tanh"),
            recipe=replace(BASE, lr=rate),
        )
        for name, rate in RATES.items()
    ),
    _normed("printed", "with response normalisation as printed", ALPHA_AS_PRINTED),
    _normed("released", "with response normalisation as released", ALPHA_AS_RELEASED),
    _normed("constant", "with states divided by 2^0.75 in place of a normalisation", 0.0),
)
"""Making it learn."""

GENERALISE = (
    _recording("dropout-none", "without dropout", OtherDropout(0.0)),
    _recording("pooling-apart", "with windows of 2 that do not overlap", OtherWindows(2)),
    _with("crops-none", "with the middle of each picture alone", augment=(Centre(56), Flip())),
    _with("flips-none", "without mirrored pictures", augment=(RandomCrop(56),)),
    _with("augment-none", "without crops and mirrored pictures", augment=(Centre(56),)),
    _with("colour-pca", "with changes of colour", augment=(*BASE.augment, ColourPCA())),
    _recording("tower-one", "with one tower as wide as both", OneTower(), HE),
    _recording("tower-narrow", "with one tower of half the maps", NarrowTower(), HE),
    _recording("without-conv4", "without conv4", Without("conv4")),
    _recording("without-fc7", "without fc7", Without("fc7")),
    *(
        _recording(
            f"pictures-{count}",
            f"with {count} pictures per class",
            recipe=replace(BASE, epochs=epochs),
            subset=count,
        )
        for count, epochs in FEWER.items()
        if count >= FEW  # with 25, see `cells-alexnet-few-2012`
    ),
)
"""Making it generalise, and what of the plan it needs."""


def _few(name: str, what: str, *ablations: object, **changes: object) -> Recording:
    what = f"with {FEW} pictures per class, {what}"
    recipe = replace(BASE, epochs=FEWER[FEW], **changes)
    return _recording(f"few-{name}", what, *ablations, recipe=recipe, subset=FEW)


MIDDLE = (Centre(56),)
AGAINST_MEMORY = (
    _few("dropout-none", "without dropout", OtherDropout(0.0)),
    _few("augment-none", "without crops and mirrored pictures", augment=MIDDLE),
    _few(
        "neither",
        "without dropout, crops and mirrored pictures",
        OtherDropout(0.0),
        augment=MIDDLE,
    ),
)
"""Without what keeps a network from learning a few pictures by heart."""

RECORDINGS_ABLATIONS = (
    _recording(
        "small-twenty", "by the recipe of the ablations", measurements=("colour_histogram_error",)
    ),
    *START,
    *GENERALISE,
    *AGAINST_MEMORY,
)
"""The base, and every change of one thing."""
