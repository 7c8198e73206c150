"""What was found of a network's layers when a batch was followed through it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from math import log, nan
from typing import Self

import pandas as pd

from lessonlib.training.blocking import Block, find_block


@dataclass(frozen=True)
class LayerDiagnosis:
    """One layer with weights, and the squashing after it.

    Attributes:
        layer: its name in the network.
        signal: how much the layer's states, after squashing, differ from picture to picture:
            their standard deviation over the batch, root mean square over all units. A unit that
            says the same of every picture has no signal, however large its state.
        gradient: of each picture's loss by the layer's sums, before squashing; root mean square
            over pictures and units.
        weight_gradient: of the batch's mean loss by the layer's weights and biases; norm.
        weights: norm of these numbers themselves.
        dead: units, or maps, whose state is 0 for every picture and at every place.
        units: how many units, or maps, there are.
        incoming: the signal of what the layer reads, after pooling and normalisation.
        level: what the states have in common: their mean over the batch, root mean square over
            all units.
        step: norm of the gradient by the weights alone, divided by their norm; with a rate, times
            the rate, which is how far one step of plain SGD moves the weights (1: by their own
            length). 0 where a layer has no `weight`, infinite where all weights are 0.
    """

    layer: str
    signal: float
    gradient: float
    weight_gradient: float
    weights: float
    dead: int
    units: int
    incoming: float
    level: float
    step: float

    @property
    def kept(self) -> float:
        """Signal that leaves the layer per signal that enters it; 1 where none enters."""
        return self.signal / self.incoming if self.incoming else 1.0


class Diagnosis(tuple[LayerDiagnosis, ...]):
    """One `LayerDiagnosis` per layer that has weights, from the input to the output.

    Attributes:
        loss: the batch's mean loss.
        chance: ln K, the cross-entropy of equal chances for K classes; None for other losses.
        labels: how many different labels the batch has.
        lr: the learning rate that `step` was multiplied by, or None.
    """

    loss: float
    chance: float | None
    labels: int
    lr: float | None

    def __new__(
        cls,
        rows: Iterable[LayerDiagnosis],
        *,
        loss: float = nan,
        classes: int | None = None,
        labels: int = 0,
        lr: float | None = None,
    ) -> Self:
        """Put rows and what holds for the whole network together; `classes` gives `chance`."""
        found = super().__new__(cls, rows)
        found.loss, found.labels, found.lr = loss, labels, lr
        found.chance = None if classes is None else log(classes)
        return found

    def __getitem__(self, key: int | str) -> LayerDiagnosis:  # type: ignore[override]
        """A layer by its place or its name."""
        if not isinstance(key, str):
            return super().__getitem__(key)
        found = [row for row in self if row.layer == key]
        if not found:
            raise KeyError(f"no layer {key!r}; there are: {', '.join(row.layer for row in self)}")
        return found[0]

    def __str__(self) -> str:
        """The sentence."""
        return self.sentence

    @property
    def block(self) -> Block:
        """Which layer blocks first, if one does, and why."""
        return find_block(self)

    @property
    def blocked(self) -> str | None:
        """Name of the first layer that blocks; None where none does."""
        return self.block.layer

    @property
    def sentence(self) -> str:
        """What is stuck and why, in one sentence."""
        return self.block.sentence

    def frame(self) -> pd.DataFrame:
        """One row per layer."""
        names = [field.name for field in fields(LayerDiagnosis)]
        rows = [[getattr(row, name) for name in names] for row in self]
        return pd.DataFrame(rows, columns=names).set_index("layer")
