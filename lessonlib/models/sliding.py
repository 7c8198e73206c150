"""LeNet-5 over a wide field: one pass, or one crop after the other."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from lessonlib.geometry import out_size
from lessonlib.models.counting import layer_table
from lessonlib.models.fields import FIELD
from lessonlib.models.modes import eval_mode

STEP = 4  # pixels between the fields of neighbouring scores: subsampling by 2, twice


def slide(model: nn.Module, images: Tensor) -> Tensor:
    """A network's scores at every place of wide fields, in one pass.

    A space displacement neural network (LeCun et al. 1998, sec. VII): every layer is a convolution
    or subsamples, so on a wider field each gives wider maps, and the last one a score for each
    window of 32x32 pixels, every 4 pixels. Nothing is padded, so the scores at place (i, j) are
    those of the window whose first pixel is (4i, 4j), to rounding, and no window reaches over a
    border. At the right and below, up to 3 pixels that fill no further step are in no window. A
    field that is narrower or lower than 32 pixels has no place of its own: `prepare` sets such a
    picture into the middle of 32, and then there is one.

    Args:
        model: `LeNet5`, or one with an ablation that keeps its convolutions.
        images: (N, 1, H, W), uint8 pictures, or floats that are prepared already.

    Returns:
        (N, classes, h, w), with h = (H - 32) // 4 + 1, and w likewise.

    Raises:
        ValueError: fields that the network refuses, or a network that does not give maps.
    """
    fields = _fields(model, images)
    rows, columns = window_places(*fields.shape[-2:])
    with eval_mode(model), torch.no_grad():
        scores = model(fields)
    if scores.ndim == 2 and (rows, columns) == (1, 1):
        scores = scores[:, :, None, None]
    if scores.shape[2:] != (rows, columns):
        raise ValueError(
            f"expected scores (N, classes, {rows}, {columns}) of fields of "
            f"{fields.shape[-2]}x{fields.shape[-1]} pixels, got {tuple(scores.shape)} from "
            f"{type(model).__name__}; slide LeNet5, whose layers all read larger fields"
        )
    return scores


def crop_by_crop(model: nn.Module, images: Tensor) -> Tensor:
    """The same scores as `slide`, from one window after the other: the way that repeats its work.

    All windows of a picture are one batch.

    Args:
        model: a network that reads fields of 32x32.
        images: (N, 1, H, W), uint8 pictures, or floats that are prepared already.

    Returns:
        (N, classes, h, w)

    Raises:
        ValueError: fields that are smaller than a window.
    """
    fields = _fields(model, images)
    rows, columns = window_places(*fields.shape[-2:])
    cut = fields.unfold(2, FIELD, STEP).unfold(3, FIELD, STEP)  # (N, 1, h, w, 32, 32)
    with eval_mode(model), torch.no_grad():
        scores = [model(windows.reshape(-1, 1, FIELD, FIELD)) for windows in cut]
    return torch.stack([each.T.reshape(-1, rows, columns) for each in scores])


def window_places(height: int, width: int) -> tuple[int, int]:
    """How many windows of 32x32 pixels, 4 pixels apart, a field has: (rows, columns).

    Raises:
        ValueError: the field is smaller than a window.
    """
    return out_size(height, FIELD, STEP), out_size(width, FIELD, STEP)


def window_centre(place: int) -> float:
    """Middle of a window, in pixels along its axis; the first pixel's middle is at 0."""
    return STEP * place + (FIELD - 1) / 2


class Work(NamedTuple):
    """What reading a field takes, by the table of layers.

    Attributes:
        places: windows in the field.
        one_pass: multiply-adds of `slide`.
        crop_by_crop: multiply-adds of `crop_by_crop`.
    """

    places: int
    one_pass: int
    crop_by_crop: int

    @property
    def times(self) -> float:
        """How many times more work the crops are."""
        return self.crop_by_crop / self.one_pass


def work(model: nn.Module, height: int, width: int) -> Work:
    """Multiply-adds of both ways for one field, counted by `layer_table`.

    Raises:
        ValueError: the field is smaller than a window, or the network does not read it.
    """
    rows, columns = window_places(height, width)
    each = layer_table(model, FIELD).multiply_adds
    whole = layer_table(model, (height, width)).multiply_adds
    return Work(rows * columns, whole, rows * columns * each)


def _fields(model: nn.Module, images: Tensor) -> Tensor:
    """(N, 1, H, W) floats that the network reads."""
    return images if images.is_floating_point() else model.prepare(images)
