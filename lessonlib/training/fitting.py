"""Whether a network and a set of pictures fit together."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lessonlib.data import ImageSet, PictureSet
from lessonlib.training.recipe import Recipe


def check_given(
    model: nn.Module,
    train_set: PictureSet,
    tested: Mapping[str, PictureSet],
    recipe: Recipe,
) -> None:
    """Refuse what `fit` cannot train, as far as that can be seen without trying.

    Args:
        model: the network.
        train_set: what it is to learn from.
        tested: what it is to be tested on between epochs: `validation`, `test` or both.
        recipe: how it is to be trained.

    Raises:
        ValueError: something else was given, the recipe waits for a plateau and there is no
            validation set, or the validation set is one of the other two.
    """
    for purpose, image_set in {"train": train_set, **tested}.items():
        check_set(image_set, f"{purpose}_set")
    check_network(model)
    if not isinstance(recipe, Recipe):
        raise ValueError(
            f"expected a Recipe, got {type(recipe).__name__}; with an SDLMRecipe call "
            f"lessonlib.training.sdlm_fit"
        )
    if "validation" not in tested:
        if recipe.schedule == "plateau":
            raise ValueError(
                "schedule='plateau' cuts the rate when the error on a validation set stalls, so "
                "fit needs validation_set=...; hold a part of the training set back for it"
            )
        return
    for purpose, other in {"train": train_set, "test": tested.get("test")}.items():
        if other is not None and other.fingerprint == tested["validation"].fingerprint:
            raise ValueError(
                f"validation_set and {purpose}_set hold the same pictures; the rate follows the "
                f"validation error, so hold a part of the training set back for it, and train on "
                f"the rest"
            )


def check_set(given: object, argument: str) -> None:
    """Refuse what is not a set of pictures.

    Args:
        given: what should be a set: an `ImageSet`, or one that is read from a disk.
        argument: its name, for the message.

    Raises:
        ValueError: it is something else, such as a DataLoader.
    """
    if not isinstance(given, PictureSet):
        raise ValueError(
            f"expected {argument} as an ImageSet, got {type(given).__name__}; give the set of "
            f"pictures itself, such as load('digits') or ImageSet(name, images, labels, classes, "
            f"source, licence): batches are cut from it here"
        )


def check_in_memory(image_set: PictureSet, who: str) -> None:
    """Refuse a set whose pictures are not in memory.

    Args:
        image_set: the set.
        who: what needs them there, for the message.

    Raises:
        ValueError: the set is read from a disk.
    """
    if not isinstance(image_set, ImageSet):
        raise ValueError(
            f"{who} takes single pictures in any order, so it needs them in memory, but "
            f"{image_set.name!r} is read from a disk; give an ImageSet, or train with "
            f"lessonlib.training.fit"
        )


def check_network(model: nn.Module) -> None:
    """Refuse a network that does not say how pictures are prepared for it.

    Raises:
        ValueError: it has no `prepare`.
    """
    if not hasattr(model, "prepare"):
        raise ValueError(
            f"expected a network with prepare(images), got {type(model).__name__}; give its "
            f"class a static method that turns uint8 images into the floats it reads"
        )


def check_scores(model: nn.Module, scores: object, image_set: PictureSet, images: Tensor) -> None:
    """Refuse what is not one row of scores per picture, with a score for each class.

    Args:
        model: the network, for the message.
        scores: what it gave for some pictures of the set.
        image_set: the set.
        images: (N, C, H, W), these pictures as they are in the set.

    Raises:
        ValueError: maps of scores, too few scores, or not a tensor.
    """
    classes, name = len(image_set.classes), type(model).__name__
    shape = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
    if isinstance(scores, Tensor) and scores.ndim == 2 and scores.shape[1] >= classes:
        return
    if isinstance(scores, Tensor) and scores.ndim == 4:
        height, width = images.shape[-2:]
        reads = getattr(model, "input_shape", (0, 0, 0))
        size = f" to {reads[1]}x{reads[2]}" if reads[1] else ""
        raise ValueError(
            f"{name} gives {shape}, maps of scores: it reads the {height}x{width} pictures of "
            f"{image_set.name!r} as wide fields and answers once per place, not once for "
            f"the whole. Cut or shrink the pictures{size}, or call "
            f"model(model.prepare(images)) yourself for the maps"
        )
    raise ValueError(
        f"expected scores of shape (N, {classes}) or wider for the {classes} classes of "
        f"{image_set.name!r}, but {name} gives {shape}"
    )


def parameter_type(model: nn.Module) -> torch.dtype | None:
    """The floating-point type of a network's parameters (of the first one); None if it has none."""
    types = (parameter.dtype for parameter in model.parameters())
    return next((each for each in types if each.is_floating_point), None)


def prepared(model: nn.Module, images: Tensor, dtype: torch.dtype | None) -> Tensor:
    """Pictures as the network reads them, in the type of its parameters.

    `prepare` is a static method and cannot know that type: a network of float64 gets float64.

    Args:
        model: a network with `prepare`.
        images: (N, C, H, W), uint8.
        dtype: from `parameter_type`; None leaves the type as it is.
    """
    ready = model.prepare(images)
    return ready.to(dtype) if dtype is not None and ready.is_floating_point() else ready
