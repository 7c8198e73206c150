"""Which ink is the digit: connected pieces without specks, or words where it is not one digit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessonlib.data.ink import NoDigitError

Mask = NDArray[np.bool_]

COARSE = 180  # pixels: pieces are looked for in a picture at most so long
SPECK = 0.22  # of the largest piece's longer side: what is shorter is a speck
FAR = 0.55  # of the largest piece's longer side: a short piece that is farther away is not part
AS_TALL = 0.7  # of the tallest: what is as tall, beside it and apart, is another digit
APART = 0.1  # of the tallest: a gap between two digits
WIDEST = 2.4  # width of a digit by its height
A_FEW = 7  # digits in a row; more pieces than that are a text


@dataclass(frozen=True)
class Box:
    """A piece's rows and columns, the ends not counted.

    Attributes:
        top: its first row.
        bottom: the row below its last.
        left: its first column.
        right: the column after its last.
    """

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def longer(self) -> int:
        """The longer side."""
        return max(self.height, self.width)

    def joined(self, other: "Box") -> "Box":
        """The smallest box around both."""
        return Box(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
        )

    def gap(self, other: "Box") -> int:
        """Pixels between both, on the axis where they are farther apart; 0 if they overlap."""
        across = max(self.left, other.left) - min(self.right, other.right)
        down = max(self.top, other.top) - min(self.bottom, other.bottom)
        return max(across, down, 0)


def digit_mask(inked: Mask) -> Mask:
    """The part of the ink that is the digit: without specks, and without what touches the border.

    Args:
        inked: (H, W), where ink is.

    Raises:
        NoDigitError: several digits, a text, or a line.
    """
    step = max(1, -(-max(inked.shape) // COARSE))
    coarse = _any_in_blocks(inked, step)
    labels = _labels(coarse)
    boxes = _boxes(labels)
    chosen = _chosen(boxes, coarse.shape)
    _check_one([boxes[label] for label in chosen])
    fine = np.isin(labels, chosen).repeat(step, 0).repeat(step, 1)
    return inked & fine[: inked.shape[0], : inked.shape[1]]


def grown(mask: Mask) -> Mask:
    """The mask and all pixels that touch it, also at corners."""
    height, width = mask.shape
    padded = np.pad(mask, 1)
    near = [padded[i : i + height, j : j + width] for i in range(3) for j in range(3)]
    return np.logical_or.reduce(near)


def _chosen(boxes: dict[int, Box], shape: tuple[int, int]) -> list[int]:
    """Labels of the pieces that are no specks."""
    inside = {label: box for label, box in boxes.items() if not _touches(box, shape)}
    largest = max(box.longer for box in boxes.values())
    if not inside or max(box.longer for box in inside.values()) < SPECK * largest:
        inside = boxes  # a digit that is cut by the border, if any
    main = max(inside.values(), key=lambda box: box.longer)
    return [
        label
        for label, box in inside.items()
        if box.longer >= SPECK * main.longer
        and (box.longer >= AS_TALL * main.longer or box.gap(main) <= FAR * main.longer)
    ]


def _check_one(boxes: list[Box]) -> None:
    """Refuse what is more than one digit, or no digit."""
    groups = _columns(boxes)
    tallest = max(box.height for box in groups)
    tall = [box for box in groups if box.height >= AS_TALL * tallest]
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.joined(box)
    if len(boxes) > A_FEW:
        raise NoDigitError(
            f"{len(boxes)} pieces of ink: a page of writing, or a pattern; cut one digit out of it"
        )
    if len(tall) > 1:
        raise NoDigitError(
            f"it seems to show {len(tall)} digits side by side; cut them apart, and give one "
            f"picture for each"
        )
    if whole.width > WIDEST * whole.height:
        raise NoDigitError(
            f"its ink is {whole.width / whole.height:.1f} times as wide as high: a line, or "
            f"digits that touch; give one picture for each digit"
        )


def _columns(boxes: list[Box]) -> list[Box]:
    """Boxes around the pieces that lie above each other or nearly touch, from left to right."""
    tallest = max(box.height for box in boxes)
    groups: list[Box] = []
    for box in sorted(boxes, key=lambda each: each.left):
        if groups and box.left - groups[-1].right <= APART * tallest:
            groups[-1] = groups[-1].joined(box)
        else:
            groups.append(box)
    return groups


def _touches(box: Box, shape: tuple[int, int]) -> bool:
    return box.top == 0 or box.left == 0 or box.bottom == shape[0] or box.right == shape[1]


def _any_in_blocks(inked: Mask, step: int) -> Mask:
    """(ceil(H / step), ceil(W / step)): whether a square of side `step` holds ink."""
    height, width = inked.shape
    padded = np.pad(inked, ((0, -height % step), (0, -width % step)))
    rows, columns = padded.shape[0] // step, padded.shape[1] // step
    return padded.reshape(rows, step, columns, step).any((1, 3))


def _labels(inked: Mask) -> NDArray[np.int64]:
    """(H, W): 0 for paper, and one number for each piece, whose pixels touch, also at corners.

    Each pixel points at another of its piece; in turn, it takes the largest of its neighbours'
    numbers, and follows where that points.
    """
    height, width = inked.shape
    labels = np.pad(np.where(inked, np.arange(1, inked.size + 1).reshape(inked.shape), 0), 1)
    inner = labels[1:-1, 1:-1]
    while True:
        near = [labels[i : i + height, j : j + width] for i in range(3) for j in range(3)]
        found = np.where(inked, np.maximum.reduce(near), 0)
        points_at = np.concatenate([[0], found.ravel()])
        found = points_at[found]
        if (found == inner).all():
            return inner
        inner[...] = found


def _boxes(labels: NDArray[np.int64]) -> dict[int, Box]:
    rows, columns = labels.nonzero()
    found = {}
    names, place = np.unique(labels[rows, columns], return_inverse=True)
    most = np.iinfo(np.int64).max
    top, left = np.full((2, len(names)), most)
    bottom, right = np.zeros((2, len(names)), np.int64)
    np.minimum.at(top, place, rows)
    np.minimum.at(left, place, columns)
    np.maximum.at(bottom, place, rows + 1)
    np.maximum.at(right, place, columns + 1)
    for i, name in enumerate(names.tolist()):
        found[name] = Box(int(top[i]), int(bottom[i]), int(left[i]), int(right[i]))
    return found
