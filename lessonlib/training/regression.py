"""Softmax regression, searched to the end: what any linear classifier of given features can do."""

import torch
from torch import Tensor
from torch.nn import functional as F

SHRINK = 0.01  # the weights' penalty: without it the same error takes ten times as long
STEPS = 300  # of the search, at most


def softmax_regression(features: Tensor, labels: Tensor, classes: int) -> Tensor:
    """(n + 1, classes): the weights of least cross entropy, the last row biases.

    They are found to the end; nothing is drawn at random.

    Args:
        features: (N, n).
        labels: (N,), class indices.
        classes: how many there are.
    """
    weights = features.new_zeros(features.shape[1] + 1, classes, requires_grad=True)
    search = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        search.zero_grad()
        value = F.cross_entropy(linear_scores(weights, features), labels)
        value = value + SHRINK / 2 * weights[:-1].square().sum()
        value.backward()
        return value

    search.step(loss)
    return weights.detach()


def linear_scores(weights: Tensor, features: Tensor) -> Tensor:
    """(N, classes) of features (N, n) and weights (n + 1, classes), the last row biases."""
    return features @ weights[:-1] + weights[-1]


def standardized_pair(known: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
    """Both, with each feature's mean 0 and deviation 1 over those that are known, (N, n)."""
    mean, deviation = known.mean(0), known.std(0).clamp(min=1e-9)
    return (known - mean) / deviation, (asked - mean) / deviation
