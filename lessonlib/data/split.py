"""Holding a part of a set back, to choose by."""

from typing import TypeVar

import torch

from lessonlib.data.face import PictureSet
from lessonlib.data.streams import stream

Pictures = TypeVar("Pictures", bound=PictureSet)


def split(image_set: Pictures, share: float = 0.1, *, seed: int = 0) -> tuple[Pictures, Pictures]:
    """A set in two parts: what is left to train on, and what is held back.

        train, validation = split(load("photos"))

    Of each class the same share is held back, rounded, but at least one picture, and never all:
    of a class with a single picture nothing is. Which pictures follows from the seed. Both parts
    keep the set's order. Pictures that were cut from one photograph can come into both parts, as
    can digits of one writer; where that matters, choose by hand, with `take`.

    Args:
        image_set: usually the part to train on.
        share: how much to hold back, above 0 and below 1.
        seed: 0 <= seed < 2^31.

    Raises:
        ValueError: another share, or no class has two pictures.
    """
    if not 0 < share < 1:
        raise ValueError(f"expected a share to hold back above 0 and below 1, got {share}")
    held = torch.zeros(len(image_set), dtype=torch.bool)
    generator = stream(seed, "split")
    for label in range(len(image_set.classes)):
        own = (image_set.labels.cpu() == label).nonzero().flatten()
        count = min(max(round(share * len(own)), 1), len(own) - 1)
        held[own[torch.randperm(len(own), generator=generator)[: max(count, 0)]]] = True
    if not held.any():
        raise ValueError(
            f"expected a class of at least two pictures, one of which is held back, but "
            f"{image_set.name!r} has {len(image_set)} pictures of {len(image_set.classes)} classes"
        )
    return image_set.take((~held).nonzero().flatten()), image_set.take(held.nonzero().flatten())
