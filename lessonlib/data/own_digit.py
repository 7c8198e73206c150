"""Your own digit made into what LeNet-5 was trained on."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lessonlib.data.ink import darkness, even, is_light_on_dark
from lessonlib.data.lean import with_usual_slant
from lessonlib.data.own_grey import Grey, Picture, grey
from lessonlib.data.pen import boxed, shape_of, with_usual_pen
from lessonlib.data.pieces import digit_mask, grown

FIELD = 28  # pixels per side
CENTRE = 14  # the row and the column, from 0, nearest to a digit's centre of mass in MNIST
LEVEL = 0.6  # of the digit's pixels are lighter than what counts as full ink
HALF = 0.5  # of full ink: where a stroke ends
FADED, FULL = 0.2, 0.9  # of full ink: what is drawn as none, and as full


@dataclass(frozen=True, eq=False)
class MnistSteps:
    """A picture on its way to a digit like those of MNIST, step by step.

    Attributes:
        grey: (H, W) float32, 0 to 255: upright, laid on white, in grey.
        even: (H, W) float32: dark on light, as if lit evenly; 1 is paper, 0 is black.
        ink: (H, W) float32, 0 to 1: how much of the digit's ink is in a pixel; all else is 0.
        cut: (h, w) float32, 0 to 1: the ink up to its ends.
        box: (20, w) or (h, 20) float32, 0 to 1: with a usual slant and usual strokes, scaled into
            a box of 20x20, its proportions kept.
        digit: (1, 28, 28) uint8, ground 0 and ink 255, the box with its centre of mass in the
            middle.
        was_light: whether the ink was lighter than the ground.
    """

    grey: Grey
    even: Grey
    ink: Grey
    cut: Grey
    box: Grey
    digit: Tensor
    was_light: bool


def as_mnist(picture: Picture) -> Tensor:
    """A photograph, a scan or a drawing of one digit as LeNet-5 was trained to see it.

        digit = as_mnist("seven.jpg")
        LeNet5.prepare(digit[None])

    As in LeCun et al. 1998, sec. III.A, the digit is scaled into a box of 20x20 pixels, its
    proportions kept, and centred by mass in 28x28. NIST's digits were black and white, and got
    their greys when they were scaled; so here, too. Three things are ours: light is made even; a
    digit that leans, or whose strokes are thick or thin, is changed until it is like the middle
    half of MNIST's digits in this.

    Args:
        picture: a picture of Pillow, a path, an open file, or an array or tensor: (H, W) or with
            1, 3 or 4 channels, first or last; whole numbers of 8 or 16 bits, bools, or fractions
            from 0 to 1. Dark ink on light paper or light on dark; one digit, on one sheet.

    Returns:
        (1, 28, 28) uint8, ground 0 and ink 255, the form of `load("digits").images[0]`.

    Raises:
        UnreadableError: the file is empty, damaged, no picture, or larger than Pillow's limit.
        NoDigitError: the picture is blank, or shows several digits, a text or a line.
        ValueError: an array of another shape or range, or a picture of less than 4x4 pixels.
    """
    return mnist_steps(picture).digit


def mnist_steps(picture: Picture) -> MnistSteps:
    """What `as_mnist` does, with every step.

    Args:
        picture: as for `as_mnist`, which raises the same errors.
    """
    seen = grey(picture)
    was_light = is_light_on_dark(seen)
    flat, paper = even(255 - seen if was_light else seen)
    ink = _ink(flat, paper)
    cut = _cut(ink)
    box = boxed(with_usual_pen(with_usual_slant(shape_of(cut))))
    return MnistSteps(seen, flat, ink, cut, box, _centred(box), was_light)


def _ink(flat: Grey, paper: Grey) -> Grey:
    """The digit's ink, 0 to 1.

    How dark full ink is, is first read from the darkest pixels, and then from the digit's own.
    """
    dark, strongest = darkness(flat, paper)
    mask = digit_mask(dark > HALF * strongest)
    full = float(np.quantile(dark[mask], LEVEL))
    if full < strongest:
        mask = digit_mask(dark > HALF * full)
    shade = np.clip((dark / full - FADED) / (FULL - FADED), 0, 1)
    return np.where(grown(mask), shade, 0).astype(np.float32)


def _cut(ink: Grey) -> Grey:
    """The rows and columns that hold ink."""
    rows, columns = ((ink > HALF).any(axis).nonzero()[0] for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _centred(box: Grey) -> Tensor:
    """(1, 28, 28) uint8: moved by whole pixels until its centre of mass is in the middle.

    A box that would then not lie inside the field is moved less far.
    """
    corner = []
    for axis, side in enumerate(box.shape):
        mass = box.sum(1 - axis)
        middle = float((mass * np.arange(side)).sum() / mass.sum())
        corner.append(int(np.clip(round(CENTRE - middle), 0, FIELD - side)))
    top, left = corner
    field = np.zeros((FIELD, FIELD), np.float32)
    field[top : top + box.shape[0], left : left + box.shape[1]] = box
    return torch.from_numpy(np.rint(255 * field).astype(np.uint8))[None]
