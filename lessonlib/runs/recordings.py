"""What is recorded: runs that take longer than a cell may."""

from dataclasses import dataclass

from lessonlib.training import Recipe
from lessonlib.training.recipes import CROSS_ENTROPY_LONG, DISCRIMINATIVE_LONG


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A network, a set and a recipe, to be run once for each seed and kept.

    Attributes:
        about: one sentence for readers.
        network: class in `lessonlib.models`.
        data: name of the set in `lessonlib.data.load`.
        view: view of that set, or None.
        recipe: how; its seed is replaced by each of `seeds`, which also draw the first weights.
        seeds: one run each.
        keep_weights: keep the trained network of the first seed.
    """

    about: str
    network: str
    data: str = "mnist"
    view: str | None = None
    recipe: Recipe
    seeds: tuple[int, ...]
    keep_weights: bool = False


RECORDINGS = {
    "classic-mnist": Recording(
        about="The network that popular articles call LeNet-5, on the 60,000 digits of MNIST.",
        network="LeNetClassic",
        recipe=CROSS_ENTROPY_LONG,
        seeds=(0, 1, 2),
    ),
    "modern-mnist": Recording(
        about="LeNet-5's plan with the parts of today, on the 60,000 digits of MNIST.",
        network="LeNetModern",
        recipe=CROSS_ENTROPY_LONG,
        seeds=(0, 1, 2),
    ),
    "lenet5-unembedded": Recording(
        about="LeNet-5 as printed, on the 50,000 digits of MNIST that are not embedded.",
        network="LeNet5",
        view="unembedded",
        recipe=DISCRIMINATIVE_LONG,
        seeds=(0,),
        keep_weights=True,
    ),
    "modern-unembedded": Recording(
        about="LeNet-5's plan with the parts of today, on the 50,000 digits not embedded.",
        network="LeNetModern",
        view="unembedded",
        recipe=CROSS_ENTROPY_LONG,
        seeds=(0,),
        keep_weights=True,
    ),
}
"""All recordings by name; `lessonlib record NAME` makes one."""
