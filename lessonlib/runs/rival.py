"""What a network that learns from colour pictures has to beat: their colours alone."""

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.data import ImageSet

LEVELS = 4  # of red, of green and of blue, so 64 colours
SHRINK = 0.01  # the weights' penalty: without it the same error takes ten times as long
STEPS = 300  # of the search, at most


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
    mean, deviation = known.mean(0), known.std(0).clamp(min=1e-9)
    weights = _regression((known - mean) / deviation, train_set.labels, len(train_set.classes))
    answers = _scores(weights, (asked - mean) / deviation).argmax(1)
    return (answers != test_set.labels).double().mean().item()


def _scores(weights: Tensor, features: Tensor) -> Tensor:
    """(N, classes) of features (N, n) and weights (n + 1, classes), the last row biases."""
    return features @ weights[:-1] + weights[-1]


def _regression(features: Tensor, labels: Tensor, classes: int) -> Tensor:
    """(n + 1, classes): the weights of least cross entropy."""
    weights = features.new_zeros(features.shape[1] + 1, classes, requires_grad=True)
    search = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        search.zero_grad()
        value = F.cross_entropy(_scores(weights, features), labels)
        value = value + SHRINK / 2 * weights[:-1].square().sum()
        value.backward()
        return value

    search.step(loss)
    return weights.detach()
