"""Random planar affine changes of pictures: moved, scaled, squeezed, sheared, turned."""

from dataclasses import dataclass, fields
from math import isfinite, radians

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class Affine:
    """Moves, scales, squeezes, shears and turns each picture about its middle.

    Each of the six amounts is drawn uniformly and independently, up to the limit given here, in
    either direction; a limit of 0 leaves that change out. All but the rotation are the distortions
    that LeCun et al. 1998 list (sec. III.B), who print no amounts. Pixels are interpolated between
    their four neighbours; what comes in from outside is background, 0.

    Attributes:
        shift: the largest distance along each axis, in pixels.
        scale: the largest change in size: 0.1 is from 1/1.1 to 1.1 times.
        squeeze: the largest change in width, with the reverse change in height: at 0.1, a picture
            gets up to 1.1 times as wide and 1/1.1 times as high, or 1.1 times as high and 1/1.1
            times as wide.
        shear: the largest slant: horizontal pixels per vertical pixel.
        degrees: the largest rotation.

    Raises:
        ValueError: a limit is negative or not finite, or all are 0.
    """

    shift: float = 0.0
    scale: float = 0.0
    squeeze: float = 0.0
    shear: float = 0.0
    degrees: float = 0.0

    def __post_init__(self) -> None:
        """Refuse limits that mean nothing."""
        limits = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, limit in limits.items():
            if not isfinite(limit) or limit < 0:
                raise ValueError(f"expected {name} as a finite number from 0, got {limit!r}")
        if not any(limits.values()):
            raise ValueError(f"expected at least one of {', '.join(limits)} above 0, got none")

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 6) float32 from -1 to 1: shift right, shift down, scale, squeeze, shear, turn."""
        shape = (count, 6)
        return torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu") * 2 - 1

    def apply(self, images: Tensor, drawn: Tensor) -> Tensor:
        """The pictures, (N, C, H, W), uint8, each changed as its row of `drawn` says."""
        height, width = images.shape[-2:]
        pixels = drawn.new_tensor([width, height]) / 2  # from the middle to the edge
        back = torch.linalg.inv(self._changes(drawn))  # where an output pixel comes from
        shift = self.shift * drawn[:, :2, None]
        theta = torch.cat([back * (pixels / pixels[:, None]), -back @ shift / pixels[:, None]], 2)
        grid = F.affine_grid(theta, [len(images), 1, height, width], align_corners=False)
        moved = F.grid_sample(images.to(drawn.dtype), grid, align_corners=False)
        return moved.round_().clamp_(0, 255).to(torch.uint8)

    def _changes(self, drawn: Tensor) -> Tensor:
        """(N, 2, 2): what is done to a point (right, down) from the middle, without the shift."""
        scale = (1 + self.scale) ** drawn[:, 2]
        squeeze = (1 + self.squeeze) ** drawn[:, 3]
        slant, turn = self.shear * drawn[:, 4], radians(self.degrees) * drawn[:, 5]
        zero, one = torch.zeros_like(turn), torch.ones_like(turn)
        sized = _matrix(scale * squeeze, zero, zero, scale / squeeze)
        slanted = _matrix(one, slant, zero, one)
        turned = _matrix(turn.cos(), -turn.sin(), turn.sin(), turn.cos())
        return turned @ slanted @ sized


def _matrix(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    """(N, 2, 2) from the four numbers of each, row by row."""
    return torch.stack([a, b, c, d], 1).view(-1, 2, 2)
