"""AlexNet's two towers as a still picture: a unit, what it reads, and its pixels."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from matplotlib import patheffects
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from lessonlib.viz.canvas import FONT, LINE, MARGIN, WIDTH, Canvas, new_canvas, wrap, write
from lessonlib.viz.style import GROUND, LINE_COLORS, MUTED, styled, tint
from lessonlib.widgets.tower_places import Box, covered, places
from lessonlib.widgets.tower_reads import TOWERS, Part, TowerLayer

UNIT, BELOW = LINE_COLORS["green"], LINE_COLORS["blue"]
KEY = ("the unit", "it reads these", "they read these")
LEAST = 3.5  # points: side of what is drawn of a unit
HALO = {"linewidth": 2.4, "foreground": GROUND}
LOOKS = (  # of the three in the key
    {"edgecolor": UNIT, "facecolor": UNIT, "linewidth": 2.2},
    {"edgecolor": UNIT, "facecolor": tint(UNIT, 0.3), "linewidth": 2.2},
    {"edgecolor": BELOW, "facecolor": tint(BELOW, 0.18), "linewidth": 1.4, "linestyle": "--"},
)


class Explored(Protocol):
    """What the picture is drawn from; see `lessonlib.widgets.TowerExplorer`."""

    picture: np.ndarray
    layer: str
    unit: tuple[int, ...]
    network: Sequence[TowerLayer]
    parts: list[Part]

    def sentences(self) -> list[str]:
        """What is written above and below."""


@styled
def tower_figure(explored: Explored) -> Figure:
    """Picture and layers as boxes, the unit's lines to what it reads, and the sentences.

    Args:
        explored: the picture, the layers, the unit and what it depends on.
    """
    drawn = places(explored.network)
    shape, title, *rest = explored.sentences()
    room = WIDTH - 2 * MARGIN
    notes = [
        line for text in (*rest, shape) for line in wrap(text, room, size=FONT, weight="normal")
    ]
    canvas = new_canvas(drawn["height"] + 8 + LINE * len(notes), title.removesuffix("."))
    _draw_boxes(canvas, explored, drawn)
    _draw_names(canvas, explored.network, drawn)
    _draw_unit(canvas, explored, drawn["boxes"])
    for i, line in enumerate(notes):
        write(canvas, MARGIN, canvas.top + drawn["height"] + 8 + LINE * (i + 0.5), line)
    return canvas.figure


def _draw_boxes(canvas: Canvas, explored: Explored, drawn: dict) -> None:
    """The photograph, an outline for each layer of each tower, and what is between the towers."""
    x, y, width, height = _shifted(canvas, drawn["boxes"]["picture"][0])
    extent = (x, x + width, y + height, y)
    look = {"aspect": "auto", "interpolation": "nearest"}
    canvas.axes.imshow(_halved(explored.picture), extent=extent, **look)
    between, top = WIDTH / 2, canvas.top + drawn["titles"] - LINE / 2
    ends = [top, canvas.top + drawn["height"]]
    canvas.axes.plot([between] * 2, ends, color=MUTED, linestyle=":", linewidth=1, marker="")
    _outline(canvas, drawn["padded"], edgecolor=MUTED, fill=False, linestyle="--", linewidth=0.8)
    for name, boxes in drawn["boxes"].items():
        for box in boxes if name != "picture" else ():
            _outline(canvas, box, edgecolor=MUTED, facecolor=GROUND, linewidth=0.8)


def _halved(picture: np.ndarray) -> Image.Image:
    """Half as many pixels per side, which is all that is seen."""
    half = picture.shape[1] // 2
    return Image.fromarray(picture.transpose(1, 2, 0)).resize((half, half), Image.Resampling.BOX)


def _draw_names(canvas: Canvas, network: Sequence[TowerLayer], drawn: dict) -> None:
    """Names of the layers and towers, and the key."""
    for layer in network:
        for x, y, width, height in drawn["boxes"][layer.name]:
            if layer.kind == "full":
                place, align = (x - 6, y + height / 2), "right"
            else:
                place, align = (x + width / 2, y - LINE / 2), "center"
            name = f"picture, {layer.width}×{layer.height}" if layer is network[0] else layer.name
            look = {"ha": align, "path_effects": [patheffects.withStroke(**HALO)]}
            write(canvas, MARGIN + place[0], canvas.top + place[1], name, **look)
    for box, name in zip(drawn["boxes"]["conv1"], TOWERS, strict=True):
        write(canvas, MARGIN + box.x, canvas.top + drawn["titles"], name, weight="bold")
    for (x, y), words, look in zip(drawn["key"], KEY, LOOKS, strict=True):
        _outline(canvas, Box(x + 1, y, 11.0, 11.0), **look)
        write(canvas, MARGIN + x + 18, canvas.top + y + 5.5, words)


def _draw_unit(canvas: Canvas, explored: Explored, boxes: dict[str, list[Box]]) -> None:
    """What the unit depends on, the farthest first, then its lines and the unit itself."""
    by_name = {layer.name: layer for layer in explored.network}
    own, (tower, *place) = by_name[explored.layer], explored.unit
    row, column = place if len(place) == 2 else (0, *place)
    here = boxes[explored.layer][tower]
    unit = at_least(covered(own, here, range(row, row + 1), range(column, column + 1)))
    for i, part in reversed(list(enumerate(explored.parts))):
        for which in part.towers or (0,):
            box = covered(by_name[part.layer], boxes[part.layer][which], part.rows, part.columns)
            look = LOOKS[1 if i == 0 else 2]
            bare = {"facecolor": "none"} if part.layer == "picture" else {}
            _outline(canvas, at_least(box), halo=True, zorder=1.2 + (i == 0) / 5, **look | bare)
            if i == 0:
                _line(canvas, unit, box)
    _outline(canvas, unit, halo=True, zorder=1.4, **LOOKS[0])


def _line(canvas: Canvas, unit: Box, read: Box) -> None:
    ends = zip(_middle(_shifted(canvas, unit)), _middle(_shifted(canvas, read)), strict=True)
    (line,) = canvas.axes.plot(*ends, color=UNIT, linestyle="-", linewidth=2, marker="")
    line.set(zorder=1.3, path_effects=[patheffects.withStroke(linewidth=4, foreground=GROUND)])


def at_least(box: Box, side: float = LEAST) -> Box:
    """The box, or one that is large enough to be seen, with the same middle."""
    width, height = max(box.width, side), max(box.height, side)
    x, y = box.x - (width - box.width) / 2, box.y - (height - box.height) / 2
    return Box(x, y, width, height)


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


def _shifted(canvas: Canvas, box: Box) -> Box:
    return box._replace(x=MARGIN + box.x, y=canvas.top + box.y)


def _outline(
    canvas: Canvas, box: Box, halo: bool = False, zorder: float = 1, **look: object
) -> None:
    x, y, width, height = _shifted(canvas, box)
    square = Rectangle((x, y), width, height, clip_on=False, zorder=zorder, **look)
    if halo:
        face = "none" if look["facecolor"] == "none" else GROUND
        under = Rectangle((x, y), width, height, facecolor=face, edgecolor=GROUND)
        under.set(linewidth=look["linewidth"] + 2, zorder=zorder, clip_on=False)
        canvas.axes.add_patch(under)
    canvas.axes.add_patch(square)
