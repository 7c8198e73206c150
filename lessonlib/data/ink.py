"""Ink on paper: which is which, and how much ink a pixel holds, whatever the light."""

import numpy as np
import torch
from torch.nn import functional as F

from lessonlib.data.own_grey import Grey

FIELD = 0.34  # of the shorter side: what is dark, but wider and higher than this, is shadow
COARSE = 120  # pixels: the longer side where paper is looked for
LEAST_CONTRAST = 0.05  # of the paper's lightness
LEAST_LEVELS = 12.0  # of 255: what differs less from paper is no ink
ABOVE_NOISE = 7.0  # times the noise of a pixel
APART = 8  # pixels, as far as JPEG's blocks: noise is independent from here on
STRONGEST = 0.001  # share of pixels that the ink's darkness is first read from


class NoDigitError(ValueError):
    """The picture was read, but what it shows is not one digit; the message says what it is."""


def is_light_on_dark(grey: Grey) -> bool:
    """Whether what stands out from the ground is lighter than it.

    Ink covers less than half of what is around it, so that it is farther from the mean of its
    surroundings than the ground is. The border of a shadow is as far on both of its sides.

    Args:
        grey: (H, W), 0 to 255.
    """
    small = _shrunk(grey, 320)
    away = small - _blurred(small, max(2, min(small.shape) // 2))
    count = max(4, round(STRONGEST * away.size))
    return _top(away, count) > _top(-away, count)


def even(grey: Grey) -> tuple[Grey, Grey]:
    """The picture as if its paper were equally light everywhere, and how light that is.

    Each pixel is divided by the lightness of its own paper, which is the lightest near it.

    Args:
        grey: (H, W), 0 to 255, dark ink on light paper.

    Returns:
        (H, W), 1 for paper and 0 for black; (H, W), 0 to 255, the paper's lightness.
    """
    height, width = grey.shape
    smooth = _blurred(grey, max(1, round(min(grey.shape) / 250)))
    small = _shrunk(smooth, COARSE)
    reach = max(2, round(FIELD * min(small.shape) / 2))
    paper = _resized(_closed(small, reach), height, width)
    paper = np.maximum(paper, 1.0)
    paper *= np.median(grey / paper)  # which is below 1, as the lightest is noise in part
    return np.clip(grey / paper, 0, 1.5).astype(np.float32), paper


def darkness(flat: Grey, paper: Grey) -> tuple[Grey, float]:
    """How much darker than paper each pixel is, a little smoothed, and how dark ink is.

    Args:
        flat: (H, W), 1 for paper, 0 for black.
        paper: (H, W), 0 to 255, the paper's lightness, by which noise is compared.

    Raises:
        NoDigitError: nothing stands out from paper and noise.
    """
    smooth = 1 - _blurred(flat, 1 if min(flat.shape) >= 200 else 0)
    levels = smooth * paper
    count = max(4, round(STRONGEST * smooth.size))
    strongest = _top(smooth, count)
    least = max(LEAST_LEVELS, ABOVE_NOISE * _noise(levels))
    if strongest < LEAST_CONTRAST or _top(levels, count) < least:
        raise NoDigitError("nothing stands out from the ground: it is blank paper, or noise")
    return smooth, strongest


def _noise(levels: Grey) -> float:
    """Standard deviation of a pixel that comes from noise, by others in its row and column.

    Neighbours would say too little, since JPEG takes the finest noise away, and leaves the rest.
    """
    second = [
        rows[:, : -2 * APART] - 2 * rows[:, APART:-APART] + rows[:, 2 * APART :]
        for rows in (levels, levels.T)
        if rows.shape[1] > 2 * APART
    ]
    spread = np.median(np.abs(np.concatenate([each.ravel() for each in second])))
    return float(spread) / 0.6745 / 6**0.5


def _top(values: Grey, count: int) -> float:
    """Mean of the largest so many values."""
    return float(torch.from_numpy(values).flatten().topk(count, sorted=False).values.mean())


def _shrunk(grey: Grey, longest: int) -> Grey:
    """The same picture at most so long, each new pixel a mean of old ones."""
    share = longest / max(grey.shape)
    if share >= 1:
        return grey
    size = [max(4, round(side * share)) for side in grey.shape]
    return F.adaptive_avg_pool2d(torch.from_numpy(grey)[None, None], size)[0, 0].numpy()


def _resized(grey: Grey, height: int, width: int) -> Grey:
    field = torch.from_numpy(np.ascontiguousarray(grey))[None, None]
    return F.interpolate(field, (height, width), mode="bilinear", align_corners=False)[0, 0].numpy()


def _blurred(grey: Grey, reach: int) -> Grey:
    """Mean over squares of side 2 * reach + 1; at the border, of what is inside."""
    if reach == 0:
        return grey
    return _means(_means(grey.T, reach).T, reach)


def _means(rows: Grey, reach: int) -> Grey:
    """Mean over stretches of 2 * reach + 1 pixels of each row, by sums from its beginning."""
    width = rows.shape[1]
    sums = np.pad(rows.cumsum(1, dtype=np.float64), ((0, 0), (1, 0)))
    places = np.arange(width)
    starts, ends = np.maximum(places - reach, 0), np.minimum(places + reach + 1, width)
    return ((sums[:, ends] - sums[:, starts]) / (ends - starts)).astype(np.float32)


def _closed(grey: Grey, reach: int) -> Grey:
    """What is dark and narrower than 2 * reach + 1 taken out; smoothed.

    No value becomes lighter by that, which would draw a line along a shadow's border. Beyond its
    own border the picture goes on as it ends there, else a slope of light would be lost.
    """
    padded = F.pad(torch.from_numpy(grey)[None, None], (2 * reach,) * 4, "replicate")[0, 0].numpy()
    closed = -_highest(-_highest(padded, reach), reach)
    smooth = np.minimum(closed, _blurred(closed, max(1, reach // 4)))
    return smooth[2 * reach : -2 * reach, 2 * reach : -2 * reach]


def _highest(grey: Grey, reach: int) -> Grey:
    """Largest value in squares of side 2 * reach + 1."""
    field, side = torch.from_numpy(grey)[None, None], 2 * reach + 1
    rows = F.max_pool2d(field, (side, 1), 1, (reach, 0))
    return F.max_pool2d(rows, (1, side), 1, (0, reach))[0, 0].numpy()
