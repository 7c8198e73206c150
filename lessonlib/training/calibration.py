"""How far a network's probabilities can be believed."""

from dataclasses import dataclass

import torch
from torch import Tensor

Z_95 = 1.96  # standard deviations to either side that hold 95 % of a normal distribution


@dataclass(frozen=True)
class Reliability:
    """Answers sorted into bins by how sure the network was of them; empty bins are left out.

    Attributes:
        count: (B,) answers in each bin.
        confidence: (B,) mean probability of the answer that was given, 0..1.
        accuracy: (B,) share of these answers that are right, 0..1.
    """

    count: Tensor
    confidence: Tensor
    accuracy: Tensor

    @property
    def gap(self) -> float:
        """Expected calibration error (0..1), the mean over all answers of how far the two differ.

        It is 0 where, of all answers given with 80 %, 80 % are right, and so in every bin.
        """
        apart = (self.confidence - self.accuracy).abs()
        return float((self.count * apart).sum() / self.count.sum())

    @property
    def interval(self) -> tuple[Tensor, Tensor]:
        """Lowest and highest share (B,) that fit each bin's answers, by Wilson's rule at 95 %.

        Unlike a standard deviation, it is wide where one or two answers are all right or all wrong.
        """
        squared = Z_95**2 / self.count
        middle = (self.accuracy + squared / 2) / (1 + squared)
        variance = self.accuracy * (1 - self.accuracy) / self.count
        half = (Z_95**2 * (variance + squared / self.count / 4)).sqrt() / (1 + squared)
        low, high = (middle - half).clamp(min=0), (middle + half).clamp(max=1)
        return low.minimum(self.accuracy), high.maximum(self.accuracy)  # but for rounding


def reliability(probs: Tensor, labels: Tensor, bins: int = 10) -> Reliability:
    """Compare how sure a network is with how often it is right.

    The answer is the class of the largest probability. Bins are equally wide, from 0 to 1, and a
    probability on an edge counts in the upper bin, as 1 does in the last.

    Args:
        probs: (N, classes), probabilities, each row with a sum of 1.
        labels: (N,), the right classes.
        bins: number of bins.

    Raises:
        ValueError: no answers, sizes that do not fit, fewer than one bin, or rows that are not
            probabilities.
    """
    if probs.ndim != 2 or not len(probs) or labels.shape != probs.shape[:1] or bins < 1:
        raise ValueError(
            f"expected probs (N, classes), labels (N,) and bins of at least 1, got "
            f"{tuple(probs.shape)}, {tuple(labels.shape)} and {bins}"
        )
    _check_sums(probs)
    confidence, answers = probs.double().max(1)
    right = (answers == labels).double()
    place = (confidence * bins).long().clamp(max=bins - 1)
    count = torch.bincount(place, minlength=bins)
    sums = [torch.bincount(place, weights, bins) for weights in (confidence, right)]
    held = count > 0
    return Reliability(count[held], *(total[held] / count[held] for total in sums))


def _check_sums(probs: Tensor) -> None:
    sums = probs.sum(1)
    if probs.min() < 0 or not torch.allclose(sums, torch.ones_like(sums), atol=1e-4):
        raise ValueError(
            f"expected probabilities, 0 or more with a sum of 1 in each row, got a smallest value "
            f"of {float(probs.min()):.3g} and sums from {float(sums.min()):.3g} to "
            f"{float(sums.max()):.3g}; turn scores into probabilities first, as softmax(1) does"
        )
