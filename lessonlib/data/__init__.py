"""Sets of pictures by name, all with the same interface."""

from lessonlib.data.distort import distorted
from lessonlib.data.face import PictureSet
from lessonlib.data.fetch import DataUnavailableError
from lessonlib.data.grey import as_grey
from lessonlib.data.imageset import ImageSet
from lessonlib.data.load import load
from lessonlib.data.moved import in_field, shifted, shuffled_pixels
from lessonlib.data.sets import SETS, SetInfo

__all__ = [
    "SETS",
    "DataUnavailableError",
    "ImageSet",
    "PictureSet",
    "SetInfo",
    "as_grey",
    "distorted",
    "in_field",
    "load",
    "shifted",
    "shuffled_pixels",
]
