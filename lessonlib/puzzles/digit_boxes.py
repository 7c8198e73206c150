"""Six boxes of handwritten digits for "catch the impostor" in chapter 1."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data import ImageSet, load
from lessonlib.puzzles.drawing import draw_tables, mixed
from lessonlib.puzzles.lineup import LineUp, Run, deal
from lessonlib.puzzles.number import draws, own_number
from lessonlib.viz.canvas import LINE, MARGIN, new_canvas, write
from lessonlib.viz.style import INK, styled
from lessonlib.viz.tiles import Grid, place

PURPOSE = "boxes of digits"
SHOWN = 9  # pictures per box and digit
LEAST, MOST = 9, 13  # pictures of a digit in a box
AWAY = 3  # pixels, of a box that is moved
LARGE = 1.25  # times as large as they should be
SIDE, BOX = 28, 20  # pixels: of a picture, and of the square that its digit fits into
WRONG = 4  # every fourth picture has a wrong label
VIEWS = ("mean", "counts")

Drawer = tuple[Tensor, Tensor]  # pictures (N, 28, 28) from 0 to 255, and their labels (N,)


def digit_boxes(number: int) -> LineUp:
    """Six boxes of digits that are meant to be prepared like MNIST's; five have one fault each.

    `boxes(3)` shows nine pictures that are labelled 3 from each box, `boxes("mean")` the mean of
    all pictures of each, and `boxes("counts")` how many of each digit there are.

    Args:
        number: the learner's own; the digits and the faults follow from it.

    Raises:
        ValueError: not a number as it is meant.
    """
    own_number(number)
    dealt = dealt_digit_boxes(number)
    return LineUp({name: _run(_box(number, name, label)) for name, label in dealt.items()}, _draw)


def dealt_digit_boxes(number: int) -> dict[str, str]:
    """Which box has which fault."""
    return deal(DIGIT_FAULTS, number, PURPOSE)


# What a box holds


@cache
def _digits() -> ImageSet:
    return load("digits")


def _box(number: int, name: str, fault: str) -> Drawer:
    """The pictures of one box, in a random order, with what its fault does to them."""
    draw = draws(number, f"{PURPOSE}: {name}")
    everything = _digits()
    allowed = torch.ones(len(everything), dtype=torch.bool)
    if fault == "one hand":
        allowed = everything.writers == draw.choice(_busy_writers())
    rare = draw.randrange(10) if fault == "one digit rare" else None
    chosen = []
    for label in range(10):
        places = (allowed & (everything.labels == label)).nonzero().flatten().tolist()
        many = draw.randint(LEAST, MOST)
        if label == rare:
            many = 2
        chosen += draw.sample(places, min(many, len(places)))
    draw.shuffle(chosen)
    pictures = everything.images[chosen, 0].float()
    labels = everything.labels[chosen]
    if fault == "wrong labels":
        labels = labels.clone()
        labels[::WRONG] = (labels[::WRONG] + draw.randrange(1, 10)) % 10
    return _CHANGES.get(fault, _unchanged)(pictures), labels


@cache
def _busy_writers() -> list[int]:
    """Writers of at least nine of each digit."""
    everything = _digits()
    pairs = torch.stack([everything.writers, everything.labels], 1)
    found = {}
    for writer, digit in pairs.tolist():
        found.setdefault(writer, [0] * 10)[digit] += 1
    return sorted(writer for writer, counts in found.items() if min(counts) >= LEAST)


def _unchanged(pictures: Tensor) -> Tensor:
    return pictures


def _moved(pictures: Tensor) -> Tensor:
    """Down and to the right, so that nothing is lost: the margin is four pixels."""
    return F.pad(pictures, (AWAY, -AWAY, AWAY, -AWAY))


def _enlarged(pictures: Tensor) -> Tensor:
    """Larger by a quarter, around the middle."""
    side = round(SIDE * LARGE)
    large = F.interpolate(pictures[:, None], (side, side), mode="bilinear")[:, 0]
    edge = (side - SIDE) // 2
    return large[:, edge : edge + SIDE, edge : edge + SIDE].round()


def _stretched(pictures: Tensor) -> Tensor:
    """Each digit as wide and as high as the square, whatever its proportions were."""
    fields = torch.zeros_like(pictures)
    edge = (SIDE - BOX) // 2
    for field, picture in zip(fields, pictures, strict=True):
        rows, columns = (picture.amax(side).nonzero().flatten() for side in (1, 0))
        digit = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        wide = F.interpolate(digit[None, None], (BOX, BOX), mode="bilinear")[0, 0]
        field[edge : edge + BOX, edge : edge + BOX] = wide.round()
    return fields


def _without_grey(pictures: Tensor) -> Tensor:
    return 255.0 * (pictures > 127)


_CHANGES: dict[str, Callable[[Tensor], Tensor]] = {
    "off the middle": _moved,
    "too large": _enlarged,
    "stretched": _stretched,
    "mirrored": lambda pictures: pictures.flip(-1),
    "no grey": _without_grey,
}
DIGIT_FAULTS = (*_CHANGES, "one hand", "wrong labels", "one digit rare")
"""The faults that a box of digits may have."""


# What is shown of it


def _run(box: Drawer) -> Run:
    pictures, labels = box
    counts = torch.bincount(labels, minlength=10)[None].double()  # (1, 10)

    def run(view: Any) -> Tensor:
        if view == "counts":
            return counts
        if view == "mean":
            return pictures.mean(0)[None]  # (1, 28, 28)
        chosen = pictures[labels == _digit(view)][:SHOWN]
        return torch.cat([chosen, chosen.new_zeros(SHOWN - len(chosen), SIDE, SIDE)])

    return run


def _digit(view: Any) -> int:
    if isinstance(view, bool) or not isinstance(view, int) or view not in range(10):
        raise ValueError(
            f'a box shows a digit from 0 to 9, such as boxes(3), or "mean" or "counts", got '
            f"{view!r}"
        )
    return view


def _draw(out: Mapping[str, Tensor], _: Mapping[str, Any]) -> Figure:
    first = next(iter(out.values()))
    if first.shape == (1, 10):
        tables = {f"box {name}, how many of 0 to 9": counts for name, counts in out.items()}
        return draw_tables(tables, title="How many of each digit", columns=1)
    return _draw_pictures(out, columns=3 if len(first) == 1 else 1)


@styled
def _draw_pictures(out: Mapping[str, Tensor], columns: int) -> Figure:
    """The pictures of each box beside its letter, the boxes in another order each time."""
    count = len(next(iter(out.values())))
    side = 72.0 if count == 1 else 34.0
    title = "The mean of all pictures" if count == 1 else "Pictures with this label"
    step, wide = side + 8, 116.0
    canvas = new_canvas(step * -(-len(out) // columns), title)
    for i, name in enumerate(mixed(list(out))):
        left, top = MARGIN + wide * (i % columns), canvas.top + step * (i // columns)
        write(canvas, left, top + LINE / 2, name, weight="bold")
        grid = Grid(count, count, side, side, 1.5, left=left + 18)
        place(canvas, grid, top, out[name].numpy(), cmap=INK, vmin=0, vmax=255)
    return canvas.figure
