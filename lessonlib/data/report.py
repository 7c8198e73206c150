"""What was found while a set's pictures were read."""

import warnings

import numpy as np

from lessonlib.data.decoding import Kind
from lessonlib.data.reading import Files, Piece

AT_MOST = 20  # paths that one warning lists


class Report:
    """Which pictures of a set were converted, and which could not be read and were left out.

    Attributes:
        files: the pictures.
        kinds: (N,) uint8, the `Kind` of each, as far as it is known.
        reasons: why a picture could not be read, by its place in the set.
    """

    def __init__(self, files: Files) -> None:
        self.files = files
        self.kinds = np.zeros(len(files), np.uint8)
        self.reasons: dict[int, str] = {}
        self._told = 0

    @property
    def read(self) -> int:
        """Pictures that were looked at so far."""
        return int((self.kinds != Kind.UNREAD).sum())

    @property
    def counts(self) -> dict[str, int]:
        """How many pictures of each kind there were so far, in words; without those of none."""
        counts = np.bincount(self.kinds, minlength=len(Kind))
        return {kind.words: int(counts[kind]) for kind in Kind if kind and counts[kind]}

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The pictures that could not be read so far, as path and reason."""
        return tuple(
            f"{self.files.path(place)} ({self.reasons[place]})" for place in sorted(self.reasons)
        )

    def __str__(self) -> str:
        """One sentence: how many were read, and of which kinds."""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.counts.items())
        return f"{self.read:,} of {len(self.files):,} pictures were read: {kinds or 'none'}"

    def note(self, places: np.ndarray, piece: Piece) -> None:
        """Keep what was found at these places of the set."""
        self.kinds[places] = piece.kinds
        for number, reason in piece.reasons.items():
            self.reasons[int(places[number])] = reason

    def tell(self) -> None:
        """Warn of the pictures that could not be read, if there are more than at the last time."""
        if len(self.reasons) > self._told:
            self._told = len(self.reasons)
            warnings.warn(f"{self.sentence()}. They are left out", stacklevel=3)

    def sentence(self) -> str:
        """Which pictures could not be read."""
        found = self.unreadable
        more = f"; and {len(found) - AT_MOST:,} more" if len(found) > AT_MOST else ""
        return (
            f"{len(found):,} of {len(self.files):,} pictures cannot be read: "
            f"{'; '.join(found[:AT_MOST])}{more}"
        )
