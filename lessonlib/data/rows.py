"""Rows of digits in one wide field, and digits with others beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data.imageset import ImageSet
from lessonlib.data.streams import stream

HEIGHT = 32  # pixels, of a row's field
MARGIN = 16  # pixels of ground before the first digit and after the last


@dataclass(frozen=True, eq=False)
class Row:
    """Digits side by side.

    Attributes:
        field: (1, 32, W), uint8, ground 0 and ink 255.
        labels: the digits, from left to right.
        centres: middle of each digit's ink, in pixels from the left; the first pixel's is at 0.
    """

    field: Tensor
    labels: tuple[int, ...]
    centres: tuple[float, ...]

    def __repr__(self) -> str:
        """What is written, and how wide it is."""
        return f"Row({' '.join(map(str, self.labels))}, {self.field.shape[-1]} pixels wide)"


def row_of(images: Tensor, labels: Sequence[int], gap: int, margin: int = MARGIN) -> Row:
    """Digits set side by side, with the same number of pixels of ground between their ink.

    Each keeps its size and its height in the field, as the LeNets place it. Where the gap is
    negative, neighbours overlap, and the darker pixel counts.

    Args:
        images: (N, 1, 28, 28), uint8.
        labels: N digits.
        gap: columns of ground between one digit's last column of ink and the next one's first.
        margin: columns of ground before the first digit and after the last.

    Raises:
        ValueError: other pictures, no or other labels, a picture without ink, or an overlap that
            turns two digits round.
    """
    if images.ndim != 4 or images.shape[1:] != (1, 28, 28) or len(labels) != len(images):
        raise ValueError(
            f"expected images (N, 1, 28, 28) and N labels, got {tuple(images.shape)} and "
            f"{len(labels)}"
        )
    cuts = [_ink(image[0]) for image in images]
    if not cuts or gap + min(cut.shape[1] for cut in cuts) < 1:
        raise ValueError(f"expected digits that are wider than they overlap, got a gap of {gap}")
    widths = [cut.shape[1] for cut in cuts]
    starts = [margin + sum(widths[:i]) + gap * i for i in range(len(cuts))]
    field = torch.zeros(1, HEIGHT, starts[-1] + widths[-1] + margin, dtype=torch.uint8)
    above = (HEIGHT - 28) // 2
    for start, cut in zip(starts, cuts, strict=True):
        place = field[0, above : above + 28, start : start + cut.shape[1]]
        place.copy_(place.maximum(cut))
    centres = [start + (width - 1) / 2 for start, width in zip(starts, widths, strict=True)]
    return Row(field, tuple(map(int, labels)), tuple(centres))


def rows_of(image_set: ImageSet, count: int, *, length: int, gap: int, seed: int = 0) -> list[Row]:
    """Rows of digits drawn from a set, each digit of the set at most once.

    The same seed draws the same digits whatever the gap, so that gaps can be compared.

    Args:
        image_set: digits, such as `load("digits", train=False)`.
        count: number of rows.
        length: digits per row.
        gap: columns of ground between them, see `row_of`.
        seed: 0 <= seed < 2^31.

    Raises:
        ValueError: the set has too few digits.
    """
    if count < 1 or length < 1 or count * length > len(image_set):
        raise ValueError(
            f"expected at least one row of one digit, and {count} x {length} digits in the set, "
            f"which has {len(image_set)}"
        )
    order = torch.randperm(len(image_set), generator=stream(seed, "rows of digits"))
    drawn = order[: count * length].view(count, length)
    return [row_of(image_set.images[i], image_set.labels[i].tolist(), gap) for i in drawn]


def flanked(image_set: ImageSet, gaps: tuple[int, int], seed: int = 0) -> ImageSet:
    """Each digit in its field of 32x32, with another on either side as far as the field reaches.

    So a network sees what it will see in a row. LeCun et al. 1998 trained theirs for rows on such
    pictures, and on others with noise and without a digit in the middle, which are not made here
    (sec. VII.B). The digit in the middle stays where the LeNets place it, and gives the
    label; neighbours are drawn from the same set.

    Args:
        image_set: digits, 28x28, every one with ink.
        gaps: least and largest number of columns of ground between neighbours; each gap is drawn.
        seed: decides neighbours and gaps, 0 <= seed < 2^31.

    Raises:
        ValueError: gaps in another order, or pictures of another size.
    """
    low, high = gaps
    if low > high or image_set.images.shape[1:] != (1, 28, 28):
        raise ValueError(
            f"expected gaps from least to largest and images (N, 1, 28, 28), got {gaps} and "
            f"{tuple(image_set.images.shape)}"
        )
    count, draw = len(image_set), stream(seed, "neighbours")
    drawn = torch.randint(low, high + 1, (count, 2), generator=draw)
    fields = F.pad(image_set.images, (2, 2, 2, 2))
    first, last = _edges(fields)
    for side in (0, 1):
        other = torch.randperm(count, generator=draw)
        if side == 0:
            right = first - 1 - drawn[:, 0] - last[other]
        else:
            right = last + 1 + drawn[:, 1] - first[other]
        fields = fields.maximum(_moved(F.pad(image_set.images[other], (2, 2, 2, 2)), right))
    return replace(
        image_set, images=fields, source=f"{image_set.source}, with a neighbour on either side"
    )


def _ink(picture: Tensor) -> Tensor:
    """(28, w): the columns of a picture (28, 28) from the first to the last that has ink."""
    columns = picture.amax(0).nonzero().flatten()
    if not len(columns):
        raise ValueError("expected a digit in every picture, got one that is nothing but ground")
    return picture[:, columns[0] : columns[-1] + 1]


def _edges(fields: Tensor) -> tuple[Tensor, Tensor]:
    """(N,) each: the first and the last column with ink of pictures (N, 1, H, W)."""
    inked = fields.amax((1, 2)) > 0
    width = fields.shape[-1]
    first = inked.int().argmax(1)
    return first, width - 1 - inked.flip(1).int().argmax(1)


def _moved(fields: Tensor, right: Tensor) -> Tensor:
    """Each picture (N, 1, H, W) moved by its own number of columns (N,); ground fills the gap."""
    width = fields.shape[-1]
    source = torch.arange(width) - right[:, None]  # (N, W)
    inside = (source >= 0) & (source < width)
    index = source.clamp(0, width - 1)[:, None, None].expand_as(fields)
    return fields.gather(3, index) * inside[:, None, None]
