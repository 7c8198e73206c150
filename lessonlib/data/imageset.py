"""A set of labelled pictures in memory."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from lessonlib.data.streams import stream


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Labelled pictures, as bytes, with where they come from.

    Attributes:
        name: what `load` calls the set.
        images: (N, C, H, W), uint8.
        labels: (N,), int64, indices into `classes`.
        classes: the classes' names.
        source: where the pictures come from.
        licence: the terms under which they may be used.
        subset: pictures per class, where only a part was taken (a class that has fewer gives all);
            None is the whole set.
        view: which view of the set this is; None is the set as it is.
        writers: (N,) int64, who wrote each picture, as numbers; None where that is unknown.

    Raises:
        ValueError: the set is empty or its parts do not fit together.
    """

    name: str
    images: Tensor
    labels: Tensor
    classes: tuple[str, ...]
    source: str
    licence: str
    subset: int | None = None
    view: str | None = None
    writers: Tensor | None = None

    def __post_init__(self) -> None:
        """Refuse what no network could be trained on."""
        images, labels = self.images, self.labels
        for field, value in (("images", images), ("labels", labels)):
            if not isinstance(value, Tensor):
                raise ValueError(
                    f"{self.name}: expected {field} as a torch tensor, got {type(value).__name__}"
                )
        if images.ndim != 4 or images.dtype != torch.uint8:
            raise ValueError(
                f"{self.name}: expected uint8 images (N, C, H, W), got {images.dtype} "
                f"{tuple(images.shape)}"
            )
        if labels.dtype != torch.int64 or labels.shape != images.shape[:1]:
            raise ValueError(
                f"{self.name}: expected {len(images)} int64 labels, one per image, got "
                f"{labels.dtype} {tuple(labels.shape)}"
            )
        if self.writers is not None and self.writers.shape != labels.shape:
            raise ValueError(
                f"{self.name}: expected {len(images)} writers, one for each image, got "
                f"{tuple(self.writers.shape)}"
            )
        if images.numel() == 0:
            raise ValueError(
                f"{self.name}: the set is empty, {tuple(images.shape)}; expected at least one "
                f"image of at least one pixel"
            )
        low, high = int(labels.min()), int(labels.max())
        if low < 0 or high >= len(self.classes):
            raise ValueError(
                f"{self.name}: labels run from {low} to {high}, but there are "
                f"{len(self.classes)} classes; expected labels from 0 to {len(self.classes) - 1}"
            )

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.labels)

    def order(self, epoch: int, seed: int) -> Tensor:
        """(N,) a shuffled order of all pictures, which follows from (seed, epoch) alone."""
        return torch.randperm(len(self), generator=stream(seed, "order", epoch), device="cpu")

    def batches(
        self, epoch: int, batch_size: int, seed: int, *, indices: bool = False
    ) -> Iterator[tuple[Tensor, ...]]:
        """Batches of images and labels, every picture once, in the order of `order(epoch, seed)`.

        The last batch may be shorter.

        Args:
            epoch: from 1.
            batch_size: pictures per batch.
            seed: the run's seed.
            indices: also give, as a third value, where in the set the batch's pictures are, (N,)
                int64; `lessonlib.data.augment.EpochDraws` reads them.

        Raises:
            ValueError: batch_size is below 1; this is raised at the call, before the first batch.
        """
        if batch_size < 1:
            raise ValueError(f"expected batch_size of at least 1, got {batch_size}")
        parts = self.order(epoch, seed).split(batch_size)
        if indices:
            return ((self.images[chosen], self.labels[chosen], chosen) for chosen in parts)
        return ((self.images[chosen], self.labels[chosen]) for chosen in parts)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of the pictures, their labels and the names of the classes.

        Sets of equal name and size have different fingerprints if they differ in order, in a pixel
        or in a label. It is computed once, so a set's tensors must not be changed in place.
        """
        facts = {"shape": list(self.images.shape), "classes": list(self.classes)}
        digest = hashlib.sha256(json.dumps(facts).encode())
        for values in (self.images, self.labels):
            digest.update(values.cpu().contiguous().numpy())
        return digest.hexdigest()

    def take(self, indices: Tensor) -> "ImageSet":
        """The pictures at `indices`, in that order, as a set of their own."""
        writers = None if self.writers is None else self.writers[indices]
        return replace(
            self, images=self.images[indices], labels=self.labels[indices], writers=writers
        )

    def describe(self) -> str:
        """One line: the set, its view, pictures per class if only a part was taken, the source."""
        view = f", view {self.view}" if self.view else ""
        return f"{self.name}{view}{self._part()}, {self.source}"

    def _part(self) -> str:
        """How many pictures of each class were taken, in words."""
        if self.subset is None:
            return ""
        fewest = int(torch.bincount(self.labels, minlength=len(self.classes)).min())
        if fewest < self.subset:
            return f", up to {self.subset} per class (the smallest class has {fewest})"
        return f", {self.subset} per class"
