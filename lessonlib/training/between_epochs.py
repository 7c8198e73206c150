"""How often a network is wrong, between one epoch and the next."""

from collections.abc import Mapping

from accelerate import Accelerator
from torch import nn

from lessonlib.data import PictureSet
from lessonlib.data.augment import for_testing
from lessonlib.training.evaluate import classified
from lessonlib.training.machine import bare
from lessonlib.training.processes import by_the_main_one
from lessonlib.training.recipe import Recipe


def errors(
    model: nn.Module, tested: Mapping[str, PictureSet], recipe: Recipe, machine: Accelerator
) -> dict[str, float]:
    """The errors on some sets, 0..1, such as `test_error` of the set `test`.

    They are computed as `evaluate` computes them later: in the type of the network's weights, and
    by the main process alone, which tells the others.

    Args:
        model: the network, where it is trained.
        tested: the sets, by what they are for.
        recipe: whose changes of size are made, with the middle in place of a random window.
        machine: where to compute, and which process is the main one.
    """
    steps = for_testing(recipe.augment)

    def error_on(image_set: PictureSet) -> float:
        return classified(model, image_set, machine.device, steps=steps).error_rate

    def all_of_them() -> dict[str, float]:
        return {f"{purpose}_error": error_on(each) for purpose, each in tested.items()}

    if not tested:
        return {}
    with bare(model):
        return by_the_main_one(all_of_them, machine)
