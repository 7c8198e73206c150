"""The mean of the pictures that a network learns from, which some networks subtract."""

import torch
from torch import Tensor, nn

from lessonlib.data import PictureSet

MOST = 10_000  # pictures; of more, so many are taken at equal distances


def set_mean(model: nn.Module, train_set: PictureSet) -> None:
    """Give a network the mean of what it is to learn from, if it asks for one and has none.

    A mean that is there already stays: the weights that were loaded with it were learnt with it.

    Args:
        model: a network with `set_mean` and a buffer `mean`, such as `AlexNet`; others are left.
        train_set: the training part.
    """
    if hasattr(model, "set_mean") and not model.mean.any():
        model.set_mean(mean_picture(train_set).to(model.mean.device))


def mean_picture(image_set: PictureSet) -> Tensor:
    """(C, H, W), 0 to 255: the mean of a set's pictures, pixel by pixel, in float32.

    Krizhevsky et al. 2012, sec. 2, take it over the training set. Of a set of more than 10,000
    pictures, which may have to be read from a disk one by one, 10,000 or somewhat fewer stand for
    all.
    """
    distance = -(-len(image_set) // MOST)
    chosen = (
        image_set if distance == 1 else image_set.take(torch.arange(0, len(image_set), distance))
    )
    total, count = torch.zeros(1, dtype=torch.int64), 0
    for images, *_ in chosen.ordered(500):
        total = total + images.sum(0, dtype=torch.int64).cpu()
        count += len(images)
    return (total.double() / count).float()
