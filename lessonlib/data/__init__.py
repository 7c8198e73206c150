"""Sets of pictures by name, all with the same interface."""

from lessonlib.data.distort import distorted
from lessonlib.data.face import PictureSet
from lessonlib.data.fetch import DataUnavailableError
from lessonlib.data.fitted import fitted
from lessonlib.data.folder import read_folder
from lessonlib.data.folder_set import FolderSet
from lessonlib.data.grey import as_colour, as_grey
from lessonlib.data.imageset import ImageSet
from lessonlib.data.load import load
from lessonlib.data.moved import in_field, shifted, shuffled_pixels
from lessonlib.data.sets import SETS, SetInfo
from lessonlib.data.split import split
from lessonlib.data.timeline import timeline

__all__ = [
    "SETS",
    "DataUnavailableError",
    "FolderSet",
    "ImageSet",
    "PictureSet",
    "SetInfo",
    "as_colour",
    "as_grey",
    "distorted",
    "fitted",
    "in_field",
    "load",
    "read_folder",
    "shifted",
    "shuffled_pixels",
    "split",
    "timeline",
]
