"""Rejecting what a network is not sure of: one threshold for a number that says how sure it is."""

from typing import NamedTuple

import torch
from torch import Tensor


class RejectionCurve(NamedTuple):
    """What a threshold costs and what it buys, from no threshold to the strictest.

    Attributes:
        rejected: (P,) share of the known pictures that are rejected, rising from 0.
        accepted: (P,) share of the foreign pictures that are still accepted.
    """

    rejected: Tensor
    accepted: Tensor


def rejection_threshold(sureness: Tensor, rejected: float = 0.01) -> float:
    """The threshold below which so large a share of these pictures is rejected.

    Choose it on pictures that are used for nothing else. What is as large as the threshold is
    accepted, so where many are equally sure, fewer are rejected than asked for, never more.

    Args:
        sureness: (N,), one number for each picture; larger is surer.
        rejected: the share to reject, 0 or more and less than 1.

    Raises:
        ValueError: no pictures, numbers that are not finite, or another share.
    """
    _check("sureness", sureness)
    if not 0 <= rejected < 1:
        raise ValueError(f"expected a share to reject in 0 <= share < 1, got {rejected}")
    ordered = sureness.sort().values
    return float(ordered[int(rejected * len(ordered) + 1e-9)])


def accepted_share(sureness: Tensor, threshold: float) -> float:
    """Share (0..1) of the pictures whose sureness (N,) reaches the threshold.

    Raises:
        ValueError: no pictures, or numbers that are not finite.
    """
    _check("sureness", sureness)
    return float((sureness >= threshold).double().mean())


def rejection_curve(known: Tensor, foreign: Tensor, points: int = 101) -> RejectionCurve:
    """For every share of known pictures that one may reject, the share of foreign ones let in.

    Args:
        known: (N,), how sure the network is of pictures that it should accept.
        foreign: (M,), how sure it is of pictures that it should reject.
        points: shares to try, evenly from 0 to almost 1.

    Raises:
        ValueError: no pictures, numbers that are not finite, or fewer than two points.
    """
    _check("known", known)
    _check("foreign", foreign)
    if points < 2:
        raise ValueError(f"expected at least 2 points, got {points}")
    shares = [i / points for i in range(points)]
    thresholds = [rejection_threshold(known, share) for share in shares]
    rejected = [1 - accepted_share(known, threshold) for threshold in thresholds]
    accepted = [accepted_share(foreign, threshold) for threshold in thresholds]
    return RejectionCurve(torch.tensor(rejected), torch.tensor(accepted))


def _check(name: str, sureness: Tensor) -> None:
    if sureness.ndim != 1 or not len(sureness) or not sureness.isfinite().all():
        raise ValueError(
            f"expected {name} as finite numbers (N,), one for each picture, got "
            f"{tuple(sureness.shape)}"
            + (" with NaN or infinity in it" if not sureness.isfinite().all() else "")
        )
