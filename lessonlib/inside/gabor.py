"""Is a kernel a Gabor filter? The best fit, and how well kernels that are nothing fit too."""

from dataclasses import dataclass
from itertools import product
from math import pi

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data.streams import stream

NARROW, WIDE = 0.5, 5.0  # pixels: bounds of the bell's standard deviations
NYQUIST = 0.5  # cycles per pixel: no finer wave can be told from a coarser one
NUMBERS = 8  # that a fit may choose
STEPS = 40
SMALL = 1e-5  # a change that is small beside all numbers of a fit


@dataclass(frozen=True)
class GaborFit:
    """The Gabor filters nearest to some kernels, by least squares.

    Attributes:
        explained: (K,), how much of each kernel's variance its filter explains, 1 being all; a
            kernel's variance is about its own mean.
        filters: (K, H, W), the filters.
    """

    explained: Tensor
    filters: Tensor


def fit_gabor(kernels: Tensor, steps: int = STEPS) -> GaborFit:
    """Fit a Gabor filter to each kernel: a wave under a bell.

    The wave has any direction, phase and frequency up to half a cycle per pixel. The bell is
    elliptic, its axes lie along and across the wave, its middle is in the kernel, and its standard
    deviations are between half a pixel and 5. Each fit starts from 16 filters and takes the best
    end (Levenberg and Marquardt's method). The filter has 8 numbers to choose, and a kernel of 5x5
    has 25, so much of anything is explained: compare with `other_kernels`.

    Args:
        kernels: (K, H, W), or (K, 1, H, W), at least 3x3.
        steps: of each fit.

    Raises:
        ValueError: another shape, or a kernel whose weights are all equal.
    """
    maps = kernels.detach().double()
    maps = maps[:, 0] if maps.ndim == 4 and maps.shape[1] == 1 else maps
    if maps.ndim != 3 or min(maps.shape[1:]) < 3:
        raise ValueError(
            f"expected kernels (K, H, W) of at least 3x3, got {tuple(kernels.shape)}; layers with "
            f"several input maps have no pictures as kernels"
        )
    spread = (maps - maps.mean((1, 2), keepdim=True)).square().sum((1, 2))
    if not (spread > 0).all():
        raise ValueError("expected kernels whose weights differ, got one with all weights equal")
    scale = maps.abs().amax((1, 2))
    points = _points(*maps.shape[1:])
    wanted = (maps / scale[:, None, None]).flatten(1)
    starts = _starts()
    wanted = wanted.repeat_interleave(len(starts), 0)
    numbers, rest = _least_squares(starts.repeat(len(maps), 1), wanted, points, steps)
    best = rest.view(len(maps), -1).min(1)
    chosen = numbers.view(len(maps), len(starts), NUMBERS)[torch.arange(len(maps)), best.indices]
    filters = _gabor(chosen, points).view_as(maps) * scale[:, None, None]
    explained = 1 - (maps - filters).square().sum((1, 2)) / spread
    return GaborFit(explained.float(), filters.float())


def other_kernels(kernels: Tensor, kind: str, copies: int, seed: int = 0) -> Tensor:
    """Kernels that nothing was learned in, to compare with.

    Args:
        kernels: (K, H, W), those that are asked about.
        kind: `shuffled`, the same weights at other places, each kernel's own; `random`, equally
            probable values, as weights are before training; `smooth`, those, each averaged with
            its neighbours in the ratios 1:2:1 across and down, which have no direction or wave but
            chance.
        copies: kernels of the kind for each one that is given.
        seed: 0 <= seed < 2^31.

    Returns:
        (copies * K, H, W)

    Raises:
        ValueError: another kind.
    """
    count, height, width = kernels.shape
    generator = stream(seed, f"kernels, {kind}")
    if kind == "shuffled":
        draws = torch.rand(copies * count, height * width, generator=generator)
        weights = kernels.detach().flatten(1).repeat(copies, 1)
        return weights.gather(1, draws.argsort(1)).view(-1, height, width)
    drawn = torch.rand(copies * count, height + 2, width + 2, generator=generator) * 2 - 1
    if kind == "random":
        return drawn[:, 1:-1, 1:-1].contiguous()
    if kind == "smooth":
        line = torch.tensor([0.25, 0.5, 0.25])
        return F.conv2d(drawn[:, None], torch.outer(line, line)[None, None])[:, 0]
    raise ValueError(f"expected kind as shuffled, random or smooth, got {kind!r}")


def _points(height: int, width: int) -> Tensor:
    """(H * W, 2): each weight's place (right, down) from the kernel's middle."""
    down, right = torch.meshgrid(
        torch.arange(height, dtype=torch.float64) - (height - 1) / 2,
        torch.arange(width, dtype=torch.float64) - (width - 1) / 2,
        indexing="ij",
    )
    return torch.stack([right, down], -1).view(-1, 2)


def _gabor(numbers: Tensor, points: Tensor) -> Tensor:
    """(..., points): the filters of (..., 8) numbers that have no bounds."""
    x, y, along, across, turn, frequency, even, odd = (
        each[..., None] for each in numbers.unbind(-1)
    )
    half = points.max() + 0.5  # pixels from the middle to the edge
    right = points[:, 0] - half * x.tanh()
    down = points[:, 1] - half * y.tanh()
    u, v = right * turn.cos() + down * turn.sin(), down * turn.cos() - right * turn.sin()
    widths = [NARROW + (WIDE - NARROW) * each.sigmoid() for each in (along, across)]
    bell = (-((u / widths[0]) ** 2 + (v / widths[1]) ** 2) / 2).exp()
    angle = 2 * pi * NYQUIST * frequency.sigmoid() * u
    return bell * (even * angle.cos() + odd * angle.sin())


def _starts() -> Tensor:
    """(16, 8): four directions, two frequencies and two sizes of the bell, in the middle."""
    turns, frequencies, sizes = (0.0, pi / 4, pi / 2, 3 * pi / 4), (-1.0, 1.0), (-1.5, 0.0)
    rows = [
        [0.0, 0.0, size, size, turn, frequency, 0.5, 0.5]
        for turn, frequency, size in product(turns, frequencies, sizes)
    ]
    return torch.tensor(rows, dtype=torch.float64)


def _least_squares(
    numbers: Tensor, wanted: Tensor, points: Tensor, steps: int
) -> tuple[Tensor, Tensor]:
    """The numbers (B, 8) after so many damped steps, and the squares (B,) that remain."""
    damping = torch.full((len(numbers), 1), 0.01, dtype=torch.float64)
    apart = wanted - _gabor(numbers, points)
    rest = apart.square().sum(1)
    for _ in range(steps):
        slope = _slopes(numbers, points)
        normal = slope.mT @ slope
        lifted = normal + torch.diag_embed(damping * normal.diagonal(0, 1, 2) + 1e-9)
        step = torch.linalg.solve(lifted, (slope.mT @ apart[..., None]))[..., 0]
        tried = numbers + step
        left = wanted - _gabor(tried, points)
        squares = left.square().sum(1)
        better = (squares < rest) & squares.isfinite()
        numbers = torch.where(better[:, None], tried, numbers)
        apart = torch.where(better[:, None], left, apart)
        rest = torch.where(better, squares, rest)
        damping = torch.where(better[:, None], damping / 3, damping * 4).clamp(1e-9, 1e9)
    return numbers, rest


def _slopes(numbers: Tensor, points: Tensor) -> Tensor:
    """(B, points, 8): how the filters change with each number, by central differences."""
    moves = SMALL * torch.eye(NUMBERS, dtype=numbers.dtype)
    changed = [_gabor(numbers + move, points) - _gabor(numbers - move, points) for move in moves]
    return torch.stack(changed, -1) / (2 * SMALL)
