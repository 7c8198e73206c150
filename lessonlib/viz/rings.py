"""Maps in a ring, and which of them are read."""

from collections.abc import Collection, Mapping
from itertools import pairwise
from math import cos, pi, sin

from matplotlib.figure import Figure
from matplotlib.patches import Circle

from lessonlib.viz.canvas import LINE, MARGIN, WIDTH, Canvas, new_canvas, write
from lessonlib.viz.style import GROUND, LINE_COLORS, MUTED, styled, tint

PER_ROW = 3
RADIUS, NODE = 38.0, 11.0  # points, of a ring and of a map in it
READ = LINE_COLORS["green"]  # as in `plot_connected_maps`
LEFT_OUT = LINE_COLORS["vermillion"]
SIZES = (2, 8)  # of a ring


@styled
def plot_rings(
    reads: Mapping[str, Collection[int]], size: int, *, title: str | None = None
) -> Figure:
    """One ring of numbered maps per name: those that are read, and a line between the others.

        plot_rings({"column 12": [0, 1, 3, 4], "column 13": [1, 2, 4, 5]}, 6)

    Map 0 is at the top and the others follow clockwise. Maps that are read are filled; those that
    are left out are empty and joined by dashed lines, each with the next.

    Args:
        reads: name -> the maps that are read.
        size: number of maps in a ring, 2 to 8.
        title: what the figure finds.

    Raises:
        ValueError: no ring, another size, or a map that the ring does not have.
    """
    if not reads or size not in range(SIZES[0], SIZES[1] + 1):
        raise ValueError(
            f"expected at least one ring of {SIZES[0]} to {SIZES[1]} maps, got {len(reads)} "
            f"rings of {size}"
        )
    for name, maps in reads.items():
        if not set(maps) <= set(range(size)):
            raise ValueError(f"expected maps 0 to {size - 1} in {name!r}, got {list(maps)}")
    step = LINE + 2 * (RADIUS + NODE) + 18
    rows = -(-len(reads) // PER_ROW)
    canvas = new_canvas(rows * step + LINE, title)
    wide = (WIDTH - 2 * MARGIN) / PER_ROW
    for i, (name, maps) in enumerate(reads.items()):
        x = MARGIN + wide * (i % PER_ROW + 0.5)
        y = canvas.top + step * (i // PER_ROW)
        write(canvas, x, y + LINE / 2, name, ha="center", weight="bold")
        _ring(canvas, (x, y + LINE + 4 + RADIUS + NODE), set(maps), size)
    _key(canvas, canvas.top + rows * step + LINE / 2)
    return canvas.figure


def _ring(canvas: Canvas, middle: tuple[float, float], maps: set[int], size: int) -> None:
    """One ring around `middle`, with its maps and the lines between those left out."""
    x, y = middle
    ring = Circle(middle, RADIUS, facecolor="none", edgecolor=MUTED, linewidth=0.8, zorder=0.4)
    canvas.axes.add_patch(ring)
    angles = [2 * pi * i / size for i in range(size)]
    places = [(x + RADIUS * sin(angle), y - RADIUS * cos(angle)) for angle in angles]
    others = sorted(set(range(size)) - maps)
    for one, other in pairwise(others):
        ends = [places[one], places[other]]
        (line,) = canvas.axes.plot([p[0] for p in ends], [p[1] for p in ends], marker="")
        line.set(color=LEFT_OUT, linestyle="--", linewidth=2, label=f"{one} and {other}")
    for i, place in enumerate(places):
        _node(canvas, place, is_read=i in maps, label=f"map {i}")
        write(canvas, *place, str(i), ha="center", weight="bold" if i in maps else "normal")


def _node(canvas: Canvas, place: tuple[float, float], *, is_read: bool, label: str) -> None:
    """A map: filled if it is read, empty with a dashed edge if it is left out."""
    color, line = (READ, "-") if is_read else (LEFT_OUT, "--")
    node = Circle(place, NODE, facecolor=GROUND, edgecolor="none", zorder=2.1)
    canvas.axes.add_patch(node)
    node = Circle(place, NODE, edgecolor=color, linestyle=line, linewidth=1.6, zorder=2.2)
    node.set(facecolor=tint(color, 0.3) if is_read else "none", label=label)
    canvas.axes.add_patch(node)


def _key(canvas: Canvas, y: float) -> None:
    """What a filled and an empty map mean."""
    for x, is_read, words in ((MARGIN + 76, True, "read"), (MARGIN + 176, False, "left out")):
        _node(canvas, (x, y), is_read=is_read, label="key")
        write(canvas, x + NODE + 6, y, words)
