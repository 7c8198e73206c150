"""What happened in training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lessonlib.training.recipe import AnyRecipe

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class History:
    """A training run: how and where it was trained, with one row per epoch.

    Attributes:
        recipe: how it was trained.
        device: where it was trained, such as `cpu`.
        rows: one dict per epoch, with the table's columns as keys.
    """

    recipe: AnyRecipe
    device: str
    rows: Sequence[Mapping[str, float]]

    @cached_property
    def table(self) -> "pd.DataFrame":
        """The rows as a pandas table.

        Columns `epoch` (from 1), `lr` (of the epoch's first step), `train_loss` (mean over the
        epoch's steps, while training), `test_error` (0..1, after the epoch, only where a test set
        was given) and `seconds` (of training alone).
        """
        import pandas as pd  # late, because it takes 40 MB that training does not need

        table = pd.DataFrame(self.rows)
        return table[[*table.columns.drop("seconds"), "seconds"]]

    @property
    def seconds(self) -> float:
        """Seconds of training, all epochs together."""
        return float(sum(row["seconds"] for row in self.rows))
