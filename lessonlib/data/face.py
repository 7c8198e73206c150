"""What every set of pictures can do, in memory or read from a disk while a network trains."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Self

import torch
from torch import Tensor

from lessonlib.data.streams import stream

Share = tuple[int, int]
"""The i-th of n processes that share each batch, as (i, n), from 0."""

STAND_IN = -1
"""The index of a picture that only fills a place, and does not count in a loss."""


class PictureSet(ABC):
    """Labelled pictures, as `fit`, `evaluate` and the recorder see them; they use nothing else.

    Attributes:
        name: what `load` calls the set.
        labels: (N,), int64, indices into `classes`.
        classes: the classes' names.
        source: where the pictures come from.
        licence: the terms under which they may be used.
        subset: pictures per class, where only a part was taken; None is the whole set.
        view: which view of the set this is; None is the set as it is.
    """

    name: str
    labels: Tensor
    classes: tuple[str, ...]
    source: str
    licence: str
    subset: int | None
    view: str | None

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.labels)

    def order(self, epoch: int, seed: int) -> Tensor:
        """(N,) a shuffled order of all pictures, which follows from (seed, epoch) alone."""
        return torch.randperm(len(self), generator=stream(seed, "order", epoch), device="cpu")

    @abstractmethod
    def batches(
        self,
        epoch: int,
        batch_size: int,
        seed: int,
        *,
        indices: bool = False,
        share: Share = (0, 1),
    ) -> Iterator[tuple[Tensor, ...]]:
        """Batches of images and labels, every picture once, in the order of `order(epoch, seed)`.

        There are always ceil(len / batch_size) batches, and the last may be shorter. Several
        processes share each batch: share (i, n) gets the pictures i::n of it. Where that would be
        none, as in a short last batch, the share gets one picture all the same, so that no
        process waits for another, and its index is `STAND_IN`. `fit` does not count its loss.

        A picture that cannot be read is left out of its batch. If none is left, one black picture
        of class 0 takes their place, also with the index `STAND_IN`.

        Args:
            epoch: from 1.
            batch_size: pictures per batch, all shares together.
            seed: the run's seed.
            indices: also give, as a third value, where in the set the batch's pictures are, (n,)
                int64; `lessonlib.data.augment.EpochDraws` reads them.
            share: which part of each batch to give, (i, n) with 0 <= i < n.

        Yields:
            Images (n, C, H, W), uint8, labels (n,), int64, and the indices if they were asked for.

        Raises:
            ValueError: batch_size below 1, or no such share; this is raised at the call, before
                the first batch.
        """

    @abstractmethod
    def ordered(self, batch_size: int, *, indices: bool = False) -> Iterator[tuple[Tensor, ...]]:
        """Batches of images and labels in the set's order, as a network is tested on them.

        A picture that cannot be read is left out, so that the indices say which there are.

        Args:
            batch_size: pictures per batch; the last may be shorter.
            indices: also give, as a third value, where in the set the batch's pictures are.

        Yields:
            Images (n, C, H, W), uint8, labels (n,), int64, and the indices if they were asked for.

        Raises:
            ValueError: batch_size below 1; this is raised at the call, before the first batch.
        """

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """A hash, in hex, of what the set consists of; sets that differ have different ones."""

    @abstractmethod
    def take(self, indices: Tensor) -> Self:
        """The pictures at `indices`, in that order, as a set of their own."""

    def first(self) -> Tensor:
        """(1, C, H, W) uint8: the first picture, to try a network on."""
        return next(iter(self.ordered(1)))[0]

    def to(self, device: torch.device | str) -> Self:
        """The same set with its pictures on a device, where they have one; `fit` asks once."""
        return self

    def with_workers(self, workers: int | None) -> Self:
        """The same set, read by that many processes, where it is read; None lets the set choose."""
        return self

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


def check_batches(batch_size: int, share: Share = (0, 1)) -> None:
    """Refuse batches of nothing and shares that there are not.

    Raises:
        ValueError: batch_size below 1, or not 0 <= i < n in share (i, n).
    """
    if batch_size < 1:
        raise ValueError(f"expected batch_size of at least 1, got {batch_size}")
    number, count = share
    if not 0 <= number < count:
        raise ValueError(f"expected share (i, n) with 0 <= i < n, got {share}")


def shared(batch: Tensor, share: Share) -> tuple[Tensor, Tensor]:
    """A share of a batch: which pictures to read, and the indices to give with them.

    Both are the same, except where the share would be empty: then the batch's first picture is
    read and stands in.

    Args:
        batch: (N,) where the pictures of the whole batch are in the set; at least one.
        share: (i, n).
    """
    number, count = share
    own = batch[number::count]
    if len(own):
        return own, own
    return batch[:1], torch.full_like(batch[:1], STAND_IN)
