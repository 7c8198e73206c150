"""What happened in training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lessonlib.training.hardware import Hardware
from lessonlib.training.memory import Memory
from lessonlib.training.recipe import AnyRecipe

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class History:
    """A training run: how and on what it was trained, with one row per epoch.

    Attributes:
        recipe: how it was trained.
        hardware: on what; of a run that went on elsewhere, where it ended.
        rows: one dict per epoch, with the table's columns as keys.
        memory: what one process was predicted to need; None where nothing was predicted.
        memory_used: bytes that this process needed at most, weights included; None where that is
            not known, as on a CPU without Linux.
    """

    recipe: AnyRecipe
    hardware: Hardware
    rows: Sequence[Mapping[str, float]]
    memory: Memory | None = None
    memory_used: int | None = None

    @property
    def device(self) -> str:
        """Where it was trained, such as `cpu`; of several GPUs, with the number of one."""
        return self.hardware.device

    @cached_property
    def table(self) -> "pd.DataFrame":
        """The rows as a pandas table.

        Columns `epoch` (from 1), `lr` (of the epoch's first step), `train_loss` (mean over the
        epoch's steps, while training), `validation_error` and `test_error` (0..1, after the epoch,
        only where such a set was given) and `seconds` (of training alone).
        """
        import pandas as pd  # late, because it takes 40 MB that training does not need

        table = pd.DataFrame(self.rows)
        return table[[*table.columns.drop("seconds"), "seconds"]]

    @property
    def seconds(self) -> float:
        """Seconds of training, all epochs together."""
        return float(sum(row["seconds"] for row in self.rows))
