"""What every network of a learner's own can show."""

from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from lessonlib.puzzles.drawing import draw_confusions, mixed
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.trained import SHOWN, Trained
from lessonlib.viz import plot_images


class YourNetwork:
    """A network of the learner's own, which shows pictures and hands over no numbers.

    Args:
        trained: the network and its answers.
    """

    __slots__ = ("_trained",)

    def __init__(self, trained: Trained) -> None:
        self._trained = trained

    def __repr__(self) -> str:
        """Whose it is, and no more."""
        return f"The network of number {self._trained.number}"

    def digits(self) -> Seen:
        """Show twelve test digits, numbered from 0 to 11."""
        images = self._trained.test.images[self._trained.shown]

        def draw() -> Figure:
            order = mixed(range(SHOWN))
            return plot_images(
                images[order], columns=6, titles=order, title="Your twelve test digits"
            )

        return Seen("your twelve test digits", draw, {"images": images})

    def confusions(self) -> Seen:
        """Show how often each test digit (rows) got each answer (columns)."""
        return confusion_table(self._trained.confusions(), "")


def confusion_table(counts: Tensor, where: str) -> Seen:
    """Counts of answers as a table; its title begins with `where` and says how many are wrong."""
    wrong = int(counts.sum() - counts.diagonal().sum())
    title = f"{where}{wrong} of {int(counts.sum()):,} test digits wrong"
    return Seen("what the network takes for what", lambda: draw_confusions(counts, title),
                {"counts": counts})  # fmt: skip


class NetworkWithMaps(YourNetwork):
    """A network that can be looked at without one of the maps of a layer."""

    __slots__ = ()

    removable = "c1"  # the layer whose maps can be taken away

    def without(self, index: int) -> Seen:
        """Show how often each test digit gets each answer where one map is set to 0.

        Raises:
            ValueError: there is no such map.
        """
        name = self.removable.upper()
        layer = getattr(self._trained.network, self.removable)
        maps = len(layer.bias)
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < maps:
            raise ValueError(f"{name} has the maps 0 to {maps - 1}, got {index!r}")
        counts = self._trained.confusions((layer, index))
        return confusion_table(counts, f"Without map {index} of {name}: ")


def one_picture(given: Any) -> Tensor:
    """The learner's picture as (1, 1, 28, 28) bytes.

    Raises:
        ValueError: something else; says what a picture is.
    """
    fits = isinstance(given, Tensor) and given.dtype == torch.uint8 and given.numel() == 28 * 28
    if not fits or given.shape[-2:] != (28, 28):
        what = type(given).__name__
        if isinstance(given, Tensor):
            what = f"{str(given.dtype).removeprefix('torch.')} {tuple(given.shape)}"
        raise ValueError(
            f"your network looks at one picture of 28x28 bytes, such as test.images[0] or "
            f"torch.zeros(28, 28, dtype=torch.uint8), got {what}"
        )
    return given.detach().cpu().reshape(1, 1, 28, 28)
