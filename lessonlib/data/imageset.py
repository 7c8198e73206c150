"""A set of labelled pictures in memory."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import torch
from torch import Tensor

from lessonlib.data.face import PictureSet, Share, check_batches, shared


@dataclass(frozen=True, eq=False)
class ImageSet(PictureSet):
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

    def batches(
        self,
        epoch: int,
        batch_size: int,
        seed: int,
        *,
        indices: bool = False,
        share: Share = (0, 1),
    ) -> Iterator[tuple[Tensor, ...]]:
        """Batches in the order of `order(epoch, seed)`, see `PictureSet.batches`.

        They are cut where the set is; a batch is a copy.
        """
        check_batches(batch_size, share)
        order = self.order(epoch, seed).to(self.labels.device)
        parts = (shared(batch, share) for batch in order.split(batch_size))
        if indices:
            return ((self.images[read], self.labels[read], where) for read, where in parts)
        return ((self.images[read], self.labels[read]) for read, _ in parts)

    def ordered(self, batch_size: int, *, indices: bool = False) -> Iterator[tuple[Tensor, ...]]:
        """Batches in the set's order, see `PictureSet.ordered`; they are not copied."""
        check_batches(batch_size)
        values = [self.images, self.labels]
        if indices:
            values.append(torch.arange(len(self), device=self.labels.device))
        return zip(*(value.split(batch_size) for value in values), strict=True)

    def to(self, device: torch.device | str) -> Self:
        """The same set on the device, if it fits into half of a GPU's free memory.

        Otherwise it stays where it is, and batches are moved one by one.
        """
        place = torch.device(device)
        size = self.images.nbytes + self.labels.nbytes
        if place.type == "cuda" and size > torch.cuda.mem_get_info(place)[0] // 2:
            return self
        images, labels = self.images.to(place), self.labels.to(place)
        if images is self.images:
            return self
        writers = None if self.writers is None else self.writers.to(place)
        return replace(self, images=images, labels=labels, writers=writers)

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

    def take(self, indices: Tensor) -> Self:
        """The pictures at `indices`, in that order, as a set of their own."""
        writers = None if self.writers is None else self.writers[indices]
        return replace(
            self, images=self.images[indices], labels=self.labels[indices], writers=writers
        )
