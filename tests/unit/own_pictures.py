"""Pictures of digits for tests: an embedded digit as dark ink on a large sheet of paper."""

import numpy as np
from PIL import Image

from lessonlib.data import load

SEVEN = int((load("digits", train=False).labels == 7).nonzero()[0])


def ink(index: int = SEVEN, side: int = 168, sheet: tuple[int, int] = (240, 300)) -> np.ndarray:
    """(H, W), 0 to 1: the digit, enlarged, at a place off the middle of the sheet."""
    digit = Image.fromarray(load("digits", train=False).images[index, 0].numpy())
    large = np.asarray(digit.resize((side, side), Image.Resampling.BICUBIC)) / 255
    found = np.zeros(sheet)
    found[10 : 10 + side, 40 : 40 + side] = large
    return found


def on_paper(ink: np.ndarray, paper: int = 225, pen: int = 40) -> Image.Image:
    """Dark ink on light paper, in grey."""
    return Image.fromarray(np.rint(paper + (pen - paper) * ink).astype(np.uint8))
