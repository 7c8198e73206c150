"""A picture of one's own as grey values, whatever its file, colours, depth or turn."""

import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from lessonlib.data.decoding import FORMATS, KINDS, Kind, UnreadableError, readable

LONGEST = 1_000  # pixels: a larger picture is made smaller, each new pixel a mean of old ones
LEAST = 160  # pixels: a smaller one is made so many whole times larger, smoothly
SHORTEST = 4  # pixels per side
FORMS = "(H, W), (1, H, W), (3, H, W), (4, H, W), (H, W, 3) or (H, W, 4)"

Picture = Image.Image | str | os.PathLike[str] | BinaryIO | NDArray | Tensor
"""A picture of Pillow, a path, an open file, an array or a tensor."""
Grey = NDArray[np.float32]


def grey(picture: Picture) -> Grey:
    """(H, W) float32, 0 (black) to 255 (white), as one sees it; 160 to 1,000 pixels long.

    A note about rotation (EXIF) is followed, what is transparent shows white paper, and colours
    become grey as in television (ITU-R BT.601). If nothing at all is to be seen on white paper,
    black paper is tried, since white strokes are drawn on a transparent ground, too. 16 bits keep
    their depth; if only the lower 10 of them are in use, say, white is the largest number of 10.

    Args:
        picture: a picture of Pillow, a path, an open file, or an array or tensor of one of the
            shapes in `FORMS`: whole numbers of 8 or 16 bits, bools, or fractions from 0 to 1.

    Raises:
        UnreadableError: the file is empty, damaged, no picture, or larger than Pillow's limit.
        ValueError: an array of another shape or range, or a picture of less than 4x4 pixels, or a
            strip that is hundreds of times as long as wide.
    """
    if isinstance(picture, np.ndarray | Tensor):
        found = _laid(_image_of(picture))
    elif isinstance(picture, Image.Image):
        found = _laid(_plain(picture))
    else:
        found = _read(Path(picture) if isinstance(picture, str | os.PathLike) else picture)
    return found


def _read(file: Path | BinaryIO) -> Grey:
    with readable(file), Image.open(file, formats=FORMATS) as image:
        image.draft(None, (LONGEST, LONGEST))  # a large JPEG is decoded smaller, which is faster
        return _laid(_plain(image))


def _laid(image: Image.Image) -> Grey:
    """Sized, upright, and laid on white paper; on black if nothing is to be seen on white.

    Args:
        image: RGBA, or fractions (mode F) from 0 to 255.
    """
    upright = ImageOps.exif_transpose(_sized(image))
    if upright.mode == "F":
        return np.clip(upright, 0, 255)
    for paper in ("white", "black"):
        sheet = Image.new("RGBA", upright.size, paper)
        sheet.alpha_composite(upright)
        seen = np.asarray(sheet.convert("L"), dtype=np.float32)
        if np.ptp(seen) > 0:
            break
    return seen


def _plain(image: Image.Image) -> Image.Image:
    """The picture as RGBA, or as fractions (mode F) from 0 to 255 if it has 16 bits; its EXIF."""
    if image.mode == "F":
        raise UnreadableError("its pixels are fractions, whose range it does not say")
    if KINDS.get(image.mode) != Kind.DEEP:
        plain = image.convert("RGBA")
    else:
        values = np.asarray(image).astype(np.float32)
        if values.min() < 0 or values.max() > 65_535:
            raise UnreadableError("its pixels have more than 16 bits")
        plain = Image.fromarray(values * (255 / _largest(float(values.max()))))
    plain.info.setdefault("exif", image.getexif().tobytes())
    return plain


def _sized(image: Image.Image) -> Image.Image:
    """The picture made smaller if it is large, and larger if it is as small as those of MNIST."""
    width, height = image.size
    longer = max(width, height)
    share = min(1, LONGEST / longer) * max(1, -(-LEAST // longer))
    size = round(width * share), round(height * share)
    if min(width, height, *size) < SHORTEST:
        raise ValueError(
            f"expected a picture of at least {SHORTEST}x{SHORTEST} pixels, and no strip, got "
            f"{width}x{height}"
        )
    if share == 1:
        return image
    way = Image.Resampling.BOX if share < 1 else Image.Resampling.BICUBIC
    sized = image.resize(size, way)
    sized.info |= image.info
    return sized


def _image_of(picture: NDArray | Tensor) -> Image.Image:
    """An array or tensor as a picture of Pillow, RGBA or fractions (mode F) from 0 to 255."""
    if isinstance(picture, Tensor):
        picture = picture.detach().cpu()
        picture = picture.float() if picture.dtype == torch.bfloat16 else picture
    values = _with_colours_last(np.asarray(picture))
    scaled = _bytes_of(values)
    if values.ndim == 2:
        return Image.fromarray(scaled.astype(np.float32))
    return Image.fromarray(np.rint(scaled).astype(np.uint8)).convert("RGBA")


def _with_colours_last(values: NDArray) -> NDArray:
    """(H, W), (H, W, 3) or (H, W, 4)."""
    if values.ndim == 3 and values.shape[-1] not in (3, 4) and values.shape[0] in (1, 3, 4):
        values = values.transpose(1, 2, 0)
    if values.ndim == 3 and values.shape[-1] == 1:
        values = values[..., 0]
    channels = values.shape[2:]
    if values.size == 0 or values.ndim < 2 or channels not in ((), (3,), (4,)):
        raise ValueError(f"expected one picture of shape {FORMS}, got {values.shape}")
    return values


def _bytes_of(values: NDArray) -> NDArray[np.float64]:
    """The same values from 0 to 255."""
    most = {"b": 1, "f": 1, "u": 255, "i": 255}.get(values.dtype.kind)
    if most is None or not np.isfinite(values).all():
        raise ValueError(f"expected finite numbers, got {values.dtype} with NaN or infinity in it")
    low, high = float(values.min()), float(values.max())
    if most == 255:
        most = _largest(min(high, 65_535))
    if low < 0 or high > most:
        raise ValueError(
            f"expected whole numbers of 8 or 16 bits, or fractions from 0 to 1, got {values.dtype} "
            f"from {low:g} to {high:g}"
        )
    return values.astype(np.float64) * (255 / most)


def _largest(value: float) -> int:
    """The largest number of as many bits as the value has, but at least of 8."""
    return 2 ** max(8, int(value).bit_length()) - 1
