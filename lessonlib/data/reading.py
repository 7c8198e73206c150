"""Reading pictures from files while a network trains: in this process, or in others beside it."""

import os
import signal
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from mmap import mmap
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from lessonlib.data.decoding import Kind, UnreadableError, decoded

PIECE = 32  # pictures that a process reads at a time: 6 MB, whatever the batch size
AHEAD = 4  # pieces that each process may be ahead
# What ends a pass if a process is gone: PyTorch noticed it, or what it had read went with it.
DIED = (RuntimeError, OSError, EOFError)


@dataclass(frozen=True)
class Piece:
    """What was read of some pictures.

    Attributes:
        images: (n, 3, side, side) uint8, those that could be read; None if there are none.
        kinds: (N,) uint8, the `Kind` of each picture that was asked for.
        reasons: why a picture could not be read, by its place among those asked for.
    """

    images: Tensor | None
    kinds: np.ndarray
    reasons: dict[int, str]


@dataclass(frozen=True)
class Files:
    """The pictures of a set, by their place in it; this is all that a reading process gets.

    Attributes:
        folder: where they are.
        paths: (N,) bytes, from `folder` on.
        side: of the squares that they are cut to, in pixels.
    """

    folder: Path
    paths: np.ndarray
    side: int

    def path(self, place: int) -> Path:
        """Where a picture is."""
        return self.folder / os.fsdecode(self.paths[place])

    def size(self, place: int) -> int | None:
        """Bytes of a picture's file; None if it is not there."""
        try:
            return self.path(place).stat().st_size
        except OSError:
            return None

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.paths)

    def __getitem__(self, places: np.ndarray) -> Piece:
        """The pictures at these places; none of them raises."""
        images, kinds, reasons = [], np.empty(len(places), np.uint8), {}
        for number, place in enumerate(places):
            try:
                image, kinds[number] = decoded(self.path(place), self.side)
                images.append(image)
            except UnreadableError as error:
                kinds[number], reasons[number] = Kind.UNREADABLE, str(error)
        stacked = torch.from_numpy(np.stack(images)) if images else None
        return Piece(stacked, kinds, reasons)


class Reader:
    """Reads batches of pictures, in order, by processes that stay from one pass to the next.

    What is read does not depend on their number. A batch is read in pieces, so that memory does
    not grow with it. If the processes die, as they do where shared memory is short, this process
    goes on by itself and warns.

    Args:
        files: the pictures.
        workers: processes that read beside this one; with 0, this one reads.
    """

    def __init__(self, files: Files, workers: int) -> None:
        self.files, self.workers = files, workers
        self._plan: list[np.ndarray] = []
        self._loader: DataLoader | None = None
        self._is_busy = False

    def read(self, batches: Sequence[np.ndarray]) -> Iterator[Piece]:
        """One piece per batch of places, (n,) int64; no batch is empty."""
        cuts = [np.array_split(batch, -(-len(batch) // PIECE)) for batch in batches]
        pieces = self._pieces([piece for cut in cuts for piece in cut])
        for batch, cut in zip(batches, cuts, strict=True):
            yield _joined(islice(pieces, len(cut)), len(batch))

    def _pieces(self, plan: list[np.ndarray]) -> Iterator[Piece]:
        done = 0
        if self.workers and len(plan) > 1:
            try:
                for piece in self._beside(plan):
                    yield piece
                    done += 1
            except DIED as error:
                self.workers, self._loader = 0, None
                reason = str(error).partition("\n")[0] or type(error).__name__
                warnings.warn(
                    f"the processes that read pictures ended ({reason}); this one reads them from "
                    f"now on, which is slower. Fewer workers, or more shared memory, may help",
                    stacklevel=2,
                )
        for places in plan[done:]:
            yield self.files[places]

    def _beside(self, plan: list[np.ndarray]) -> Iterator[Piece]:
        """Pieces from the processes. A pass inside another one has processes of its own."""
        if self._is_busy:
            yield from _begun(self._new_loader(plan, stays=False))
            return
        self._is_busy = True
        try:
            if self._loader is None:
                self._loader = self._new_loader(self._plan, stays=True)
            self._plan[:] = plan
            yield from _begun(self._loader)
        finally:
            self._is_busy = False

    def _new_loader(self, plan: list[np.ndarray], stays: bool) -> DataLoader:
        return DataLoader(
            self.files,
            batch_size=None,
            sampler=plan,  # read anew at each pass
            num_workers=self.workers,
            collate_fn=_as_it_is,
            prefetch_factor=AHEAD,
            persistent_workers=stays,
            generator=torch.Generator(),  # else each pass would draw from the caller's numbers
        )


def _begun(loader: DataLoader) -> Iterator[Piece]:
    """One pass of a loader, whose processes may die without ending the program elsewhere."""
    with _found_when_reading():
        return iter(loader)


@contextmanager
def _found_when_reading() -> Iterator[None]:
    """Keep PyTorch from hearing at once that a process has died.

    Its handler of that signal raises wherever the program happens to be, for example in the middle
    of an update. Without it the loader finds out, within seconds, when it waits for that process.
    """
    heard = getattr(signal, "SIGCHLD", None)
    if heard is None or threading.current_thread() is not threading.main_thread():
        yield  # PyTorch sets none here
        return
    before = signal.getsignal(heard)
    try:
        yield
    finally:
        signal.signal(heard, before)


def usual_workers() -> int:
    """How many processes read if nothing else is said: one per core, at most 8; 0 on one core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return 0 if cores in (None, 1) else min(cores, 8)


def _as_it_is(piece: Piece) -> Piece:
    return piece


def _joined(pieces: Iterator[Piece], count: int) -> Piece:
    """The pieces of a batch of `count` places as one; each is let go as soon as it is copied."""
    images, kinds, reasons = None, np.empty(count, np.uint8), {}
    filled = before = 0
    for piece in pieces:
        kinds[before : before + len(piece.kinds)] = piece.kinds
        reasons |= {before + place: reason for place, reason in piece.reasons.items()}
        before += len(piece.kinds)
        if piece.images is not None:
            if images is None:
                images = _room(count, piece.images.shape[1:])
            images[filled : filled + len(piece.images)] = piece.images
            filled += len(piece.images)
    return Piece(None if images is None else images[:filled], kinds, reasons)


def _room(count: int, shape: torch.Size) -> Tensor:
    """(count, *shape) uint8, in memory that goes back to the system as soon as it is let go.

    Memory for numbers of this size is usually taken from a heap, where small objects settle
    between the batches: it then grew by 10 MB per batch of 128.
    """
    return torch.frombuffer(mmap(-1, count * shape.numel()), dtype=torch.uint8).view(count, *shape)
