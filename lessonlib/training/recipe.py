"""How to train, as data."""

from dataclasses import dataclass
from math import isfinite

from lessonlib.data.augment import AUGMENTATIONS
from lessonlib.training.losses import LOSSES
from lessonlib.training.optimizers import OPTIMIZERS, SCHEDULES


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to train; says nothing of what is trained, nor on what machine.

    Attributes:
        epochs: passes over the training set, at least 1.
        lr: learning rate at the start (for `one_cycle`, at its highest).
        batch_size: pictures an update.
        optimizer: `sgd`, `adam` or `adamw`.
        momentum: of `sgd`; the first of the two decay rates of `adam` and `adamw`. 0 <= m < 1.
        weight_decay: as PyTorch's optimisers understand it.
        schedule: of the learning rate, a step at a time: `constant`, `cosine` or `one_cycle`.
        loss: a name in `lessonlib.training.LOSSES`.
        augment: a name in `lessonlib.data.augment.AUGMENTATIONS`, or None.
        seed: of the order of the pictures, of augmentation and of dropout; 0 <= seed < 2^31.

    Raises:
        ValueError: a number out of range or an unknown name, listing the names there are.
    """

    epochs: int
    lr: float
    batch_size: int = 128
    optimizer: str = "sgd"
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "constant"
    loss: str = "cross_entropy"
    augment: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be trained with."""
        for field in ("epochs", "batch_size"):
            value = getattr(self, field)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"expected {field} as a whole number from 1, got {value!r}")
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
        if self.augment is not None:
            _check_name("augment", self.augment, AUGMENTATIONS)


def _check_name(field: str, name: str, known: dict) -> None:
    if name not in known:
        raise ValueError(f"unknown {field} {name!r}; known: {', '.join(sorted(known))}")
