"""What a network that learns from colour pictures has to beat: their colours alone."""

import torch
from torch import Tensor

from lessonlib.data import ImageSet
from lessonlib.training.regression import linear_scores, softmax_regression, standardized_pair

LEVELS = 4  # of red, of green and of blue, so 64 colours


def colour_shares(images: Tensor, levels: int = LEVELS) -> Tensor:
    """How much of each picture has which colour: (N, levels**3), float64, each row adds up to 1.

    Args:
        images: (N, 3, H, W), uint8.
        levels: into how many equal ranges red, green and blue are divided, 1 to 256.
    """
    red, green, blue = (images.long() * levels // 256).unbind(1)
    colours = ((red * levels + green) * levels + blue).flatten(1)  # (N, H * W)
    shares = torch.zeros(len(images), levels**3, dtype=torch.float64)
    return shares.scatter_add_(1, colours, torch.full(colours.shape, 1.0).double()) / len(colours.T)


def histogram_error(train_set: ImageSet, test_set: ImageSet) -> float:
    """Share of test pictures (0..1) that a linear classifier of 64 colours gets wrong.

    It sees the square root of each colour's share, so that rare colours count too, with the mean
    0 and the deviation 1 over the training pictures. Its weights are those of the least cross
    entropy (softmax regression), found to the end; nothing is drawn at random.

    Args:
        train_set: what it learns from.
        test_set: what it is tested on; it has the same classes.
    """
    known, asked = (colour_shares(each.images).sqrt() for each in (train_set, test_set))
    known, asked = standardized_pair(known, asked)
    weights = softmax_regression(known, train_set.labels, len(train_set.classes))
    answers = linear_scores(weights, asked).argmax(1)
    return (answers != test_set.labels).double().mean().item()
