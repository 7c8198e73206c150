"""A network with a table of the learner's own, for chapter 4.

All maps of C3 begin with the same numbers, so only the table can make them different.
"""

from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers import ScaledTanh, Subsample, TableConv2d
from lessonlib.models import LinearClassifier
from lessonlib.puzzles.drawing import draw_maps
from lessonlib.puzzles.number import draws, own_number
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.trained import Trained, train
from lessonlib.puzzles.your_network import NetworkWithMaps, one_picture
from lessonlib.training.recipes import YOUR_WINDOWS

LETTERS = "ABCDEF"
IN_MAPS, OUT_MAPS = 4, len(LETTERS)
PICTURES = 2_000


class AlikeAtFirst(nn.Module):
    """C1, S2, a C3 with a table, and ten sums: (N, 1, 28, 28) -> (N, 10) scores.

    All maps of C3 begin alike: for each map below they have the same kernel, they have the same
    bias, and the ten sums weigh them the same.

    Args:
        table: four strings of X and ., one per map of S2, with one character per map of C3.
    """

    input_shape = (1, 28, 28)
    prepare = staticmethod(LinearClassifier.prepare)

    def __init__(self, table: tuple[str, ...]) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, IN_MAPS, 5)  # (N, 1, 28, 28) -> (N, 4, 24, 24)
        self.s2 = Subsample(IN_MAPS)  # -> (N, 4, 12, 12)
        self.c3 = TableConv2d(table, 5)  # -> (N, 6, 8, 8)
        self.output = nn.Linear(OUT_MAPS * 16, 10)  # after 2x2 averages; -> (N, 10)
        self.squash = ScaledTanh()
        self._make_alike()

    @torch.no_grad()
    def _make_alike(self) -> None:
        kernels = torch.empty(IN_MAPS, 5, 5).uniform_(-0.15, 0.15)
        self.c3.weight.copy_(kernels[self.c3.places % IN_MAPS])
        self.c3.bias.zero_()
        one = torch.empty(10, 1, 16).uniform_(-0.1, 0.1)
        self.output.weight.copy_(one.expand(10, OUT_MAPS, 16).reshape(10, -1))

    def maps(self, images: Tensor, only: int | None = None) -> Tensor:
        """C3's maps, squashed: (N, 6, 8, 8); with `only`, the other maps of S2 are 0."""
        s2 = self.squash(self.s2(self.squash(self.c1(images))))
        if only is not None:
            kept = torch.zeros_like(s2)
            kept[:, only] = s2[:, only]
            s2 = kept
        return self.squash(self.c3(s2))

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 28, 28) prepared images."""
        return self.output(F.avg_pool2d(self.maps(images), 2).flatten(1))


@lru_cache(maxsize=8)
def trained_table(number: int) -> Trained:
    """The trained network of a number."""
    build = partial(AlikeAtFirst, hidden_table(number))
    return train(build, YOUR_WINDOWS, PICTURES, own_number(number))


def hidden_columns(number: int) -> dict[str, tuple[int, ...]]:
    """What each map of C3 reads: from one to three maps of S2, and two maps the same.

    Each map of S2 is read by two maps of C3 at least.
    """
    draw = draws(number, "table")
    sets = [tuple(r for r in range(IN_MAPS) if n >> r & 1) for n in range(1, 2**IN_MAPS - 1)]
    while True:
        columns = draw.sample(sets, OUT_MAPS - 1)
        columns.append(draw.choice(columns))
        if all(sum(row in column for column in columns) >= 2 for row in range(IN_MAPS)):
            draw.shuffle(columns)
            return dict(zip(LETTERS, columns, strict=True))


def hidden_table(number: int) -> tuple[str, ...]:
    """The same as strings, one per map of S2."""
    columns = hidden_columns(number).values()
    return tuple("".join(".X"[row in column] for column in columns) for row in range(IN_MAPS))


class YourTable(NetworkWithMaps):
    """Four maps of S2, numbered 0 to 3, and six maps of C3, called A to F."""

    __slots__ = ()

    removable = "s2"

    def c3(self, picture: Any, *, only: int | None = None) -> Seen:
        """Show the six maps of C3 for one picture, red above 0 and blue below.

        Args:
            picture: 28x28 bytes.
            only: the number of the one map of S2 that goes on; the others are set to 0.

        Raises:
            ValueError: not such a picture, or there is no such map.
        """
        if only is not None and (isinstance(only, bool) or only not in range(IN_MAPS)):
            raise ValueError(f"only= is the number of one of S2's maps, 0 to 3, got {only!r}")
        network = self._trained.network
        with torch.no_grad():
            maps = network.maps(network.prepare(one_picture(picture)), only)[0]
        title = "The six maps of C3" + ("" if only is None else f" with map {only} of S2 alone")
        return Seen(
            "the six maps of C3",
            lambda: draw_maps({"C3": maps}, title=title, columns=6, names=list(LETTERS)),
            {"maps": maps},
        )
