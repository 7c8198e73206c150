"""Changes that take a part of a picture, mirror it or make it another size."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class RandomCrop:
    """A random window of `size` x `size` pixels of each picture, such as 224 of 256.

    As in Krizhevsky et al. 2012, sec. 4.1. All places are equally likely: with 224 of 256 there
    are 33 x 33, where the paper counts 32 x 32.

    Attributes:
        size: side of the window, in pixels; at least 1.

    Raises:
        ValueError: size is not a whole number of at least 1.
    """

    size: int

    def __post_init__(self) -> None:
        """Refuse a window of nothing."""
        _check_pixels("size", self.size)

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 2) float32 from 0 to below 1: how far down and right, of the room there is."""
        return torch.rand((count, 2), generator=generator, dtype=torch.float32, device="cpu")

    def apply(self, images: Tensor, drawn: Tensor) -> Tensor:
        """(N, C, size, size): the windows.

        Raises:
            ValueError: the pictures are smaller than the window.
        """
        _check_room(images, self.size)
        room = drawn.new_tensor(images.shape[-2:]) - self.size + 1  # places, down and right
        top, left = (drawn * room).long().minimum(room.long() - 1).T  # the product can round up
        windows = images.unfold(2, self.size, 1).unfold(3, self.size, 1)  # (N, C, y, x, s, s)
        return windows[torch.arange(len(images), device=images.device), :, top, left]


@dataclass(frozen=True)
class Centre:
    """The middle of each picture, `size` x `size` pixels; nothing is random.

    What `RandomCrop` is in training, this is where a network is tested. An odd pixel is left out
    below and to the right.

    Attributes:
        size: side of the window, in pixels; at least 1.

    Raises:
        ValueError: size is not a whole number of at least 1.
    """

    size: int

    def __post_init__(self) -> None:
        """Refuse a window of nothing."""
        _check_pixels("size", self.size)

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 0): nothing."""
        return torch.empty(count, 0)

    def apply(self, images: Tensor, drawn: Tensor | None = None) -> Tensor:
        """(N, C, size, size): the windows.

        Raises:
            ValueError: the pictures are smaller than the window.
        """
        _check_room(images, self.size)
        top, left = ((side - self.size) // 2 for side in images.shape[-2:])
        return images[..., top : top + self.size, left : left + self.size]


@dataclass(frozen=True)
class Flip:
    """Mirrors each picture, left to right, with a chance of one half (sec. 4.1)."""

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """(count,) bool: whether to mirror."""
        return torch.rand(count, generator=generator, dtype=torch.float32, device="cpu") < 0.5

    def apply(self, images: Tensor, drawn: Tensor) -> Tensor:
        """The pictures, (N, C, H, W), some of them mirrored."""
        return torch.where(drawn[:, None, None, None], images.flip(3), images)


@dataclass(frozen=True)
class Resize:
    """Makes the shorter side of each picture `side` pixels long; nothing is random.

    Bilinear, and smoothed where pixels get fewer. Tiny ImageNet's 64 pixels become 256 like this,
    so that AlexNet can read them.

    Attributes:
        side: in pixels, at least 1.

    Raises:
        ValueError: side is not a whole number of at least 1.
    """

    side: int

    def __post_init__(self) -> None:
        """Refuse pictures of nothing."""
        _check_pixels("side", self.side)

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """(count, 0): nothing."""
        return torch.empty(count, 0)

    def apply(self, images: Tensor, drawn: Tensor | None = None) -> Tensor:
        """The pictures, (N, C, h, w), of the new size; the longer side is rounded."""
        height, width = images.shape[-2:]
        short = min(height, width)
        size = [(side * self.side + short // 2) // short for side in (height, width)]
        if size == [height, width]:
            return images
        made = F.interpolate(images.float(), size, mode="bilinear", antialias=self.side < short)
        return made.round_().clamp_(0, 255).to(torch.uint8)


def ten_views(images: Tensor, size: int) -> Tensor:
    """(10, N, C, size, size): the corners and the middle of each picture, then their mirrors.

    The ten of Krizhevsky et al. 2012, sec. 4.1, whose softmax outputs are averaged there. They
    come in the order top left, top right, bottom left, bottom right, middle; then the same
    mirrored.

    Args:
        images: (N, C, H, W).
        size: side of a view, in pixels.

    Raises:
        ValueError: the pictures are smaller than a view.
    """
    _check_room(images, size)
    height, width = images.shape[-2:]
    middle = Centre(size).apply(images)
    corners = [
        images[..., top : top + size, left : left + size]
        for top in (0, height - size)
        for left in (0, width - size)
    ]
    five = torch.stack([*corners, middle])  # (5, N, C, size, size)
    return torch.cat([five, five.flip(-1)])


def _check_pixels(name: str, pixels: object) -> None:
    if not isinstance(pixels, int) or pixels < 1:
        raise ValueError(f"expected {name} as a whole number, at least 1, got {pixels!r}")


def _check_room(images: Tensor, size: int) -> None:
    height, width = images.shape[-2:]
    if size > min(height, width):
        raise ValueError(
            f"expected pictures of at least {size}x{size} pixels to cut windows from, got "
            f"{height}x{width}; enlarge them first, with Resize"
        )
