"""Your own digit made into what LeNet-5 was trained on."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lessonlib.data.ink import darkness, even, is_light_on_dark
from lessonlib.data.own_grey import Grey, Picture, grey
from lessonlib.data.pen import boxed, shape_of, with_usual_pen
from lessonlib.data.pieces import digit_mask

BOX, FIELD = 20, 28  # pixels, as in MNIST (LeCun et al. 1998, sec. III.A)
CENTRE = 14.0  # the pixel, from 0, nearest to a digit's centre of mass in MNIST
HALF = 0.5  # of the ink's darkness: where a stroke ends


@dataclass(frozen=True, eq=False)
class MnistSteps:
    """A picture on its way to a digit like those of MNIST, step by step.

    Attributes:
        grey: (H, W) float32, 0 to 255: upright, laid on white, in grey.
        even: (H, W) float32: dark on light, in the same light everywhere; 1 is paper.
        ink: (H, W) float32, 0 to 1: how much ink of the digit there is; all else is 0.
        cut: (h, w) float32, 0 to 1: the ink up to its borders.
        box: (20, 20) or narrower, or lower; float32, 0 to 1.
        digit: (1, 28, 28) uint8, ground 0 and ink 255, as `load("digits").images` has them.
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
    return mnist_steps(picture).digit


def mnist_steps(picture: Picture) -> MnistSteps:
    seen = grey(picture)
    was_light = is_light_on_dark(seen)
    flat = even(255 - seen if was_light else seen)
    ink = digit_ink(flat)
    cut = _cut(ink)
    box = boxed(with_usual_pen(shape_of(cut)))
    return MnistSteps(seen, flat, ink, cut, box, _centred(box), was_light)


def digit_ink(flat: Grey) -> Grey:
    dark, strongest = darkness(flat)
    mask = digit_mask(dark > HALF * strongest)
    level = float(np.quantile(dark[mask], 0.6))
    if level < 0.999 * strongest:
        mask = digit_mask(dark > HALF * level)
    near = _grown(mask)
    return np.where(near, np.clip((dark / level - 0.2) / 0.7, 0, 1), 0).astype(np.float32)


def _grown(mask):
    padded = np.pad(mask, 1)
    h, w = mask.shape
    return np.logical_or.reduce([padded[i : i + h, j : j + w] for i in range(3) for j in range(3)])


def _cut(ink: Grey) -> Grey:
    rows, columns = (ink > 0.5).any(1).nonzero()[0], (ink > 0.5).any(0).nonzero()[0]
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _centred(box: Grey) -> Tensor:
    """(1, 28, 28) uint8: moved by whole pixels until its centre of mass is in the middle."""
    field = np.zeros((FIELD, FIELD), np.float32)
    corner = []
    for axis, side in enumerate(box.shape):
        mass = box.sum(1 - axis)
        middle = float((mass * np.arange(side)).sum() / mass.sum())
        corner.append(int(np.clip(round(CENTRE - middle), 0, FIELD - side)))
    top, left = corner
    field[top : top + box.shape[0], left : left + box.shape[1]] = box
    return torch.from_numpy(np.rint(255 * field).astype(np.uint8))[None]
