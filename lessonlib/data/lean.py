"""How much a digit leans, and digits made to lean as those of MNIST do."""

import numpy as np
from PIL import Image

from lessonlib.data.pen import Shape, cropped, shape_of

USUAL = (-0.07, 0.32)  # of the height: how the middle half of MNIST's digits lean
MOST = 1.0  # is taken out: what leans more than 45 degrees is not leaning, but lying
LEAST = 0.01


def slant(shape: Shape) -> float:
    """How far a digit's top leans to the right, as a share of its height.

    It is read from second moments: the slope of the line that tells best, of each pixel of ink,
    its column from its row.
    """
    rows, columns = shape.nonzero()
    rows = rows - rows.mean()
    return float(-(rows @ columns) / max(rows @ rows, 1.0))


def with_usual_slant(shape: Shape) -> Shape:
    """The same digit, its rows moved sideways, if it does not lean as is usual in MNIST.

    Its longer side is 160 pixels again, as after `shape_of`.
    """
    have = slant(shape)
    move = float(np.clip(have - np.clip(have, *USUAL), -MOST, MOST))
    if abs(move) < LEAST:
        return shape
    height, width = shape.shape
    more = int(np.ceil(abs(move) * height / 2)) + 1  # columns on each side
    moved = Image.fromarray(shape.astype(np.float32)).transform(
        (width + 2 * more, height),
        Image.Transform.AFFINE,
        (1, -move, move * height / 2 - more, 0, 1, 0),  # from new places to old ones
        Image.Resampling.NEAREST,
    )
    return shape_of(cropped(np.asarray(moved)))
