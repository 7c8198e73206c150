"""The convolution as a still picture: window, kernel and map side by side, the sum below."""

from typing import Protocol

import numpy as np
from matplotlib import patheffects
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lessonlib.viz.canvas import FONT, LINE, MARGIN, WIDTH, Canvas, new_canvas, note, wrap, write
from lessonlib.viz.style import DIVERGING, GROUND, INK, LINE_COLORS, MUTED, styled, tint

KERNEL = 96.0  # points: side of the kernel, 32 per number
SPACE = 10.0  # between kernel and pictures
PICTURE = (WIDTH - 2 * MARGIN - KERNEL - 2 * SPACE) / 2
MARK = LINE_COLORS["green"]  # neither in a grey picture nor in a map of red and blue
SMALL = 9.5  # points: the kernel's numbers if one has more than four characters


class Explored(Protocol):
    """What the picture is drawn from; see `lessonlib.widgets.ConvolutionExplorer`."""

    image: np.ndarray
    kernel: np.ndarray
    stride: int
    padding: int
    row: int
    column: int
    ink: bool
    output: np.ndarray
    window: np.ndarray


@styled
def convolution_figure(explored: Explored) -> Figure:
    """One window of a convolution: what it sees, its kernel, its unit in the map, and the sum.

    A unit of the map is drawn as wide as a step of the window and in the window's middle, so
    that the map lies as the picture does.

    Args:
        explored: picture, kernel, stride, padding, the unit's place, window and map.
    """
    padded = [side + 2 * explored.padding for side in explored.image.shape]
    scale = PICTURE / max(padded)
    tall = max(padded[0] * scale, KERNEL)
    total = exact(float((explored.window * explored.kernel).sum()))
    title = f"Nine products make one unit: row {explored.row}, column {explored.column} is {total}"
    lines, sizes = _written_sum(explored, total), _size_lines(explored)
    canvas = new_canvas(LINE + tall + 14 + LINE * (len(lines) + len(sizes)) + 6, title)
    top = canvas.top + LINE
    _draw_input(canvas, explored, top, scale)
    _draw_kernel(canvas, explored.kernel, top + (tall - KERNEL) / 2)
    _draw_map(canvas, explored, top, scale)
    y = top + tall + 14 + LINE / 2
    for line in lines:
        write(canvas, MARGIN, y, line)
        y += LINE
    for i, line in enumerate(sizes):
        note(canvas, y + 6 + i * LINE, line)
    return canvas.figure


def exact(value: float) -> str:
    """A number with at most four digits after the point, and a true minus sign."""
    rounded = round(float(value), 4) + 0.0
    text = f"{rounded:.4f}".rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace("-", "−")


def _written_sum(explored: Explored, total: str) -> list[str]:
    """The products that are not 0, in lines that fit; numbers below 0 in brackets."""
    pairs = zip(explored.window.flat, explored.kernel.flat, strict=True)
    products = [f"{exact(p)}×{_bracketed(w)}" for p, w in pairs if p * w]
    if not products:
        return ["All nine products are 0, and so is their sum."]
    text = f"{' + '.join(products)} {_equals(explored)} {total}"
    return wrap(text, WIDTH - 2 * MARGIN, size=FONT, weight="normal")


def _equals(explored: Explored) -> str:
    """The sign of a sum of exact numbers, or of rounded ones."""
    values = [explored.window, explored.kernel, explored.window * explored.kernel]
    scaled = 1e4 * np.stack(values)
    return "=" if np.allclose(scaled, scaled.round(), rtol=0, atol=1e-6) else "≈"


def _bracketed(value: float) -> str:
    return f"({exact(value)})" if value < 0 else exact(value)


def _size_lines(explored: Explored) -> list[str]:
    """How large the map is: the numbers of each side, and the rule."""
    sides = dict(zip(explored.image.shape, explored.output.shape, strict=True))
    numbers = [
        f"({side} + 2×{explored.padding} − 3) / {explored.stride}, rounded down, + 1 = {units}"
        for side, units in sides.items()
    ]
    names = ["Map"] if len(numbers) == 1 else ["High", "Wide"]
    lines = [f"{name}: {line}" for name, line in zip(names, numbers, strict=True)]
    return [*lines, "(input + 2×padding − kernel) / stride, rounded down, + 1"]


def _heading(canvas: Canvas, x: float, y: float, text: str) -> None:
    write(canvas, x, y - LINE / 2 - 2, text, color=MUTED)


def _draw_input(canvas: Canvas, explored: Explored, top: float, scale: float) -> None:
    """The padded picture with the window's outline."""
    padded = np.pad(explored.image.astype(np.float64), explored.padding)
    most = 255 if explored.image.dtype == np.uint8 else 1
    height, width = (side * scale for side in padded.shape)
    extent = (MARGIN, MARGIN + width, top + height, top)
    cmap = INK if explored.ink else "gray"
    canvas.axes.imshow(padded, extent=extent, aspect="auto", cmap=cmap, norm=Normalize(0, most))
    _heading(canvas, MARGIN, top, "picture {}×{}".format(*explored.image.shape))
    _outline(canvas, MARGIN, top, width, height, color=MUTED, line=0.8)
    if explored.padding:
        edge = explored.padding * scale
        inside = (width - 2 * edge, height - 2 * edge)
        _outline(canvas, MARGIN + edge, top + edge, *inside, color=MUTED, line=0.8, style="--")
    step = explored.stride * scale
    place = (MARGIN + explored.column * step, top + explored.row * step)
    _outline(canvas, *place, 3 * scale, 3 * scale, halo=True)


def _draw_kernel(canvas: Canvas, kernel: np.ndarray, top: float) -> None:
    """The kernel's numbers, blue below 0 and red above."""
    left = MARGIN + PICTURE + SPACE
    most, cell = np.abs(kernel).max() or 1.0, KERNEL / 3
    size = FONT if all(len(exact(weight)) <= 4 for weight in kernel.flat) else SMALL
    for (i, j), weight in np.ndenumerate(kernel):
        corner = (left + j * cell, top + i * cell)
        color = "vermillion" if weight > 0 else "blue"
        face = tint(LINE_COLORS[color], 0.45 * abs(weight) / most)
        square = Rectangle(corner, cell, cell, facecolor=face, edgecolor=MUTED)
        canvas.axes.add_patch(square)
        middle = (corner[0] + cell / 2, corner[1] + cell / 2)
        write(canvas, *middle, exact(weight), ha="center", size=size)
    _heading(canvas, left, top, "kernel 3×3")
    _outline(canvas, left, top, KERNEL, KERNEL)


def _draw_map(canvas: Canvas, explored: Explored, top: float, scale: float) -> None:
    """The map, a unit as wide as a step, with the unit's outline."""
    left = MARGIN + PICTURE + KERNEL + 2 * SPACE
    sums, step = explored.output, explored.stride * scale
    most = np.abs(sums).max() or 1.0
    height, width = (side * step for side in sums.shape)
    shift = (3 - explored.stride) / 2 * scale  # from the window's corner to its unit's
    x, y = left + max(shift, 0), top + max(shift, 0)
    norm = Normalize(-most, most)
    extent = (x, x + width, y + height, y)
    canvas.axes.imshow(sums, extent=extent, aspect="auto", cmap=DIVERGING, norm=norm)
    _heading(canvas, left, top, "map {}×{}".format(*sums.shape))
    _outline(canvas, x, y, width, height, color=MUTED, line=0.8)
    _outline(canvas, x + explored.column * step, y + explored.row * step, step, step, halo=True)


def _outline(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    color: str = MARK,
    line: float = 2.2,
    style: str = "-",
    halo: bool = False,
) -> None:
    square = Rectangle((x, y), width, height, fill=False, edgecolor=color, clip_on=False)
    square.set(linewidth=line, linestyle=style)
    if halo:
        square.set_path_effects([patheffects.withStroke(linewidth=line + 2, foreground=GROUND)])
    canvas.axes.add_patch(square)
