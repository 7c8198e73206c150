"""How often a network is right."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lessonlib import settings
from lessonlib.data import ImageSet
from lessonlib.models.modes import eval_mode


@dataclass(frozen=True)
class Evaluation:
    """A network's answers to a set, in the set's order, on the CPU.

    Attributes:
        scores: (N, classes), larger is likelier.
        labels: (N,), the right answers.
    """

    scores: Tensor
    labels: Tensor

    @property
    def predictions(self) -> Tensor:
        """(N,), the class with the largest score."""
        return self.scores.argmax(1)

    @property
    def mistakes(self) -> Tensor:
        """Indices, in the set, of the pictures that were classified wrongly."""
        return (self.predictions != self.labels).nonzero().flatten()

    @property
    def error_rate(self) -> float:
        """Share of wrong answers, 0..1."""
        return len(self.mistakes) / len(self.labels)

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0..1."""
        return 1 - self.error_rate


def evaluate(
    model: nn.Module, image_set: ImageSet, *, device: str | None = None, batch_size: int = 500
) -> Evaluation:
    """Classify every picture of a set, in evaluation mode and without gradients.

    The network is moved to `device` and its modes are left as they were.

    Args:
        model: a network with `prepare`.
        image_set: pictures and labels.
        device: such as `cpu` or `cuda`; None asks `lessonlib.settings.device()`.
        batch_size: pictures at a time; changes memory and speed, not the answers.

    Raises:
        ValueError: batch_size below 1.
    """
    if batch_size < 1:
        raise ValueError(f"expected batch_size of at least 1, got {batch_size}")
    device = device or settings.device()
    model.to(device)
    with eval_mode(model), torch.inference_mode():
        scores = [
            model(model.prepare(images.to(device))).cpu()
            for images in image_set.images.split(batch_size)
        ]
    return Evaluation(torch.cat(scores), image_set.labels)
