"""A recording asks for a network, a set and a recipe, trained once per seed."""

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import nn

from lessonlib.models import NETWORKS
from lessonlib.models.ablations import ABLATIONS, Ablation
from lessonlib.runs.measurements import MEASUREMENTS
from lessonlib.runs.trainers import TRAINERS
from lessonlib.training import Recipe, SDLMRecipe


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What is to be trained once for each seed, and which results are to be kept.

    Attributes:
        name: the recording's name, and later its run's: small letters, digits and hyphens.
        about: one sentence for readers.
        network: name of a class in `lessonlib.models.NETWORKS`.
        classes: how many scores the network has; None leaves it its own number.
        ablations: what is replaced in the network, in order; from `lessonlib.models.ablations`.
        data: name of the set in `lessonlib.data.load`.
        view: view of that set, or None.
        subset: pictures per class to train on; None takes all. The test part is always whole.
        distorted: train on this many distorted copies of each picture besides the picture itself,
            made once with `lessonlib.data.distorted`, the same for all seeds; 0 is none.
        trainer: name in `lessonlib.runs.trainers.TRAINERS`.
        recipe: how to train; each of `seeds` replaces its seed, and also draws the first weights.
        seeds: one training for each.
        measurements: names in `lessonlib.runs.measurements.MEASUREMENTS`, besides the error on
            the test part.
        keep_weights: keep the trained network of the first seed.

    Raises:
        ValueError: a name that no file can have, an unknown network, ablation, trainer or
            measurement, classes without a choice, or seeds that are missing or repeat.
    """

    name: str
    about: str
    network: str
    classes: int | None = None
    ablations: tuple[Ablation, ...] = ()
    data: str = "mnist"
    view: str | None = None
    subset: int | None = None
    distorted: int = 0
    trainer: str = "fit"
    recipe: Recipe | SDLMRecipe
    seeds: tuple[int, ...]
    measurements: tuple[str, ...] = ()
    keep_weights: bool = False

    def __post_init__(self) -> None:
        """Refuse what would otherwise fail only after hours."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ValueError(
                f"expected a recording's name of small letters, digits and hyphens, such as "
                f"'modern-mnist', got {self.name!r}"
            )
        _check_known(self.name, "network", (self.network,), NETWORKS)
        _check_known(self.name, "trainer", (self.trainer,), TRAINERS)
        _check_classes(self.name, self.network, self.classes)
        kinds = tuple(type(ablation).__name__ for ablation in self.ablations)
        _check_known(self.name, "ablation", kinds, ABLATIONS)
        _check_known(self.name, "measurement", self.measurements, MEASUREMENTS)
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"{self.name}: expected at least one seed, each once: {self.seeds}")

    def build(self) -> nn.Module:
        """The untrained network with its ablations applied.

        Raises:
            ValueError: an ablation does not fit the network; the message names the missing child.
        """
        return built(self.network, self.ablations, self.classes)


def built(network: str, ablations: Sequence[Ablation], classes: int | None = None) -> nn.Module:
    """An untrained network by its class's name, with its ablations applied.

    Args:
        network: a name in `lessonlib.models.NETWORKS`.
        ablations: what is replaced, in order.
        classes: how many scores it has, for a network that has a choice; None is its own number.

    Raises:
        ValueError: there is no such network, or an ablation does not fit it; the message names
            the child that was looked for.
    """
    if network not in NETWORKS:
        raise ValueError(f"there is no network {network!r}")
    model = NETWORKS[network]() if classes is None else NETWORKS[network](classes=classes)
    for ablation in ablations:
        ablation.apply(model)
    return model


def _check_known(name: str, what: str, asked: tuple[str, ...], known: dict[str, Any]) -> None:
    for one in asked:
        if one not in known:
            raise ValueError(f"{name}: unknown {what} {one!r}; known: {', '.join(sorted(known))}")


def _check_classes(name: str, network: str, classes: int | None) -> None:
    if classes is not None and "classes" not in inspect.signature(NETWORKS[network]).parameters:
        raise ValueError(f"{name}: {network} has no choice of classes; leave it out")
