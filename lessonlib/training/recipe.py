"""How to train, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any, Protocol, Self

from lessonlib import named
from lessonlib.data.augment import AUGMENTATIONS, Augmentation
from lessonlib.training.losses import LOSSES
from lessonlib.training.optimizers import OPTIMIZERS
from lessonlib.training.schedules import SCHEDULES


class AnyRecipe(Protocol):
    """What every recipe is asked, whichever trainer follows it."""

    @property
    def epochs(self) -> int:
        """Passes over the training set."""
        ...

    @property
    def seed(self) -> int:
        """What is drawn at random follows from it."""
        ...

    def as_data(self) -> dict[str, Any]:
        """The recipe in a form that JSON can hold."""
        ...

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The recipe that `as_data` made the data of, in today's fields."""
        ...


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to train; it does not say what is trained, nor on which machine.

    Attributes:
        epochs: passes over the training set, at least 1.
        lr: learning rate at the start (for `one_cycle`, at its highest).
        batch_size: pictures per update.
        optimizer: `sgd`, `adam` or `adamw` of PyTorch; or `sgd_2012`, the update that
            Krizhevsky et al. 2012 print, which differs from `sgd` where the rate changes.
        momentum: of `sgd`; the first of the two decay rates of `adam` and `adamw`. 0 <= m < 1.
        weight_decay: as PyTorch's optimisers understand it.
        schedule: of the learning rate. `constant`, `cosine` and `one_cycle` are set at each step.
            `plateau` divides it by 10 when the error on the `validation_set` of `fit` has stalled.
        patience: of `plateau`: a cut comes when this many epochs in a row have not brought the
            lowest error so far. Krizhevsky et al. cut by hand and print no number; 5 is ours.
        cuts: of `plateau`: so often at most. Krizhevsky et al. 2012: three times (sec. 5).
        loss: a name in `lessonlib.training.LOSSES`.
        augment: changes to the training pictures, one after the other, such as
            `(Shift(pixels=2),)`; see `lessonlib.data.augment`. Empty means none.
        seed: of the order of the pictures, of augmentation and of dropout, each of which has
            random numbers of its own; 0 <= seed < 2^31.

    Raises:
        ValueError: a number is out of range or a name is unknown; the message lists the names.
    """

    epochs: int
    lr: float
    batch_size: int = 128
    optimizer: str = "sgd"
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "constant"
    patience: int = 5
    cuts: int = 3
    loss: str = "cross_entropy"
    augment: tuple[Augmentation, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be trained with."""
        for field in ("epochs", "batch_size", "patience", "cuts"):
            value = getattr(self, field)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"expected {field} as a whole number, at least 1, got {value!r}")
        if not isinstance(self.seed, int) or not 0 <= self.seed < 2**31:
            raise ValueError(f"expected seed as a whole number in 0 <= s < 2^31, got {self.seed!r}")
        if not isfinite(self.lr) or self.lr <= 0:
            raise ValueError(f"expected a finite lr above 0, got {self.lr!r}")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"expected momentum in 0 <= m < 1, got {self.momentum!r}")
        if not isfinite(self.weight_decay) or self.weight_decay < 0:
            raise ValueError(f"expected a finite weight_decay from 0, got {self.weight_decay!r}")
        _check_name("optimizer", self.optimizer, OPTIMIZERS)
        _check_name("schedule", self.schedule, SCHEDULES)
        _check_name("loss", self.loss, LOSSES)
        _check_augment(self.augment)

    def as_data(self) -> dict[str, Any]:
        """The recipe in a form that JSON can hold; an augmentation is its `kind` and parameters."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**data, "augment": [named.as_data(step) for step in self.augment]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Recipe":
        """The recipe that `as_data` made the data of.

        It also reads the data of older run files, in which `augment` is null, or "shift" for
        `Shift(pixels=2)`. They were run with other random numbers, so that following such a
        recipe again gives other weights.

        Raises:
            ValueError: a field is missing or unknown, or has a value that a recipe refuses.
        """
        augment = data.get("augment")
        if augment is None:
            augment = []
        elif augment == "shift":
            augment = [{"kind": "Shift", "pixels": 2}]
        elif not isinstance(augment, list | tuple):
            raise ValueError(f"expected augment as a list of augmentations, got {augment!r}")
        steps = tuple(named.from_data(step, AUGMENTATIONS, "augmentation") for step in augment)
        try:
            return cls(**{**data, "augment": steps})
        except TypeError as error:
            own = ", ".join(field.name for field in fields(cls))
            raise ValueError(f"a recipe takes {own}; got {', '.join(data)}") from error


def _check_augment(augment: object) -> None:
    kinds = tuple(AUGMENTATIONS.values())
    if not isinstance(augment, tuple) or not all(isinstance(step, kinds) for step in augment):
        raise ValueError(
            f"expected augment as a tuple of augmentations, such as augment=(Shift(pixels=2),), "
            f"got {augment!r}; known: {', '.join(AUGMENTATIONS)} in lessonlib.data.augment"
        )


def _check_name(field: str, name: str, known: dict) -> None:
    if name not in known:
        raise ValueError(f"unknown {field} {name!r}; known: {', '.join(sorted(known))}")
