"""Changes to training pictures that keep their class.

An augmentation is a small frozen object that holds its parameters. What it does to a picture is
drawn for all pictures of a set at once, so that a picture gets the same draw in any batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data.affine import Affine
from lessonlib.data.colours import ColourPCA
from lessonlib.data.crops import Centre, Flip, RandomCrop, Resize
from lessonlib.data.face import PictureSet
from lessonlib.data.streams import stream


class Augmentation(Protocol):
    """What every augmentation can do; each is a frozen dataclass, registered by its name."""

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """One row of random numbers for each of `count` pictures: (count, ...), on the CPU."""
        ...

    def apply(self, images: Tensor, drawn: Tensor) -> Tensor:
        """The pictures, (N, C, H, W), uint8, each changed as its row of `drawn`, (N, ...), says.

        Both are on the same device. The pictures that were given are not changed; those that come
        out can be of another size.
        """
        ...


@dataclass(frozen=True)
class Shift:
    """Moves each picture by up to `pixels` each way; background 0 fills the gap.

    Attributes:
        pixels: the largest distance, along each axis; at least 1.

    Raises:
        ValueError: pixels is not a whole number of at least 1.
    """

    pixels: int

    def __post_init__(self) -> None:
        """Refuse a distance that moves nothing."""
        if not isinstance(self.pixels, int) or self.pixels < 1:
            raise ValueError(f"expected pixels as a whole number, at least 1, got {self.pixels!r}")

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 2) int32: the first row and column of the window, 0 to 2 * pixels."""
        shape, most = (count, 2), 2 * self.pixels + 1
        return torch.randint(most, shape, generator=generator, dtype=torch.int32, device="cpu")

    def apply(self, images: Tensor, drawn: Tensor) -> Tensor:
        """Cut a window of the old size out of each picture, which has a border around it."""
        count, _, height, width = images.shape
        padded = F.pad(images, (self.pixels,) * 4)
        rows = drawn[:, :1] + torch.arange(height, device=images.device)  # (N, H)
        columns = drawn[:, 1:] + torch.arange(width, device=images.device)  # (N, W)
        picture = torch.arange(count, device=images.device)[:, None, None]
        moved = padded[picture, :, rows[:, :, None], columns[:, None, :]]  # (N, H, W, C)
        return moved.permute(0, 3, 1, 2).contiguous()


AUGMENTATIONS = {
    kind.__name__: kind for kind in (Shift, Affine, Resize, RandomCrop, Centre, Flip, ColourPCA)
}
"""The augmentations a recipe can hold, by the names of their classes."""


STILL = (Resize, Centre)
"""The augmentations in which nothing is random."""


def settled(augment: Sequence[Augmentation], train_set: PictureSet) -> tuple[Augmentation, ...]:
    """The augmentations with what they take from the set that is trained on.

    Raises:
        ValueError: the set has not what one of them takes.
    """
    return tuple(
        step.settled(train_set) if isinstance(step, ColourPCA) else step for step in augment
    )


def for_testing(augment: Sequence[Augmentation]) -> tuple[Augmentation, ...]:
    """What is done to a picture that a network is tested on, after it was trained with `augment`.

    Only what changes the size is done, and the window is the middle one, so nothing is random.
    """
    steps = [Centre(step.size) if isinstance(step, RandomCrop) else step for step in augment]
    return tuple(step for step in steps if isinstance(step, STILL))


def still(images: Tensor, steps: Sequence[Resize | Centre]) -> Tensor:
    """The pictures, (N, C, H, W), after steps in which nothing is random, one after the other.

    Raises:
        ValueError: one of the steps draws at random.
    """
    for step in steps:
        if not isinstance(step, STILL):
            raise ValueError(
                f"expected steps in which nothing is random, such as Resize(256) and Centre(224), "
                f"got {step!r}; for_testing(recipe.augment) are those that go with a recipe"
            )
        images = step.apply(images)
    return images


class EpochDraws:
    """What one epoch's augmentations do to each picture of a set.

    One table is drawn for each augmentation, with one row per picture. It follows from the seed,
    the epoch, the augmentation's class and, where a class is listed twice, which of the two it
    is. A picture's row does not depend on its batch, on the batch size, or on the other
    augmentations. Nothing is drawn if there are no augmentations.

    Args:
        augment: what is done, in this order.
        count: number of pictures in the set.
        seed: the run's seed.
        epoch: from 1.
        device: where the pictures are; the tables are drawn on the CPU and moved there once.
    """

    def __init__(
        self,
        augment: Sequence[Augmentation],
        count: int,
        *,
        seed: int,
        epoch: int,
        device: torch.device | str = "cpu",
    ) -> None:
        self.steps: list[tuple[Augmentation, Tensor]] = []
        kinds = [type(step).__name__ for step in augment]
        for place, (step, kind) in enumerate(zip(augment, kinds, strict=True)):
            purpose = f"augment/{kind}/{kinds[:place].count(kind)}"
            drawn = step.draw(count, stream(seed, purpose, epoch))
            self.steps.append((step, drawn.to(device)))

    def __call__(self, images: Tensor, indices: Tensor) -> Tensor:
        """The pictures as they are changed in this epoch.

        Args:
            images: (N, C, H, W), uint8.
            indices: (N,), where each of them is in the set, on the same device; the third value
                of `ImageSet.batches(..., indices=True)`.
        """
        for step, drawn in self.steps:
            images = step.apply(images, drawn[indices])
        return images
