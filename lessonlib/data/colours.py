"""AlexNet's change of colours: along the directions in which a set's colours vary."""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Self

import torch
from torch import Tensor

from lessonlib.data.face import PictureSet
from lessonlib.data.statistics import statistics

READINGS = {"eigenvalue": 1.0, "deviation": 0.5}
"""What each draw is multiplied by: an eigenvalue to this power."""


@dataclass(frozen=True)
class ColourPCA:
    """Adds to all pixels of a picture the same random colour, as Krizhevsky et al. 2012, sec. 4.1.

    The colours of all pixels of a set to train on have three principal directions. To each pixel
    the paper adds the sum of these directions, each times its eigenvalue and a number drawn once
    for the picture, of mean 0 and standard deviation `scale`. A colour counts from 0 to 1 here,
    because the eigenvalues of levels from 0 to 255 would drown the picture. What comes out is
    rounded and kept between 0 and 255.

    `ColourPCA()` stands for the directions of the set that is trained on: `fit` puts them in.

    Attributes:
        scale: the standard deviation of the draws; 0.1 as printed.
        times: `eigenvalue` as printed, or `deviation`, its square root, which the released source
            seems to take (it reads statistics that are not released).
        eigenvalues: three, the largest first; None until they are known.
        directions: three rows of red, green and blue, each of length 1; None until they are known.

    Raises:
        ValueError: scale is not a finite number above 0, `times` is another word, or only one of
            eigenvalues and directions is given, or not three of them.
    """

    scale: float = 0.1
    times: str = "eigenvalue"
    eigenvalues: tuple[float, ...] | None = None
    directions: tuple[tuple[float, ...], ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what means nothing; make tuples of JSON's lists."""
        if not isfinite(self.scale) or self.scale <= 0:
            raise ValueError(f"expected scale as a finite number above 0, got {self.scale!r}")
        if self.times not in READINGS:
            raise ValueError(f"unknown times {self.times!r}; known: {', '.join(READINGS)}")
        if self.directions is not None:
            rows = tuple(tuple(row) for row in self.directions)
            object.__setattr__(self, "directions", rows)
        shapes = [len(each) for each in (self.eigenvalues or (), *(self.directions or ()))]
        if shapes not in ([0], [3, 3, 3, 3]):
            raise ValueError(
                f"expected three eigenvalues and three directions of three numbers, or neither, "
                f"got {self.eigenvalues} and {self.directions}"
            )

    def settled(self, image_set: PictureSet) -> Self:
        """With the eigenvalues and directions of a set; as it is if it has some already.

        Raises:
            ValueError: the pictures are not in three colours.
        """
        if self.eigenvalues is not None:
            return self
        covariance = statistics(image_set).covariance
        if len(covariance) != 3:
            raise ValueError(
                f"ColourPCA needs pictures of three colours, but those of {image_set.name!r} have "
                f"{len(covariance)}; leave it out, or make them three with as_colour"
            )
        values, columns = torch.linalg.eigh(covariance / 255**2)  # the smallest first
        rows = columns.T.flip(0)
        large = (rows.abs() > 0.1).int().argmax(1, keepdim=True)  # the first that is not small
        rows = rows * rows.gather(1, large).sign()  # a direction and its opposite are the same
        return replace(
            self,
            eigenvalues=tuple(values.flip(0).clamp(min=0).tolist()),
            directions=tuple(tuple(row) for row in rows.tolist()),
        )

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 3) float32: for each direction, normal, of standard deviation 1."""
        return torch.randn((count, 3), generator=generator, dtype=torch.float32, device="cpu")

    def apply(self, images: Tensor, drawn: Tensor) -> Tensor:
        """The pictures, (N, 3, H, W), uint8, each in other colours.

        Raises:
            ValueError: the directions are not known yet, or the pictures are not in three colours.
        """
        if self.eigenvalues is None:
            raise ValueError(
                "the directions of ColourPCA() are not known yet; call settled(image_set) with "
                "the set to train on"
            )
        if images.shape[1] != 3:
            raise ValueError(f"expected pictures of three colours, got {images.shape[1]}")
        widths = drawn.new_tensor(self.eigenvalues) ** READINGS[self.times] * self.scale
        added = 255 * (drawn * widths) @ drawn.new_tensor(self.directions)  # (N, 3)
        return (images + added[:, :, None, None]).round_().clamp_(0, 255).to(torch.uint8)
