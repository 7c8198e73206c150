"""A picture of one's own on its way to a digit of MNIST, step by step."""

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from PIL import Image

from lessonlib.data import MnistSteps
from lessonlib.viz.canvas import LINE, Canvas, new_canvas, write
from lessonlib.viz.style import MUTED, styled
from lessonlib.viz.tiles import ROOM, Grid, place, plan, shorten

COLUMNS = 3
GAP = 10.0  # points
LONGEST = 200  # pixels of a step that are drawn
NAMES = {
    "grey": "1 grey",
    "even": "2 even light",
    "ink": "3 ink found",
    "cut": "4 cut",
    "box": "5 in the box",
    "digit": "6 centred",
}
RANGES = {"grey": (0, 255), "even": (0, 1.1), "digit": (0, 255)}


@styled
def plot_steps(steps: MnistSteps, *, title: str | None = None) -> Figure:
    """The six steps of `mnist_steps`, each with its name and its size in pixels.

    From the third step on, ink is light on dark, as LeNet-5 was trained. Large steps are drawn
    with fewer pixels than they have.

    Args:
        steps: what `mnist_steps` has returned.
        title: what the figure finds.
    """
    grid = plan(len(NAMES), (1, 1), columns=COLUMNS, gap=GAP, largest=ROOM, above=1, below=1)
    canvas = new_canvas(grid.total_height, title)
    for i, (name, words) in enumerate(NAMES.items()):
        _draw(canvas, grid, i, np.atleast_2d(np.squeeze(np.asarray(getattr(steps, name)))), name)
        _write(canvas, grid, i, words, np.shape(getattr(steps, name))[-2:])
    return canvas.figure


def _draw(canvas: Canvas, grid: Grid, i: int, pixels: np.ndarray, name: str) -> None:
    """One step in the middle of its square, its proportions kept."""
    height, width = pixels.shape
    share = grid.width / max(height, width)
    left, down = grid.corner(i)
    pane = Grid(
        1,
        1,
        width * share,
        height * share,
        0,
        left=left + (grid.width - width * share) / 2,
    )
    top = canvas.top + down + (grid.height - height * share) / 2
    norm = Normalize(*RANGES.get(name, (0, 1)))
    place(canvas, pane, top, [_fewer(pixels)], cmap="gray", norm=norm)


def _write(canvas: Canvas, grid: Grid, i: int, words: str, size: tuple[int, int]) -> None:
    left, down = grid.corner(i)
    middle, y = left + grid.width / 2, canvas.top + down
    write(canvas, middle, y - LINE / 2, shorten(words, grid.width + GAP), ha="center")
    below = f"{size[1]}x{size[0]} pixels"
    write(canvas, middle, y + grid.height + LINE / 2, below, ha="center", color=MUTED)


def _fewer(pixels: np.ndarray) -> np.ndarray:
    """At most `LONGEST` pixels long, each new one a mean of old ones."""
    share = LONGEST / max(pixels.shape)
    if share >= 1:
        return pixels
    size = [max(1, round(side * share)) for side in pixels.shape[::-1]]
    small = Image.fromarray(pixels.astype(np.float32)).resize(size, Image.Resampling.BOX)
    return np.asarray(small)
