"""Digits of MNIST drawn again as a person would: pen paths on paper, photographed."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from lessonlib.data.pen import FINER as BOX_FINER
from lessonlib.data.pen import spread, thickness

ENLARGED = 4  # times, before thinning
AROUND = 13  # enlarged pixels: what is near a pixel
FAINTEST = 40  # of 255: what is lighter than this is no stroke
SHARE = 0.6  # of the way from the least to the most ink nearby: where a stroke ends
FILLED = 1.5  # half strokes: a disc so large fits into a filled loop, and into no plain crossing
SMOOTHINGS = 6  # of a pen path, whose points are pixels at first
FINER = 2  # a drawing's pixels per pixel of the picture, per axis
PAPER = (400, 600)  # height and width, in pixels


@dataclass(frozen=True)
class Drawing:
    """How a digit is drawn.

    Attributes:
        thickness: of the pen, as a share of the digit's longer side.
        size: of the longer side, in pixels.
        slant: how far the top is moved to the right, as a share of the height.
        light: "even", "side" (from one side), or "shadow".
        seed: of all else: place, shades, noise, JPEG's quality.
    """

    thickness: float
    size: int
    slant: float
    light: str
    seed: int


class PenPath:
    """The path of a pen: points, and which of them a stroke joins.

    Attributes:
        points: (P, 2) float, row and column; the longer side is 1 and the middle 0.
        joined: (S, 2) int, pairs of points.
    """

    def __init__(self, thin: NDArray[np.bool_]) -> None:
        places = np.argwhere(thin)
        self.joined = _neighbours(thin)
        points = _smoothed(places.astype(float), self.joined)
        low, high = points.min(0), points.max(0)
        self.points = (points - (low + high) / 2) / max(float((high - low).max()), 1.0)


def pen_paths(images: NDArray[np.uint8]) -> list[PenPath]:
    """The paths of digits (N, 28, 28), ink 255."""
    traced = np.stack([_with_open_loops(_traced(image)) for image in images])
    return [PenPath(thin) for thin in thinned(traced)]


def _traced(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a digit's strokes are, enlarged.

    What counts as ink depends on the surroundings, so that faint strokes stay whole and small
    loops stay open. The numbers were chosen on training digits.
    """
    side = image.shape[0] * ENLARGED
    large = Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)
    blur = ImageFilter.BoxBlur(AROUND // 2)
    most, least = (
        np.asarray(large.filter(extreme(AROUND)).filter(blur), dtype=float)
        for extreme in (ImageFilter.MaxFilter, ImageFilter.MinFilter)
    )
    return np.asarray(large) > np.maximum(FAINTEST, least + SHARE * (most - least))


def _with_open_loops(shape: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The shape without the middle of spots that are wider than its strokes.

    Such a spot is a loop that ink has filled. Thinned as it is, it would become a bare line, and
    an 8 would no longer be an 8. A plain crossing stays whole: into one of two strokes at right
    angles fits a disc of 1.41 half strokes, which is less than `FILLED`.
    """
    half = thickness(shape) * BOX_FINER / 2  # in pixels of the shape
    return shape & spread(~shape, FILLED * half)


def thinned(shapes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Shapes (N, H, W) thinned to lines of one pixel: Zhang and Suen 1984, all at once."""
    ink = np.pad(shapes, ((0, 0), (1, 1), (1, 1)))
    is_changing = True
    while is_changing:
        is_changing = False
        for first in (True, False):
            ring = _ring(ink)
            p2, p4, p6, p8 = ring[::2]
            count = sum(each.astype(np.int8) for each in ring)
            turns = sum(
                (~one & other).astype(np.int8)
                for one, other in zip(ring, (*ring[1:], p2), strict=True)
            )
            if first:
                open_side = ~(p2 & p4 & p6) & ~(p4 & p6 & p8)
            else:
                open_side = ~(p2 & p4 & p8) & ~(p2 & p6 & p8)
            inner = ink[:, 1:-1, 1:-1]
            gone = inner & (count >= 2) & (count <= 6) & (turns == 1) & open_side
            inner &= ~gone
            is_changing |= bool(gone.any())
    return ink[:, 1:-1, 1:-1]


def _ring(ink: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], ...]:
    """The eight neighbours of each pixel, clockwise from the one above."""
    _, height, width = ink.shape
    steps = ((0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))
    return tuple(ink[:, i : i + height - 2, j : j + width - 2].copy() for i, j in steps)


def _neighbours(thin: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(S, 2): pairs of pixels that touch; corners only where no side is shared."""
    number = np.where(thin, np.cumsum(thin).reshape(thin.shape) - 1, -1)
    number = np.pad(number, 1, constant_values=-1)
    here = number[1:-1, 1:-1]
    pairs = []
    right, below = number[1:-1, 2:], number[2:, 1:-1]
    left = number[1:-1, :-2]
    for other, by_side in (
        (right, None),
        (below, None),
        (number[2:, 2:], (right, below)),
        (number[2:, :-2], (left, below)),
    ):
        both = (here >= 0) & (other >= 0)
        if by_side is not None:
            both &= (by_side[0] < 0) & (by_side[1] < 0)
        pairs.append(np.stack([here[both], other[both]], 1))
    return np.concatenate(pairs)


def _smoothed(points: NDArray, joined: NDArray[np.int64]) -> NDArray:
    """Each point moved to the mean of itself and of its neighbours, ends left in their place."""
    count = np.bincount(joined.ravel(), minlength=len(points))
    free = count >= 2
    for _ in range(SMOOTHINGS):
        total = points.copy()
        np.add.at(total, joined[:, 0], points[joined[:, 1]])
        np.add.at(total, joined[:, 1], points[joined[:, 0]])
        points = np.where(free[:, None], total / (count + 1)[:, None], points)
    return points


def photographed(path: PenPath, drawing: Drawing) -> bytes:
    """The digit drawn on paper and photographed: a JPEG of 400x600 pixels."""
    random = np.random.default_rng((drawing.seed, 1998))
    ink = _drawn(path, drawing, random)
    grey = _lit(ink, drawing.light, random)
    noise = random.standard_normal(grey.shape, np.float32)
    grey = grey + random.uniform(2, 8) * noise
    written = BytesIO()
    picture = Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))
    picture.save(written, "JPEG", quality=int(random.integers(50, 91)))
    return written.getvalue()


def _drawn(path: PenPath, drawing: Drawing, random: np.random.Generator) -> NDArray:
    """(H, W), 0 to 1: the ink, at a random place."""
    pen = max(drawing.thickness * drawing.size, 1.0)
    points = path.points * (drawing.size - pen)
    points = points + np.stack([0 * points[:, 0], -drawing.slant * points[:, 0]], 1)
    low, high = points.min(0) - pen / 2 - 2, points.max(0) + pen / 2 + 2
    height, width = (int(np.ceil(side)) for side in high - low)
    sheet = Image.new("L", (width * FINER, height * FINER))
    draw, radius = ImageDraw.Draw(sheet), pen * FINER / 2
    points = (points - low) * FINER
    for one, other in points[path.joined][..., ::-1]:
        draw.line([*one, *other], fill=255, width=max(1, round(2 * radius)))
    for row, column in points:
        draw.ellipse([column - radius, row - radius, column + radius, row + radius], fill=255)
    small = np.asarray(sheet.resize((width, height), Image.Resampling.BOX))
    ink = np.zeros(PAPER, np.float32)
    top, left = random.integers(8, [PAPER[0] - height - 8, PAPER[1] - width - 8])
    ink[top : top + height, left : left + width] = small / np.float32(255)
    return ink


def _lit(ink: NDArray, light: str, random: np.random.Generator) -> NDArray:
    """Ink and paper in a light."""
    paper, pen = random.uniform(140, 250), random.uniform(10, 70)
    rows = np.arange(PAPER[0], dtype=np.float32)[:, None] / max(PAPER)
    columns = np.arange(PAPER[1], dtype=np.float32) / max(PAPER)
    lit = np.float32(1)
    if light != "even":
        turn = random.uniform(0, 2 * np.pi)
        along = np.cos(turn) * (columns - 0.5) + np.sin(turn) * (rows - 0.33)
        lit = 1 - 0.45 * (along - along.min()) / np.ptp(along)
    if light == "shadow":
        edge = np.cos(turn + 1) * (columns - random.uniform(0.3, 0.7)) + np.sin(turn + 1) * (
            rows - random.uniform(0.2, 0.46)
        )
        lit = lit * (1 - 0.35 / (1 + np.exp(-edge / 0.01)))
    return (paper + (pen - paper) * ink) * lit
