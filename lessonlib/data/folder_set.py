"""A set whose pictures stay in their folders and are read while a network trains."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NoReturn, Self

import numpy as np
import torch
from torch import Tensor

from lessonlib.data.decoding import Kind
from lessonlib.data.face import STAND_IN, PictureSet, Share, check_batches, shared
from lessonlib.data.fetch import DataUnavailableError
from lessonlib.data.reading import Files, Reader, usual_workers
from lessonlib.data.report import Report

CHECKED_AT_ONCE = 512  # pictures

Part = tuple[Tensor, Tensor]
"""Of a batch: which pictures to read, and the indices to give with them."""


@dataclass(frozen=True, eq=False)
class FolderSet(PictureSet):
    """Labelled pictures that are read from their files, batch by batch.

    Only names and labels are in memory. Each picture becomes uint8 (3, side, side), see
    `lessonlib.data.decoding.decoded`. Other processes read ahead; what is read does not depend on
    how many there are. A picture that cannot be read is left out, and a warning at the end of the
    pass lists those that were found in it; `report` knows all of them, and how many pictures of
    each kind (grey, CMYK, ...) were converted.

    Attributes:
        name: what `load` calls the set.
        files: where the pictures are, and the side that they are cut to.
        labels: (N,), int64, indices into `classes`.
        classes: the classes' names.
        source: where the pictures come from.
        licence: the terms under which they may be used.
        subset: pictures per class, where only a part was taken; None is the whole set.
        view: which view of the set this is; None is the set as it is.
        workers: processes that read beside this one; 0 is none, and None is one per core.
        report: what was found while pictures were read.
    """

    name: str
    files: Files
    labels: Tensor
    classes: tuple[str, ...]
    source: str
    licence: str
    subset: int | None = None
    view: str | None = None
    workers: int | None = None
    report: Report = field(default=None, repr=False)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together; begin a report."""
        if len(self.files) != len(self.labels) or not len(self.labels):
            raise ValueError(
                f"{self.name}: expected at least one picture and a label for each, got "
                f"{len(self.files)} pictures and {len(self.labels)} labels"
            )
        if self.workers is not None and self.workers < 0:
            raise ValueError(f"expected workers of at least 0, got {self.workers}")
        if self.report is None:
            object.__setattr__(self, "report", Report(self.files))

    def batches(
        self,
        epoch: int,
        batch_size: int,
        seed: int,
        *,
        indices: bool = False,
        share: Share = (0, 1),
    ) -> Iterator[tuple[Tensor, ...]]:
        """Batches in the order of `order(epoch, seed)`, on the CPU, see `PictureSet.batches`.

        Raises:
            ValueError: also if there are fewer pictures than a batch has.
        """
        check_batches(batch_size, share)
        if len(self) < batch_size:
            raise ValueError(
                f"{self.describe()}: found {len(self):,} pictures, expected at least the "
                f"{batch_size:,} of one batch; lower batch_size or add pictures"
            )
        order = self.order(epoch, seed).split(batch_size)
        made = self._read([shared(batch, share) for batch in order], keep_empty=True)
        return (batch if indices else batch[:2] for batch in made)

    def ordered(self, batch_size: int, *, indices: bool = False) -> Iterator[tuple[Tensor, ...]]:
        """Batches in the set's order, on the CPU, see `PictureSet.ordered`."""
        check_batches(batch_size)
        parts = [(batch, batch) for batch in torch.arange(len(self)).split(batch_size)]
        made = self._read(parts, keep_empty=False)
        return (batch if indices else batch[:2] for batch in made)

    def first(self) -> Tensor:
        """(1, 3, side, side) uint8: the first picture that can be read; this process reads it.

        Raises:
            DataUnavailableError: there is none.
        """
        for place in range(len(self)):
            piece = self.files[np.array([place])]
            self.report.note(np.array([place]), piece)
            if piece.images is not None:
                return piece.images
        raise self._nothing()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of the paths below the set's folder, sizes, labels, classes and side.

        The pixels are not read. Sets at two places with the same files have the same one.
        """
        facts = {"side": self.files.side, "classes": list(self.classes)}
        digest = hashlib.sha256(json.dumps(facts).encode())
        for place, label in enumerate(self.labels.tolist()):
            name, size = self.files.paths[place], self.files.size(place)
            digest.update(b"\0".join([name, f"{size} {label}\n".encode()]))
        return digest.hexdigest()

    @property
    def images(self) -> NoReturn:
        """None are in memory, so asking for them is an error that says what to ask instead."""
        raise AttributeError(
            f"the pictures of {self.name!r} are not in memory, so there are no images; ask "
            f"ordered(batch_size) for them, such as `images, labels = next(train.ordered(9))`"
        )

    def take(self, indices: Tensor) -> Self:
        """The pictures at `indices`, in that order, as a set of their own with its own report."""
        files = replace(self.files, paths=self.files.paths[indices.numpy()])
        return replace(self, files=files, labels=self.labels[indices], report=None)

    def with_workers(self, workers: int | None) -> Self:
        """The same set, read by that many processes; None is one per core. It has one report."""
        return self if workers == self.workers else replace(self, workers=workers)

    def read_all(self) -> Report:
        """Read every picture once, keep none, and return the report.

        Raises:
            DataUnavailableError: none can be read.
        """
        for _ in self.ordered(CHECKED_AT_ONCE):
            pass
        return self.report

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.files, usual_workers() if self.workers is None else self.workers)

    def _read(self, parts: list[Part], keep_empty: bool) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Images, labels and indices of each part.

        A part of which nothing can be read is kept as a black picture, or left out.
        """
        has_any, pieces = False, self._reader.read([places.numpy() for places, _ in parts])
        for (places, indices), piece in zip(parts, pieces, strict=True):
            self.report.note(places.numpy(), piece)
            good = torch.from_numpy(piece.kinds != Kind.UNREADABLE)
            if piece.images is not None:
                has_any = True
                yield piece.images, self.labels[places[good]], indices[good]
            elif keep_empty:
                yield self._black()
        self.report.tell()
        if not has_any:
            raise self._nothing()

    def _black(self) -> tuple[Tensor, Tensor, Tensor]:
        image = torch.zeros(1, 3, self.files.side, self.files.side, dtype=torch.uint8)
        return image, torch.tensor([0]), torch.tensor([STAND_IN])

    def _nothing(self) -> DataUnavailableError:
        return DataUnavailableError(f"{self.describe()}: {self.report.sentence()}")
