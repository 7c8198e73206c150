"""Pictures in a grid."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from lessonlib.viz.arrays import as_array, limits_of
from lessonlib.viz.canvas import new_canvas, text_width
from lessonlib.viz.style import INK, styled
from lessonlib.viz.tiles import ROOM, Grid, caption, place, plan


@styled
def plot_images(
    images: ArrayLike,
    labels: Sequence[object] | None = None,
    *,
    titles: Sequence[object] | None = None,
    columns: int | None = None,
    title: str | None = None,
    cmap: str = INK,
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Pictures in a grid, all with the same limits.

    Args:
        images: (N, H, W), (N, 1, H, W) or (N, 3, H, W); uint8, or floats of any range.
        labels: N words or numbers, written below the pictures.
        titles: N words or numbers, written above the pictures.
        columns: pictures per row; None is as many as are readable.
        title: what the figure finds.
        cmap: colours of grey pictures; the default shows large values dark, as ink is, so give
            "gray" for photographs.
        limits: values shown as least and most; None is 0 to 255 for uint8, else the least and
            the largest value of all pictures.

    Raises:
        ValueError: other shapes, NaN or infinity, or not N labels or titles.
    """
    array = _pictures(images)
    above, below = _words("titles", titles, len(array)), _words("labels", labels, len(array))
    low, high = limits_of([array], limits)
    grid = _grid(array, above, below, columns)
    canvas = new_canvas(grid.total_height, title)
    if array.ndim == 4:  # imshow would clip colours that are not in 0..1
        panes = np.clip((array.astype(np.float64) - low) / (high - low), 0, 1)
        place(canvas, grid, canvas.top, panes)
    else:
        place(canvas, grid, canvas.top, array, cmap=cmap, norm=Normalize(low, high))
    caption(canvas, grid, canvas.top, above, above=True)
    caption(canvas, grid, canvas.top, below, above=False)
    return canvas.figure


def _pictures(images: ArrayLike) -> np.ndarray:
    """(N, H, W) for grey pictures, (N, H, W, 3) for colour."""
    what = "images (N, H, W), (N, 1, H, W) or (N, 3, H, W)"
    array = as_array(images, what, (3, 4))
    if array.ndim == 3:
        return array
    if array.shape[1] not in (1, 3):
        raise ValueError(f"expected {what}, got shape {array.shape}; channels come second")
    return array[:, 0] if array.shape[1] == 1 else array.transpose(0, 2, 3, 1)


def _grid(array: np.ndarray, above: list[str], below: list[str], columns: int | None) -> Grid:
    """Panes wide enough for the widest word."""
    least = min(max(44.0, *map(text_width, above + below), 0.0), ROOM)
    shape = array.shape[1:3]
    lines = {"above": len(above[:1]), "below": len(below[:1])}
    return plan(len(array), shape, columns=columns, least=least, gap=8, **lines)


def _words(what: str, words: Sequence[object] | None, count: int) -> list[str]:
    if words is None:
        return []
    texts = [str(word.item() if hasattr(word, "item") else word) for word in words]
    if len(texts) != count:
        raise ValueError(f"expected {count} {what}, one for each image, got {len(texts)}")
    return texts
