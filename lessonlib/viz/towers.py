"""A network of two towers at work: a picture, some maps of each tower, and the best guesses."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array
from lessonlib.viz.canvas import LINE, MARGIN, WIDTH, Canvas, new_canvas, write
from lessonlib.viz.style import LINE_COLORS, MUTED, SEQUENTIAL, styled
from lessonlib.viz.tiles import shorten

PICTURE = 64.0  # points: side of the picture
BLOCK = 44.0  # points: side of a block of maps
APART = 36.0  # points between the towers, for a layer's name and the lines that cross
GAP = 13.0  # points between a layer and the next
SIDE = 4  # maps in a row of a block, and rows
BAR = 5.0  # points: height of a guess's bar


@styled
def plot_towers(
    picture: ArrayLike,
    states: Mapping[str, ArrayLike],
    guesses: Mapping[str, float],
    *,
    meet: Sequence[str] = (),
    title: str | None = None,
) -> Figure:
    """What two towers make of a picture: the first 16 maps of each, layer by layer.

    The first tower is above. Lines lead from each layer to the next, and where a layer reads both
    towers they cross. At the right are the best guesses with their probabilities.

    Args:
        picture: (3, H, W) colours, 0 to 255, square.
        states: layer's name -> (maps, H, W), the first half of them of the first tower.
        guesses: class -> probability, 0 to 1, best first.
        meet: layers that read both towers.
        title: what the figure finds.

    Raises:
        ValueError: another shape, an odd number of maps, or no layer.
    """
    shown = as_array(picture, "a picture (3, H, W)", 3).transpose(1, 2, 0)
    if not states:
        raise ValueError("expected at least one layer {name: maps}, got none")
    towers = {name: _halves(name, maps) for name, maps in states.items()}
    canvas = new_canvas(2 * BLOCK + APART, title)
    middle = canvas.top + BLOCK + APART / 2
    extent = (MARGIN, MARGIN + PICTURE, middle + PICTURE / 2, middle - PICTURE / 2)
    canvas.axes.imshow(np.clip(shown, 0, 255).astype(np.uint8), extent=extent, aspect="auto")
    left = MARGIN + PICTURE
    for place, (name, halves) in enumerate(towers.items()):
        _lines(canvas, left, from_picture=place == 0, crossing=name in meet)
        left += GAP
        for tower, maps in enumerate(halves):
            _block(canvas, left, canvas.top + tower * (BLOCK + APART), maps, halves)
        write(canvas, left + BLOCK / 2, middle, name, ha="center", weight="bold")
        left += BLOCK
    _arrow(canvas, (left + 3, middle), (left + GAP - 3, middle))
    _guesses(canvas, left + GAP, middle, guesses)
    return canvas.figure


def _halves(name: str, maps: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The maps of the first tower and of the second, (maps, H, W) each."""
    array = as_array(maps, f"{name}: maps (C, H, W)", 3)
    if len(array) % 2:
        raise ValueError(
            f"{name}: expected an even number of maps, half per tower, got {len(maps)}"
        )
    return array[: len(array) // 2], array[len(array) // 2 :]


def _block(
    canvas: Canvas, left: float, top: float, maps: np.ndarray, both: Sequence[np.ndarray]
) -> None:
    """The first maps of one tower in a square; both towers share the colours' scale."""
    norm = Normalize(min(m.min() for m in both), max(m.max() for m in both))
    step = (BLOCK + 2) / SIDE
    for i, one in enumerate(maps[: SIDE * SIDE]):
        x, y = left + step * (i % SIDE), top + step * (i // SIDE)
        extent = (x, x + step - 2, y + step - 2, y)
        canvas.axes.imshow(one, extent=extent, aspect="auto", cmap=SEQUENTIAL, norm=norm)


def _lines(canvas: Canvas, left: float, *, from_picture: bool, crossing: bool) -> None:
    """Arrows to the two blocks of a layer from what it reads."""
    heights = [canvas.top + BLOCK / 2, canvas.top + BLOCK * 1.5 + APART]
    middle = sum(heights) / 2
    starts = [middle - PICTURE / 4, middle + PICTURE / 4] if from_picture else heights
    for start, stop in zip(starts, heights, strict=True):
        _arrow(canvas, (left + 3, start), (left + GAP - 3, stop))
    if crossing:
        for start, stop in (heights, heights[::-1]):
            _arrow(canvas, (left + 3, start), (left + GAP - 3, stop))


def _arrow(canvas: Canvas, start: tuple[float, float], stop: tuple[float, float]) -> None:
    arrow = FancyArrowPatch(start, stop, arrowstyle="-|>", shrinkA=0, shrinkB=0)
    arrow.set(color=MUTED, linewidth=1.0, mutation_scale=8)
    canvas.axes.add_patch(arrow)


def _guesses(canvas: Canvas, left: float, middle: float, guesses: Mapping[str, float]) -> None:
    """Classes one below the other, each over a bar of its probability."""
    room, pitch = WIDTH - MARGIN - left, LINE + BAR + 4
    top = middle - pitch * len(guesses) / 2
    for i, (name, share) in enumerate(guesses.items()):
        y = top + i * pitch
        write(canvas, left, y + LINE / 2, shorten(name, room))
        bar = Rectangle((left, y + LINE), max(room * share, 1), BAR, linewidth=0)
        bar.set(facecolor=LINE_COLORS["vermillion"], label=f"{name}: {share:.3f}")
        canvas.axes.add_patch(bar)
