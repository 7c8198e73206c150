"""What happened in training."""

from dataclasses import dataclass

import pandas as pd

from lessonlib.training.recipe import Recipe


@dataclass(frozen=True)
class History:
    """A training run: how, where, and a row an epoch.

    Attributes:
        recipe: how it was trained.
        device: where, such as `cpu`.
        table: columns `epoch` (from 1), `lr` (of the epoch's first step), `train_loss` (mean over
            the epoch's steps, while training), `test_error` (0..1, after the epoch, only where a
            test set was given) and `seconds` (of training alone).
    """

    recipe: Recipe
    device: str
    table: pd.DataFrame

    @property
    def seconds(self) -> float:
        """Seconds of training, all epochs together."""
        return float(self.table["seconds"].sum())
