"""Evaluation: how often a network is right."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lessonlib import settings
from lessonlib.data import PictureSet
from lessonlib.data.augment import still
from lessonlib.data.crops import Centre, Resize
from lessonlib.models.modes import eval_mode
from lessonlib.training.fitting import (
    check_network,
    check_scores,
    check_set,
    parameter_type,
    prepared,
)


@dataclass(frozen=True)
class Evaluation:
    """A network's answers to a set, in the set's order, on the CPU.

    Attributes:
        scores: (N, classes); a larger score is likelier.
        labels: (N,), the right answers.
        indices: (N,), where in the set each picture is; None if all are there. A picture that
            could not be read is missing.
    """

    scores: Tensor
    labels: Tensor
    indices: Tensor | None = None

    @property
    def predictions(self) -> Tensor:
        """(N,), the class with the largest score."""
        return self.scores.argmax(1)

    @property
    def mistakes(self) -> Tensor:
        """Indices, in the set, of the pictures that were classified wrongly."""
        wrong = (self.predictions != self.labels).nonzero().flatten()
        return wrong if self.indices is None else self.indices[wrong]

    @property
    def error_rate(self) -> float:
        """Share of wrong answers, 0..1."""
        return len(self.mistakes) / len(self.labels)

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0..1."""
        return 1 - self.error_rate


def evaluate(
    model: nn.Module,
    image_set: PictureSet,
    *,
    device: str | None = None,
    batch_size: int = 500,
    steps: Sequence[Resize | Centre] = (),
) -> Evaluation:
    """Classify every picture of a set, in evaluation mode and without gradients.

    The network is moved to `device` and its modes are left as they were. It reads the pictures
    as its `prepare` makes them, in the type of its parameters.

    Args:
        model: a network with `prepare`.
        image_set: pictures and labels. The pictures are bytes: 0 is ground, 255 is ink.
        device: such as `cpu` or `cuda`; None asks `lessonlib.settings.device()`.
        batch_size: pictures at a time; it changes memory and speed, not the answers.
        steps: what is done to the pictures first, such as `(Resize(256), Centre(224))`; a network
            that was trained with a recipe's `augment` takes `for_testing(recipe.augment)` of
            `lessonlib.data.augment`.

    Raises:
        ValueError: batch_size below 1, pictures that are not bytes, something that is not a set, a
            random step, or a network that gives maps of scores, or too few scores, for them.
    """
    if batch_size < 1:
        raise ValueError(f"expected batch_size of at least 1, got {batch_size}")
    check_set(image_set, "image_set")
    check_network(model)
    device = device or settings.device()
    dtype = parameter_type(model.to(device))
    scores, labels, indices = [], [], []
    # Not inference_mode: a lazy layer's parameters, made in it, could never be trained.
    with eval_mode(model), torch.no_grad():
        for images, known, where in image_set.ordered(batch_size, indices=True):
            _check_bytes(images)
            images = still(images.to(device), steps)
            answers = model(prepared(model, images, dtype))
            check_scores(model, answers, image_set, images)
            for kept, values in ((scores, answers), (labels, known), (indices, where)):
                kept.append(values.cpu())
    return Evaluation(torch.cat(scores), torch.cat(labels), torch.cat(indices))


def _check_bytes(images: Tensor) -> None:
    """Refuse pictures that are prepared already."""
    if images.dtype != torch.uint8:
        raise ValueError(
            f"expected uint8 pictures, 0 for ground and 255 for ink, which evaluate prepares "
            f"itself, got {images.dtype}; for prepared pictures call the network"
        )
