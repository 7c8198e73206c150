"""What a set's pictures are like on average: their mean and how their colours vary."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from lessonlib import settings
from lessonlib.data.face import PictureSet
from lessonlib.data.imageset import ImageSet
from lessonlib.writing import write_whole

AT_ONCE = 64  # pictures


@dataclass(frozen=True)
class Statistics:
    """Means over all pictures of a set, each picture as it is in the set.

    Attributes:
        pictures: how many were read.
        mean: (C, H, W) float32, the mean picture, in levels from 0 to 255.
        colour: (C,) float64, the mean of each channel over all pixels.
        covariance: (C, C) float64, of the channels over all pixels, in squared levels.
    """

    pictures: int
    mean: Tensor
    colour: Tensor
    covariance: Tensor


def statistics(image_set: PictureSet) -> Statistics:
    """The means of a set, in one pass.

    For a set that is read from a disk they are kept in the data folder, under the set's
    fingerprint, so that the next call needs no pass.

    Args:
        image_set: the pictures to train on.

    Raises:
        DataUnavailableError: no picture can be read.
    """
    if isinstance(image_set, ImageSet):
        return _measured(image_set)
    path = settings.data_dir() / "statistics" / f"{image_set.fingerprint}.safetensors"
    kept = _kept(path)
    if kept is None:
        kept = _measured(image_set)
        _keep(kept, path)
    return kept


def _measured(image_set: PictureSet) -> Statistics:
    """The sums are of whole numbers, so that no machine rounds otherwise than another."""
    count, total, products = 0, 0, 0
    for images, _ in image_set.ordered(AT_ONCE):
        levels = images.long()
        pixels = images.transpose(0, 1).flatten(1).double()  # (C, n * H * W)
        count += len(images)
        total = total + levels.sum(0)  # (C, H, W)
        products = products + (pixels @ pixels.T)  # below 2^53, so exact
    area = count * total[0].numel()
    colour = total.flatten(1).sum(1).double() / area
    covariance = products / area - colour[:, None] * colour
    return Statistics(count, (total.double() / count).float().cpu(), colour.cpu(), covariance.cpu())


def _kept(path: Path) -> Statistics | None:
    """What is in the file; None if there is none, or it is damaged."""
    try:
        found = load(path.read_bytes())
        return Statistics(int(found.pop("pictures")), **found)
    except (OSError, SafetensorError, KeyError, TypeError):
        return None


def _keep(found: Statistics, path: Path) -> None:
    """Write the file; where that cannot be done, the next call has to measure again."""
    data = {name: getattr(found, name) for name in ("mean", "colour", "covariance")}
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, save({"pictures": torch.tensor(found.pictures), **data}))
