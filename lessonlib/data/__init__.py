"""Sets of pictures by name, all with the same face."""

from lessonlib.data.fetch import DataUnavailableError
from lessonlib.data.imageset import ImageSet
from lessonlib.data.load import NAMES, load

__all__ = ["NAMES", "DataUnavailableError", "ImageSet", "load"]
