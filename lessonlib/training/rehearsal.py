"""A small trial of a run's first and last batch, so that what cannot work is refused at once."""

from collections.abc import Mapping, Sequence

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from lessonlib.data import PictureSet
from lessonlib.data.augment import for_testing, still
from lessonlib.data.crops import Centre, Resize
from lessonlib.models.modes import eval_mode
from lessonlib.training.fitting import check_scores, parameter_type, prepared
from lessonlib.training.recipe import Recipe
from lessonlib.training.seeds import drawing_from

Steps = Sequence[Resize | Centre]


def rehearse(
    model: nn.Module,
    train_set: PictureSet,
    tested: Mapping[str, PictureSet],
    recipe: Recipe,
    machine: Accelerator,
) -> None:
    """Put one picture of each set through the network; train on one if some batch has only one.

    Weights, running statistics, modes and the caller's random numbers are left as they were. The
    weights of lazy layers, which are made here, follow from the recipe's seed.

    Args:
        model: a network with `prepare`, on the machine's device.
        train_set: what it is to learn from.
        tested: what it is to be tested on between epochs, by what that is for.
        recipe: how to train.
        machine: where to train.

    Raises:
        ValueError: a set does not fit the network or the other set, it has no batch of the
            recipe's size, or the network cannot be trained on a batch of one picture and there is
            such a batch.
    """
    for purpose, image_set in tested.items():
        check_classes(train_set, image_set, purpose)
    train_set.batches(1, recipe.batch_size, recipe.seed)  # refuses batches that it cannot cut
    device, steps = machine.device, for_testing(recipe.augment)
    with drawing_from(recipe.seed, "lazy weights", device=device):
        for image_set in (train_set, *tested.values()):
            answer_one(model, image_set, device, steps)
        if _smallest_share(len(train_set), recipe.batch_size, machine) == 1:
            _train_on_one(model, train_set, device, steps)


def check_classes(train_set: PictureSet, tested: PictureSet, purpose: str = "test") -> None:
    """Refuse two sets of different classes.

    Args:
        train_set: what is learnt from.
        tested: the other set.
        purpose: what that is for, for the message.

    Raises:
        ValueError: names or order differ.
    """
    if tested.classes != train_set.classes:
        raise ValueError(
            f"the {purpose} set {tested.name!r} has the classes {_few(tested.classes)}, but the "
            f"training set {train_set.name!r} has {_few(train_set.classes)}; the {purpose} "
            f"error would mean nothing. Give two sets of the same classes in the same order"
        )


def first_picture(image_set: PictureSet, device: torch.device, steps: Steps) -> Tensor:
    """(1, C, H, W) uint8: a set's first picture, of the size that the network is given."""
    return still(image_set.first().to(device), steps)


def answer_one(
    model: nn.Module, image_set: PictureSet, device: torch.device, steps: Steps = ()
) -> None:
    """Put a set's first picture through a network, on the device it is on, after these steps.

    Raises:
        ValueError: the set does not fit the network.
    """
    # Not inference_mode: a lazy layer's parameters, made in it, could never be trained.
    with eval_mode(model), torch.no_grad():
        one = first_picture(image_set, device, steps)
        check_scores(model, model(prepared(model, one, parameter_type(model))), image_set, one)


def _train_on_one(
    model: nn.Module, train_set: PictureSet, device: torch.device, steps: Steps
) -> None:
    kept = {name: buffer.clone() for name, buffer in model.named_buffers()}
    one = prepared(model, first_picture(train_set, device, steps), parameter_type(model))
    with eval_mode(model), torch.no_grad():  # which gives the modes back
        try:
            model.train()(one)
        except ValueError as error:
            raise ValueError(
                f"{type(model).__name__} cannot be trained on a single picture ({error}), but an "
                f"epoch over the {len(train_set):,} pictures of {train_set.name!r} has a batch "
                f"of one; take another batch_size, or leave pictures out with "
                f"train_set.take(indices)"
            ) from error
        finally:
            for name, buffer in model.named_buffers():
                buffer.copy_(kept[name])


def _smallest_share(count: int, batch_size: int, machine: Accelerator) -> int:
    """Pictures in this process's share of an epoch's last batch; one stands in for none."""
    last = count % batch_size or batch_size
    return max(1, len(range(machine.process_index, last, machine.num_processes)))


def _few(classes: tuple[str, ...]) -> str:
    more = ", ..." if len(classes) > 3 else ""
    return f"({', '.join(classes[:3])}{more}; {len(classes)} in all)"
