"""A picture of what came out, to be looked at."""

from collections.abc import Callable, Mapping

from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.viz.png import png_bytes


class Seen:
    """What a box or a network shows: a picture in a notebook, and no numbers for a program.

    It is drawn when it is displayed, so experiments that are not looked at cost nothing.

    Args:
        what: in a few words, what the picture shows.
        draw: makes the figure.
        numbers: what is drawn, for the course's own tests.
    """

    __slots__ = ("_draw", "_numbers", "what")

    def __init__(
        self, what: str, draw: Callable[[], Figure], numbers: Mapping[str, Tensor]
    ) -> None:
        self.what, self._draw, self._numbers = what, draw, numbers

    def __repr__(self) -> str:
        """A neutral sentence: to know more, one has to look."""
        return f"A picture: {self.what}."

    def _repr_png_(self) -> bytes:
        return png_bytes(self._draw(), self.what)
