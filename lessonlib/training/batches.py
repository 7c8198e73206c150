"""A process's share of the batches that a network learns from, ready for the network."""

from collections.abc import Iterator
from functools import cached_property

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from lessonlib import settings
from lessonlib.data import PictureSet
from lessonlib.data.augment import Augmentation, EpochDraws, for_testing, settled
from lessonlib.data.reading import usual_workers
from lessonlib.training.fitting import parameter_type, prepared
from lessonlib.training.processes import by_the_main_one, weight_of_share
from lessonlib.training.recipe import Recipe
from lessonlib.training.rehearsal import first_picture


class Batches:
    """The batches of a run, on the machine's device, augmented and prepared.

    Args:
        model: the network, whose `prepare` is asked.
        train_set: the pictures; if they are in memory and there is room, they are moved there once.
        recipe: batch size, augmentation and seed.
        machine: which share of each batch is this process's.
        layout: how the pictures are to lie in memory.
    """

    def __init__(
        self,
        model: nn.Module,
        train_set: PictureSet,
        recipe: Recipe,
        machine: Accelerator,
        layout: torch.memory_format,
    ) -> None:
        self.model, self.recipe, self.machine, self.layout = model, recipe, machine, layout
        self.pictures = train_set.to(machine.device)
        self.per_epoch = -(-len(train_set) // recipe.batch_size)
        self.share = -(-min(recipe.batch_size, len(train_set)) // machine.num_processes)

    @cached_property
    def augment(self) -> tuple[Augmentation, ...]:
        """What is done to the pictures. Changes of colour need the set's colours: all is read."""
        return by_the_main_one(lambda: settled(self.recipe.augment, self.pictures), self.machine)

    def one(self) -> Tensor:
        """(1, C, H, W): the first picture, of the size that is trained on."""
        steps = for_testing(self.recipe.augment)
        return self._ready(first_picture(self.pictures, self.machine.device, steps))

    def of(self, epoch: int) -> Iterator[tuple[Tensor, Tensor, Tensor | float]]:
        """Images, labels, and how much their mean loss counts, for each batch of an epoch."""
        recipe, device = self.recipe, self.machine.device
        augment = EpochDraws(
            self.augment, len(self.pictures), seed=recipe.seed, epoch=epoch, device=device
        )
        share = (self.machine.process_index, self.machine.num_processes)
        batches = self.pictures.batches(
            epoch, recipe.batch_size, recipe.seed, indices=True, share=share
        )
        for images, labels, indices in batches:
            images = self._ready(augment(images.to(device), indices.to(device)))
            yield images, labels.to(device), weight_of_share(indices, self.machine)

    def _ready(self, images: Tensor) -> Tensor:
        images = prepared(self.model, images, parameter_type(self.model))
        return images.contiguous(memory_format=self.layout)


def read_by_workers(image_set: PictureSet) -> tuple[PictureSet, int]:
    """A set with as many reading processes as it is to have, and how many these are.

    A set that is read from a disk and leaves their number open gets one per core; where several
    processes train on this machine, they share the cores. A set in memory has none.
    """
    asked = getattr(image_set, "workers", 0)
    if asked is not None:
        return image_set, asked
    workers = usual_workers() // settings.processes_here()
    return image_set.with_workers(workers), workers
