"""Losses, all computed from scores: a larger score is likelier."""

import torch
from torch import Tensor
from torch.nn import functional as F


def cross_entropy(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean of minus the log of softmax at the right class.

    Args:
        scores: (N, classes).
        labels: (N,), class indices.
    """
    return F.cross_entropy(scores, labels)


def mse(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean penalty of the right class: LeCun et al. 1998, eq. 8.

    With LeNet-5's scores it is the mean squared distance between F6 and the right code. Nothing
    pushes the wrong classes away; if the codes may move too, it can reach 0 by making all alike.

    Args:
        scores: (N, classes), minus the penalties.
        labels: (N,), class indices.
    """
    return -_of_label(scores, labels).mean()


def discriminative(scores: Tensor, labels: Tensor, j: float = 1.0) -> Tensor:
    """Penalty of the right class against all of them: LeCun et al. 1998, eq. 9.

    Mean of y_D + log(exp(-j) + sum_i exp(-y_i)), with penalties y = -scores. The constant j
    stands for a rubbish class: it limits how far large penalties are raised. The paper asks for
    a positive constant and prints no value; 1 is our choice.

    Args:
        scores: (N, classes), minus the penalties.
        labels: (N,), class indices.
        j: positive; with j -> infinity this is cross-entropy.

    Raises:
        ValueError: j is not positive.
    """
    if j <= 0:
        raise ValueError(f"expected a positive j (eq. 9), got {j}")
    rubbish = scores.new_full((len(scores), 1), -j)
    everything = torch.logsumexp(torch.cat([scores, rubbish], dim=1), dim=1)
    return (everything - _of_label(scores, labels)).mean()


def scaled_discriminative(scores: Tensor, labels: Tensor) -> Tensor:
    """Eq. 9 with the penalties times 0.025 and j = 1, as the recipe LECUN1998 has it.

    The paper prints neither the scale nor j. Squared distances between codes are up to hundreds;
    times 0.025, two answers that differ by some of the 84 components are both still likely.

    Args:
        scores: (N, classes), minus the penalties.
        labels: (N,), class indices.
    """
    return discriminative(0.025 * scores, labels)


def targets(scores: Tensor, labels: Tensor) -> Tensor:
    """Half the squared distance of all outputs to their targets, +1 for the right class, else -1.

    Mean over the pictures, sum over the classes. For networks whose scores are squashed outputs:
    LeCun et al. 1989 used such targets, and the code of two of LeNet-5's authors from 2002 this
    loss (`LeNet5Lush`).

    Args:
        scores: (N, classes), the outputs.
        labels: (N,), class indices.
    """
    wanted = torch.full_like(scores, -1.0).scatter(1, labels[:, None], 1.0)
    return (scores - wanted).square().sum(1).mean() / 2


LOSSES = {
    "cross_entropy": cross_entropy,
    "mse": mse,
    "discriminative": discriminative,
    "scaled_discriminative": scaled_discriminative,
    "targets": targets,
}
"""The losses a recipe can name."""


def _of_label(scores: Tensor, labels: Tensor) -> Tensor:
    return scores.gather(1, labels[:, None]).squeeze(1)
