"""Sets of pictures by name, all with the same face."""

from lessonlib.data.fetch import DataUnavailableError
from lessonlib.data.imageset import ImageSet
from lessonlib.data.load import NAMES, load
from lessonlib.data.moved import in_field, shifted, shuffled_pixels

__all__ = [
    "NAMES",
    "DataUnavailableError",
    "ImageSet",
    "in_field",
    "load",
    "shifted",
    "shuffled_pixels",
]
