"""AlexNet, and a small network of its plan, on some of Tiny ImageNet's classes.

Tiny ImageNet's pictures have 64x64 pixels, 500 of each class to learn from and 50 to be tested on.
The small network reads windows of 56. AlexNet reads windows of 224 from pictures enlarged to 256,
so it sees all that it was made for but the detail. Its 1,000 scores stay as printed; on ten classes
it learns within a few steps that the other 990 never come.

How well the colours alone would do is measured beside the networks, on the same pictures.
"""

from lessonlib.runs.recording import Recording
from lessonlib.training.recipe import Recipe
from lessonlib.training.recipes import ALEXNET_SMALL, ALEXNET_TEN_ADAM, ALEXNET_TEN_AS_PRINTED

COUNTS = {"ten": 10, "fifty": 50}
"""How many classes each view has that a network learns here."""


def _real(name: str, how: str, recipe: Recipe, *measurements: str) -> Recording:
    return Recording(
        name=f"alexnet-ten-{name}",
        about=f"AlexNet as printed, with its printed first weights, trained {how}, on 10 classes "
        f"of Tiny ImageNet, 64x64, enlarged to 256x256.",
        network="AlexNet",
        data="tinyimagenet",
        view="ten",
        recipe=recipe,
        seeds=(0,),
        measurements=measurements,
    )


def _small(view: str, *measurements: str, **other: object) -> Recording:
    return Recording(
        name=f"small-{view}",
        about=f"AlexNet's plan, narrower, on {COUNTS[view]} classes of Tiny ImageNet, 64x64.",
        network="AlexNetSmall",
        classes=COUNTS[view],
        data="tinyimagenet",
        view=view,
        recipe=ALEXNET_SMALL,
        seeds=(0, 1, 2),
        measurements=("train_error", "colour_histogram_error", *measurements),
        **other,
    )


RECORDINGS_2012 = (
    _real("as-printed", "by the printed rate and momentum", ALEXNET_TEN_AS_PRINTED),
    _real("adam", "by Adam", ALEXNET_TEN_ADAM, "colour_histogram_error"),
    _small("ten"),
    _small("fifty", "top5_test_error", keep_weights=True),
)
"""The real AlexNet at 224 pixels by two recipes, and the small network on ten and fifty classes."""
