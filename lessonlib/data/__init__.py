"""Sets of pictures by name, all with the same interface."""

from lessonlib.data.changed import noisy, scaled, thickened, turned
from lessonlib.data.distort import distorted
from lessonlib.data.face import PictureSet
from lessonlib.data.fetch import DataUnavailableError
from lessonlib.data.fitted import fitted
from lessonlib.data.folder import read_folder
from lessonlib.data.folder_set import FolderSet
from lessonlib.data.grey import as_colour, as_grey
from lessonlib.data.imageset import ImageSet
from lessonlib.data.ink import NoDigitError
from lessonlib.data.known_hands import Hands, hands
from lessonlib.data.load import load
from lessonlib.data.moved import in_field, shifted, shuffled_pixels
from lessonlib.data.own_digit import MnistSteps, as_mnist, mnist_steps
from lessonlib.data.rows import Row, flanked, row_of, rows_of
from lessonlib.data.sets import SETS, SetInfo
from lessonlib.data.split import split
from lessonlib.data.timeline import timeline

__all__ = [
    "SETS",
    "DataUnavailableError",
    "FolderSet",
    "Hands",
    "ImageSet",
    "MnistSteps",
    "NoDigitError",
    "PictureSet",
    "Row",
    "SetInfo",
    "as_colour",
    "as_grey",
    "as_mnist",
    "distorted",
    "fitted",
    "flanked",
    "hands",
    "in_field",
    "load",
    "mnist_steps",
    "noisy",
    "read_folder",
    "row_of",
    "rows_of",
    "scaled",
    "shifted",
    "shuffled_pixels",
    "split",
    "thickened",
    "timeline",
    "turned",
]
