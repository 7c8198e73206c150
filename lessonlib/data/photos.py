"""The embedded photographs: ten pictures cut into small crops, each picture a class of its own.

What is told apart is the texture of ten photographs. It is not recognising objects: all crops of
a class, those of the test part too, come from one picture.
"""

from functools import cache
from importlib.resources import files

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from lessonlib.data.grey import luma
from lessonlib.data.imageset import ImageSet
from lessonlib.data.streams import stream_seed

CLASSES = (
    *("brick", "grass", "gravel", "coins", "camera"),
    *("hubble", "ihc", "retina", "chelsea", "rocket"),
)
VIEWS = ("toned", "raw")
TILE, CROP = 96, 64  # sides, in pixels
PER_CLASS = {True: 240, False: 50}  # crops of each picture, to train on and to test on
CONTRAST = 36  # standard deviation of a toned crop's levels, in each of its three colours
TONES = (80, 176)  # lowest and highest mean of a toned crop's levels, in each of its colours


def load_photos(train: bool, view: str = "toned") -> ImageSet:
    """2,400 crops to train on or 500 to test on, 64x64, in colour, from the package itself.

    The classes take turns, and in the test part the tiles do, so that the first crops are of
    every class and of many tiles. No pixel of a photograph is in both parts. See
    `assets/PROVENANCE.md`.

    Args:
        train: the part to train on, or the part to test on.
        view: `toned` takes the colours away, gives all crops the same brightness and contrast,
            and then each a random colour, so that only the pattern tells; `raw` is as cut.

    Raises:
        ValueError: there is no such view.
    """
    if view not in VIEWS:
        raise ValueError(f"'photos' has no view {view!r}; it has: {', '.join(VIEWS)}")
    pictures = [_photograph(name) for name in CLASSES]
    if view == "toned":
        pictures = [luma(picture[None])[0] for picture in pictures]
    cut = [
        _cut(picture, _corners(name, train))
        for name, picture in zip(CLASSES, pictures, strict=True)
    ]
    crops = _in_turn(cut)
    return ImageSet(
        name="photos",
        images=_toned(crops, train) if view == "toned" else crops,
        labels=torch.arange(len(CLASSES)).repeat(PER_CLASS[train]),
        classes=CLASSES,
        source="embedded, cut from ten photographs of scikit-image",
        licence="CC0, public domain or no known restrictions: assets/PROVENANCE.md",
        view=view,
    )


def photograph(name: str) -> Tensor:
    """(3, H, W) uint8: a whole photograph of the set; a grey one has three equal colours.

    Raises:
        ValueError: the set has no such photograph.
    """
    return _photograph(name).clone()


def corners(train: bool) -> Tensor:
    """(N, 2) int64: row and column of each crop's top left pixel in its photograph."""
    return _in_turn([_corners(name, train) for name in CLASSES])


def tiles(train: bool) -> Tensor:
    """(N,) int64: the tile that each crop's middle is in, numbered on through all photographs.

    A crop of the test part lies wholly in its tile. Crops of one tile overlap, so there are about
    as many independent samples as tiles, and `coins` and `chelsea` have three in the test part:
    the spread of a test error is to be taken over tiles.
    """
    numbers, before = [], 0
    for name in CLASSES:
        tile = (_corners(name, train) + CROP // 2) // TILE
        is_test = is_test_tile(name)
        numbers.append(before + tile[:, 0] * is_test.shape[1] + tile[:, 1])
        before += is_test.numel()
    return _in_turn(numbers)


def is_test_tile(name: str) -> Tensor:
    """(rows, columns) bool: which tiles of a photograph the test part is cut from.

    No two of them share a side, so that a crop is in one of them, or in none.

    Raises:
        ValueError: the set has no such photograph.
    """
    _, height, width = _photograph(name).shape
    row, column = torch.arange(height // TILE)[:, None], torch.arange(width // TILE)
    return (2 * row + column) % 5 == 0


@cache
def _photograph(name: str) -> Tensor:
    """The photograph, read once; callers copy what they hand out."""
    if name not in CLASSES:
        raise ValueError(f"unknown photograph {name!r}; known: {', '.join(CLASSES)}")
    with (files("lessonlib.data") / "assets" / "photos" / f"{name}.jpg").open("rb") as packed:
        pixels = np.array(Image.open(packed).convert("RGB"))  # (H, W, 3)
    return torch.from_numpy(pixels).permute(2, 0, 1).contiguous()


def _in_turn(parts: list[Tensor]) -> Tensor:
    """One row of each part, then the next of each."""
    return torch.stack(parts, dim=1).flatten(0, 1)


def _cut(picture: Tensor, corners: Tensor) -> Tensor:
    """(n, C, 64, 64): crops of a picture (C, H, W)."""
    windows = picture.unfold(1, CROP, 1).unfold(2, CROP, 1)  # (C, y, x, 64, 64)
    y, x = corners.T
    return windows[:, y, x].transpose(0, 1).contiguous()


@cache
def _corners(name: str, train: bool) -> Tensor:
    """(n, 2) int64: where a photograph's crops are, no two at the same place."""
    return (_train_corners if train else _test_corners)(name)


def _train_corners(name: str) -> Tensor:
    """(240, 2): random places among all where a crop touches no test tile."""
    is_test = is_test_tile(name)
    y, x = (torch.arange(count * TILE - CROP + 1) for count in is_test.shape)
    touches = torch.zeros(len(y), len(x), dtype=torch.bool)
    for row in (y, y + CROP - 1):  # a crop is smaller than a tile, so its four corners tell
        for column in (x, x + CROP - 1):
            touches |= is_test[row // TILE][:, column // TILE]
    free = (~touches).nonzero()
    return free[_random(f"{name}, train", len(free)).topk(PER_CLASS[True], largest=False).indices]


def _test_corners(name: str) -> Tensor:
    """(50, 2): random places wholly inside the test tiles, one of each tile in turn."""
    corners = is_test_tile(name).nonzero() * TILE  # (tiles, 2)
    side = TILE - CROP + 1
    inside = torch.cartesian_prod(torch.arange(side), torch.arange(side))
    order = _random(f"{name}, test", len(corners), len(inside)).argsort(dim=1, stable=True)
    return _in_turn(list(corners[:, None] + inside[order]))[: PER_CLASS[False]]


def _random(purpose: str, *shape: int) -> Tensor:
    """Float64 from 0 to below 1, the same on every machine and with every version of NumPy."""
    draw = np.random.PCG64(stream_seed(0, f"photos: {purpose}"))
    high_bits = draw.random_raw(int(np.prod(shape))) >> np.uint64(11)
    return torch.from_numpy(high_bits.astype(np.float64) / 2**53).view(shape)


def _toned(grey: Tensor, train: bool) -> Tensor:
    """Patterns of equal brightness and contrast, each in a random colour: (N, 3, H, W), uint8.

    A level becomes tone + CONTRAST * z, where z counts standard deviations from the crop's mean.
    What would be below 0 or above 255 is cut off. Sums are of whole numbers, so that no machine
    rounds otherwise than another.

    Args:
        grey: the crops in grey, (N, 1, H, W), uint8; no crop is of one level throughout.
        train: which part they are; each has colours of its own.
    """
    pixels = grey.flatten(1).long()  # (N, H * W)
    count = pixels.shape[1]
    total, squares = pixels.sum(1), (pixels * pixels).sum(1)
    deviation = (count * squares - total * total).double().sqrt() / count
    z = (torch.arange(256) - total[:, None] / count) / deviation[:, None]  # (N, 256)
    low, high = TONES
    tones = low + (high - low) * _random(f"tones, {'train' if train else 'test'}", len(grey), 3)
    levels = (tones[:, :, None] + CONTRAST * z[:, None]).round().clamp(0, 255).byte()
    shape = (-1, 3, *grey.shape[2:])
    return levels.gather(2, pixels[:, None].expand(-1, 3, -1)).view(shape)
