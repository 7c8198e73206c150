"""One file as a picture: decoded, made RGB and cut to a square of a given side."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "PPM", "BMP", "TIFF", "WEBP", "GIF")
"""What a file may be, whatever its name says; some of Pillow's other formats start programs."""
ENDINGS = (
    *(".jpg", ".jpeg", ".png", ".ppm", ".pgm", ".bmp"),
    *(".tif", ".tiff", ".webp", ".gif"),
)
"""How the name of a picture ends."""


class Kind(IntEnum):
    """What a picture was before it became RGB of 8 bits."""

    UNREAD = 0
    AS_IT_IS = 1
    GREY = 2
    CMYK = 3
    PALETTE = 4
    DEEP = 5
    TRANSPARENT = 6
    OTHER = 7
    UNREADABLE = 8

    @property
    def words(self) -> str:
        """How a sentence calls such pictures."""
        return WORDS[self]


WORDS = {
    Kind.UNREAD: "not read yet",
    Kind.AS_IT_IS: "in colour",
    Kind.GREY: "grey",
    Kind.CMYK: "CMYK",
    Kind.PALETTE: "with a palette",
    Kind.DEEP: "of 16 bits",
    Kind.TRANSPARENT: "with transparency",
    Kind.OTHER: "in another colour space",
    Kind.UNREADABLE: "unreadable",
}
KINDS = {
    "RGB": Kind.AS_IT_IS,
    **dict.fromkeys(("1", "L"), Kind.GREY),
    "CMYK": Kind.CMYK,
    **dict.fromkeys(("P", "PA"), Kind.PALETTE),
    **dict.fromkeys(("I", "I;16", "I;16L", "I;16B", "I;16N"), Kind.DEEP),
    **dict.fromkeys(("LA", "La", "RGBA", "RGBa", "RGBX"), Kind.TRANSPARENT),
}


class UnreadableError(Exception):
    """A file is no picture that can be used; the message says why."""


def decoded(file: Path | BinaryIO, side: int) -> tuple[np.ndarray, Kind]:
    """The middle of a picture, (3, side, side) uint8, red, green and blue, and what it was.

    As in Krizhevsky et al. 2012, sec. 2: the shorter side becomes `side` pixels, and the central
    square is taken. Both are done in one step, bilinear and smoothed where pixels get fewer; a
    picture whose shorter side is `side` already is only cut. Grey pictures get three equal
    colours, 16 bits become 8, transparency is dropped, and notes about rotation are not followed,
    as torchvision's `ImageFolder` does not.

    Args:
        file: a path, or an open file.
        side: of the square, in pixels.

    Raises:
        UnreadableError: it is empty, damaged, no picture, or larger than Pillow's limit
            (`PIL.Image.MAX_IMAGE_PIXELS`).
    """
    with readable(file), Image.open(file, formats=FORMATS) as image:
        return _square(image, side)


@contextmanager
def readable(file: Path | BinaryIO) -> Iterator[None]:
    """What fails in the block because of the file is an `UnreadableError` that says why.

    A picture above Pillow's limit fails when it is opened, before its pixels are decoded.

    Args:
        file: what the block opens, for the message.

    Raises:
        UnreadableError: it is empty, damaged, no picture, or larger than Pillow's limit.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except UnidentifiedImageError as error:
        raise UnreadableError(_why_not(file)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = Image.MAX_IMAGE_PIXELS or 0
        raise UnreadableError(f"it has more than Pillow's limit of {limit:,} pixels") from error
    except Exception as error:  # a damaged file can fail in any way
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableError(reason) from error


def _square(image: Image.Image, side: int) -> tuple[np.ndarray, Kind]:
    """The picture's middle and kind."""
    is_deep = any(";16" in str(tile[3]) for tile in image.tile)
    kind = Kind.DEEP if is_deep else KINDS.get(image.mode, Kind.OTHER)
    image.draft(None, (2 * side, 2 * side))  # a large JPEG is decoded smaller, which is faster
    shallow = _shallow(image)
    width, height = shallow.size
    short = min(width, height)
    left, top = (width - short) // 2, (height - short) // 2
    box = (left, top, left + short, top + short)
    cut = shallow.resize((side, side), Image.Resampling.BILINEAR, box)
    pixels = np.asarray(cut.convert("RGB"))  # (side, side, 3)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)), kind


def _shallow(image: Image.Image) -> Image.Image:
    """The picture in grey or RGB, with 8 bits per colour."""
    if image.mode in ("L", "RGB"):
        return image
    if KINDS.get(image.mode) == Kind.DEEP:
        values = np.asarray(image).astype(np.int64)
        if values.min() < 0 or values.max() > 65_535:
            raise UnreadableError("its pixels have more than 16 bits")
        return Image.fromarray((values >> 8).astype(np.uint8))
    if image.mode == "F":
        raise UnreadableError("its pixels are fractions, whose range it does not say")
    return image.convert("RGB")


def _why_not(file: Path | BinaryIO) -> str:
    """What is wrong with a file that Pillow does not take for a picture."""
    if _size(file) == 0:
        return "the file is empty"
    return f"it is none of {', '.join(FORMATS)}"


def _size(file: Path | BinaryIO) -> int:
    """Bytes of a path's file or of an open file."""
    return file.stat().st_size if isinstance(file, Path) else file.seek(0, SEEK_END)
