"""Where AlexNet's picture, maps and units are drawn: one layout for the still and the live one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from lessonlib.models.alexnet import ROUNDED_UP
from lessonlib.viz.canvas import MARGIN, WIDTH
from lessonlib.widgets.tower_reads import TowerLayer

PANEL = 160.0  # points: width of one tower
LINE = 16.0
PICTURE = 112.0  # points: half a point per pixel
BARS = 128.0  # points: length of a fully connected layer, whose name is to its left
SCALES = {55: 1.38, 27: 2.0, 13: 34 / 13, 6: 32 / 6}  # points per unit, by units in a row
ROWS = (("conv1", "pool1"), ("conv2", "pool2"), ("conv3", "conv4", "conv5", "pool5"))


class Box(NamedTuple):
    """A rectangle in points, x to the right, y down: upper left corner, width and height."""

    x: float
    y: float
    width: float
    height: float


def places(layers: Sequence[TowerLayer]) -> dict[str, Any]:
    """Where each layer is drawn.

    Returns:
        `width` and `height` of the drawing in points; `boxes`, from a layer's name to one box
        per tower; `padded`, the picture with the zeros to its right and below; `titles`, the
        middle of the line with the towers' names; `key`, the corners of the key's squares.
    """
    by_name = {layer.name: layer for layer in layers}
    width, y = WIDTH - 2 * MARGIN, LINE
    boxes = {"picture": [Box((width - PICTURE) / 2, y, PICTURE, PICTURE)]}
    lefts = (0.0, width - PANEL)
    y += PICTURE + LINE
    titles, y = y, y + LINE / 2
    for row in ROWS:
        sides = [_side(by_name[name]) for name in row]
        gap = (PANEL - sum(sides)) / 3 if len(row) == 4 else 12.0
        y += LINE
        for i, (name, side) in enumerate(zip(row, sides, strict=True)):
            x = sum(sides[:i]) + gap * i
            boxes[name] = [Box(left + x, y, side, side) for left in lefts]
        y += max(sides) + 6
    for layer in layers:
        if layer.kind == "full":
            length = BARS * layer.width / 2048
            lines = [Box(left + PANEL - BARS, y + 4, length, 18.0) for left in lefts]
            boxes[layer.name] = lines[: layer.towers]
            y += 26
    padded = PICTURE * (1 + ROUNDED_UP[1] / by_name["picture"].width)
    return {
        "width": width,
        "height": y,
        "titles": titles,
        "boxes": boxes,
        "padded": Box((width - PICTURE) / 2, LINE, padded, padded),
        "key": [(0.0, LINE + 34 + 20 * i) for i in range(3)],
    }


def covered(layer: TowerLayer, box: Box, rows: range, columns: range) -> Box:
    """Where some units of a layer are in its box."""
    across, down = box.width / layer.width, box.height / layer.height
    x, y = box.x + across * columns.start, box.y + down * rows.start
    return Box(x, y, across * len(columns), down * len(rows))


def _side(layer: TowerLayer) -> float:
    """Points on the screen of a map's side."""
    return layer.width * SCALES[layer.width]
