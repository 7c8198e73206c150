"""Three ways to read digits in which no features are learned.

Each takes the pictures that it may learn from and those that it is asked, and gives its answers:

    answers = nearest_neighbour(train_set, test_set)
    wrong = (answers != test_set.labels).double().mean()

None of them draws anything at random.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data import ImageSet
from lessonlib.training.regression import linear_scores, softmax_regression, standardized_pair

CELL, STEP = 4, 2  # pixels: windows that edges are averaged in, and between two of them
AT_ONCE = 500  # pictures

_LYING = ((-1.0, -2.0, -1.0), (0.0, 0.0, 0.0), (1.0, 2.0, 1.0))  # answers where ink begins below
_SLANTED = ((-2.0, -1.0, 0.0), (-1.0, 0.0, 1.0), (0.0, 1.0, 2.0))


def nearest_neighbour(train_set: ImageSet, test_set: ImageSet) -> Tensor:
    """(N,): each picture gets the class of the one most like it, pixel by pixel.

    Most alike is the smallest sum of squared differences; of equal ones, the first counts.

    Args:
        train_set: the pictures to compare with, (M, C, H, W).
        test_set: the pictures that are asked, of the same size.

    Raises:
        ValueError: the sizes differ.
    """
    known, asked = _pixels(train_set, test_set)
    lengths = known.square().sum(1)
    nearest = [(lengths - 2 * part @ known.T).argmin(1) for part in asked.split(AT_ONCE)]
    return train_set.labels[torch.cat(nearest)]


def linear_classifier(train_set: ImageSet, test_set: ImageSet) -> Tensor:
    """(N,): each class is one weighted sum of the pixels, and the largest one wins.

    The weights are those of least cross entropy, with a small penalty on large ones.

    Args:
        train_set: what it learns from.
        test_set: the pictures that are asked, of the same size.

    Raises:
        ValueError: the sizes differ.
    """
    known, asked = _pixels(train_set, test_set)
    return _answers(known, asked, train_set)


def oriented_edges(train_set: ImageSet, test_set: ImageSet) -> Tensor:
    """(N,): the same of `edge_features`, made by hand, in place of the pixels.

    Args:
        train_set: what it learns from.
        test_set: the pictures that are asked, of the same size.

    Raises:
        ValueError: the sizes differ.
    """
    _check_sizes(train_set, test_set)
    pair = (edge_features(each.images).double() for each in (train_set, test_set))
    return _answers(*standardized_pair(*pair), train_set)


def edge_features(images: Tensor) -> Tensor:
    """How much edge of which direction is where: (N, 8 * places).

    Eight filters of 3x3 pixels answer edges of eight directions, 45 degrees apart, and nothing
    where a sum is negative. Their answers are averaged over windows of 4x4 pixels, two apart, so
    that it matters little where in a window an edge is. Nothing here is learned.

    Args:
        images: (N, 1, H, W), uint8, at least 4x4 pixels.
    """
    ink = images.float() / 255
    edges = F.conv2d(ink, edge_filters(), padding=1)  # (N, 4, H, W): beyond the edge is ground
    both = torch.cat([edges, -edges], 1).relu()  # (N, 8, H, W)
    return F.avg_pool2d(both, CELL, STEP).flatten(1)


def edge_filters() -> Tensor:
    """(4, 1, 3, 3): lying, standing and the two slanted edges; minus these, the other four."""
    lying, slanted = torch.tensor(_LYING), torch.tensor(_SLANTED)
    return torch.stack([lying, lying.T, slanted, slanted.flip(1)])[:, None]


def _answers(known: Tensor, asked: Tensor, train_set: ImageSet) -> Tensor:
    weights = softmax_regression(known, train_set.labels, len(train_set.classes))
    return linear_scores(weights, asked).argmax(1)


def _pixels(train_set: ImageSet, test_set: ImageSet) -> tuple[Tensor, Tensor]:
    """Both sets' pixels from 0 to 1, one row per picture, in float64."""
    _check_sizes(train_set, test_set)
    known, asked = (each.images.flatten(1).double() / 255 for each in (train_set, test_set))
    return known, asked


def _check_sizes(train_set: ImageSet, test_set: ImageSet) -> None:
    sizes = [tuple(each.images.shape[1:]) for each in (train_set, test_set)]
    if sizes[0] != sizes[1]:
        raise ValueError(
            f"expected pictures of one size to learn from and to be asked, got {sizes[0]} and "
            f"{sizes[1]}; fitted(image_set, 16) makes digits of different sets equally large"
        )
