"""How thick a digit's strokes are, and strokes made as thick as those of MNIST."""

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional as F

from lessonlib.data.own_grey import Grey

Shape = NDArray[np.bool_]

BOX = 20  # pixels: the longer side of MNIST's digits (LeCun et al. 1998, sec. III.A)
FINER = 8  # a shape's pixels per pixel of the box, per axis
LONGER = BOX * FINER
USUAL = (2.05, 2.75)  # pixels of the box: how thick the strokes of half of the digits are


def shape_of(cut: Grey) -> Shape:
    """Where ink is, in black and white as in NIST's pictures, with a longer side of 160 pixels.

    Args:
        cut: (h, w), 0 to 1.
    """
    share = LONGER / max(cut.shape)
    height, width = (max(1, round(side * share)) for side in cut.shape)
    way = Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(cut).resize((width, height), way)) > 0.5


def thickness(shape: Shape) -> float:
    """Mean thickness of the strokes, in pixels of the box: twice the area by the outline's length.

    A long stroke has two sides, each as long as itself. The outline is measured along rows and
    columns, which on average makes a line 4/pi times as long as it is.
    """
    padded = np.pad(shape, 1)
    steps = (padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum()
    return float(2 * shape.sum() / (steps * np.pi / 4)) / FINER


def with_usual_pen(shape: Shape) -> Shape:
    """The same strokes, thicker or thinner, if they are not as thick as is usual in MNIST."""
    have = thickness(shape)
    wanted = min(max(have, USUAL[0]), USUAL[1])
    # Growing makes the digit larger, too, and it is made smaller again to fit the box.
    reach = (wanted - have) / 2 / (1 - wanted / BOX) * FINER
    if abs(reach) < 0.5:
        return shape
    if reach > 0:
        return spread(np.pad(shape, int(np.ceil(reach)) + 1), reach)
    thinner = ~spread(~np.pad(shape, 1), -reach)
    return thinner if thinner.any() else shape


def boxed(shape: Shape) -> Grey:
    """The shape in MNIST's box, proportions kept: each pixel is the share of it that is ink."""
    ink = cropped(shape)
    share = BOX / max(ink.shape)
    height, width = (max(1, round(side * share)) for side in ink.shape)
    picture = Image.fromarray(ink.astype(np.float32))
    return np.asarray(picture.resize((width, height), Image.Resampling.BOX))


def cropped(shape: NDArray) -> NDArray:
    """The shape from its first to its last row and column that hold ink."""
    rows, columns = shape.any(1).nonzero()[0], shape.any(0).nonzero()[0]
    return shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def spread(shape: Shape, reach: float) -> Shape:
    """All that is at most `reach` pixels from the shape."""
    side = int(np.ceil(reach))
    rows, columns = np.indices((2 * side + 1, 2 * side + 1)) - side
    disk = torch.from_numpy(np.float32(rows**2 + columns**2 <= reach**2))
    field = torch.from_numpy(shape.astype(np.float32))[None, None]
    return (F.conv2d(field, disk[None, None], padding=side) > 0.5)[0, 0].numpy()
