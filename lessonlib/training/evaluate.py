"""Evaluation: how often a network is right."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lessonlib.data import PictureSet
from lessonlib.data.augment import still
from lessonlib.data.crops import Centre, Resize, ten_views
from lessonlib.models.modes import eval_mode
from lessonlib.training.fitting import (
    check_network,
    check_scores,
    check_set,
    parameter_type,
    prepared,
)
from lessonlib.training.hardware import usable
from lessonlib.training.machine import bring, device_for


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

    @property
    def top5_error_rate(self) -> float:
        """Share of pictures whose class is not among the five with the largest scores, 0..1."""
        return self.error_among(5)

    def error_among(self, first: int) -> float:
        """Share of pictures whose class is not among the `first` with the largest scores, 0..1.

        Raises:
            ValueError: there are not more classes than that, so that nothing could be wrong.
        """
        classes = self.scores.shape[1]
        if not 1 <= first < classes:
            raise ValueError(
                f"expected from 1 to {classes - 1} of {classes} classes, got {first}; among all "
                f"of them the right one is always found"
            )
        found = self.scores.topk(first).indices == self.labels[:, None]
        return 1 - found.any(1).double().mean().item()


def evaluate(
    model: nn.Module,
    image_set: PictureSet,
    *,
    device: str | None = None,
    batch_size: int | None = None,
    steps: Sequence[Resize | Centre] = (),
    views: int = 1,
) -> Evaluation:
    """Classify every picture of a set, in evaluation mode and without gradients.

    The network is moved to `device`, unless its parts lie on several, and its modes are left as
    they were. It reads the pictures as its `prepare` makes them, in the type of its parameters.

    With `views=10`, it reads each picture ten times, as in Krizhevsky et al. 2012, sec. 4.1: the
    four corners and the middle, and the mirror images of these. The ten softmax outputs are
    averaged, and the scores are the logarithms of these averages.

        result = evaluate(network, test, views=10, steps=for_testing(recipe.augment))
        result.error_rate, result.top5_error_rate

    Args:
        model: a network with `prepare`.
        image_set: pictures and labels. The pictures are bytes: 0 is ground, 255 is ink.
        device: such as `cpu` or `cuda:1`; None asks `lessonlib.settings.device()`.
        batch_size: pictures at a time; it changes memory and speed, not the answers. None is 500,
            or fewer if they are large.
        steps: what is done to the pictures first, such as `(Resize(256), Centre(224))`; a network
            that was trained with a recipe's `augment` takes `for_testing(recipe.augment)` of
            `lessonlib.data.augment`.
        views: 1, or 10: then views of the size of the last `Centre` are cut where that would cut
            its own, or of the size that the network reads if there is none.

    Raises:
        ValueError: batch_size below 1, pictures that are not bytes, something that is not a set, no
            such device, a random step, views that there are not, pictures that are not larger than
            a view, or a network that gives maps of scores, or too few scores, for them.
    """
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"expected batch_size of at least 1, got {batch_size}")
    if views not in (1, 10):
        raise ValueError(f"expected views of 1 or 10, got {views}")
    check_set(image_set, "image_set")
    check_network(model)
    place = usable(device_for(model, device))
    bring(model, place)
    return classified(model, image_set, place, batch_size, steps, views)


def classified(
    model: nn.Module,
    image_set: PictureSet,
    device: torch.device,
    batch_size: int | None = None,
    steps: Sequence[Resize | Centre] = (),
    views: int = 1,
) -> Evaluation:
    """What `evaluate` gives, of a network that is where it is to run."""
    answer = _one_view if views == 1 else _ten_views
    scores, labels, indices = [], [], []
    batches = image_set.ordered(batch_size or _at_once(image_set, steps), indices=True)
    # Not inference_mode: a lazy layer's parameters, made in it, could never be trained.
    with eval_mode(model), torch.no_grad():
        for images, known, where in batches:
            _check_bytes(images)
            answers = answer(model, image_set, images.to(device), steps)
            for kept, values in ((scores, answers), (labels, known), (indices, where)):
                kept.append(values.cpu())
    return Evaluation(torch.cat(scores), torch.cat(labels), torch.cat(indices))


def _one_view(
    model: nn.Module, image_set: PictureSet, images: Tensor, steps: Sequence[Resize | Centre]
) -> Tensor:
    """(N, classes): the scores of uint8 images."""
    images = still(images, steps)
    scores = model(prepared(model, images, parameter_type(model)))
    check_scores(model, scores, image_set, images)
    return scores


def _ten_views(
    model: nn.Module, image_set: PictureSet, images: Tensor, steps: Sequence[Resize | Centre]
) -> Tensor:
    """(N, classes): logarithms of the average softmax outputs for ten views of uint8 images."""
    *before, last = steps or (None,)
    if not isinstance(last, Centre):
        before, last = steps, Centre(model.input_shape[-1])
    whole, size = still(images, before), last.size
    if min(whole.shape[-2:]) == size:
        raise ValueError(
            f"ten views of {size}x{size} pixels need larger pictures, got {size}x{size}, of which "
            f"all views but the mirror images are the same; enlarge them first, with "
            f"steps=(Resize(256), Centre(224)), or take views=1"
        )
    total = sum(_one_view(model, image_set, view, ()).softmax(1) for view in ten_views(whole, size))
    return (total / 10).log()


def _at_once(image_set: PictureSet, steps: Sequence[Resize | Centre]) -> int:
    """Pictures in a batch: 500, or as many as have 25 million bytes together."""
    return min(500, max(1, 25_000_000 // still(image_set.first(), steps).numel()))


def _check_bytes(images: Tensor) -> None:
    """Refuse pictures that are prepared already."""
    if images.dtype != torch.uint8:
        raise ValueError(
            f"expected uint8 pictures, 0 for ground and 255 for ink, which evaluate prepares "
            f"itself, got {images.dtype}; for prepared pictures call the network"
        )
