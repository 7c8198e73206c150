"""How to train by stochastic diagonal Levenberg-Marquardt, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from torch import Tensor

from lessonlib.training.losses import discriminative, mse, targets

CHOICES: dict[str, tuple[str, ...]] = {
    "loss": ("discriminative", "mse", "targets"),
    "spread": ("2.4/F", "1/sqrt(F)"),
    "biases": ("zero", "like weights"),
    "curvature_from": ("drawn", "next"),
    "output_curvature": ("exact", "one"),
    "order": ("one random order", "new order each pass", "as stored"),
}
"""What the fields that are words may say."""


@dataclass(frozen=True, kw_only=True)
class SDLMRecipe:
    """How to train by the algorithm of LeCun et al. 1998, appendix C, one pattern per update.

    A weight's step is eta / (mu + h), where h estimates the diagonal of the Gauss-Newton matrix,
    averaged over a sample of patterns. What the paper leaves open is a field here.

    Attributes:
        eta_by_pass: the global rate of each pass over the patterns, each above 0.
        mu: keeps the step finite where h is 0; 0 or more. The paper has 0.02.
        loss: `discriminative` (eq. 9) or `mse` (eq. 8), both of penalties, or `targets`, half the
            squared distance of the outputs to +1 for the right class and -1 for the others.
        distance_scale: what penalties are multiplied by before the loss; above 0. For eq. 7 as
            printed it is 1.
        j: of eq. 9, above 0.
        spread: the first weights are uniform within this distance of 0; F is the number of a
            unit's inputs. The paper has 2.4/F.
        coefficient: every subsampling coefficient starts from this; None draws it like a weight
            of a unit with 4 inputs.
        biases: start at `zero`, or are drawn `like weights` of their unit.
        curvature_samples: patterns that h is averaged over; at least 1. The paper has 500. All are
            taken where there are fewer.
        curvature_from: the sample is `drawn` anew from the whole set each time, or is the `next`
            patterns of the pass.
        curvature_before: passes before which h is measured, from 1; None is before every pass,
            as in the paper.
        output_curvature: second derivatives of the loss by the last layer's values: the `exact`
            diagonal, or `one` for each, as in the authors' later code. (For `targets` one is
            exact.)
        order: of the patterns in a pass. The paper has one random order for all passes.
        patterns_per_pass: a pass takes so many patterns, where the one before stopped; None takes
            all.
        seed: of the first weights, the order and the curvature samples, each of which has random
            numbers of its own; 0 <= seed < 2^31.

    Raises:
        ValueError: a field has an impossible value; the message names it.
    """

    eta_by_pass: tuple[float, ...]
    mu: float = 0.02
    loss: str = "discriminative"
    distance_scale: float = 1.0
    j: float = 1.0
    spread: str = "2.4/F"
    coefficient: float | None = None
    biases: str = "zero"
    curvature_samples: int = 500
    curvature_from: str = "drawn"
    curvature_before: tuple[int, ...] | None = None
    output_curvature: str = "exact"
    order: str = "one random order"
    patterns_per_pass: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be trained with; lists become tuples."""
        for field in ("eta_by_pass", "curvature_before"):
            if isinstance(getattr(self, field), list):
                object.__setattr__(self, field, tuple(getattr(self, field)))
        self._check_schedule()
        for field in ("distance_scale", "j"):
            _check_number(field, getattr(self, field), above=0)
        _check_number("mu", self.mu)
        if self.coefficient is not None and not _is_number(self.coefficient):
            raise ValueError(
                f"expected coefficient as a finite number, or None, got {self.coefficient!r}"
            )
        _check_whole("curvature_samples", self.curvature_samples)
        if self.patterns_per_pass is not None:
            _check_whole("patterns_per_pass", self.patterns_per_pass)
        if type(self.seed) is not int or not 0 <= self.seed < 2**31:
            raise ValueError(f"expected seed as a whole number in 0 <= s < 2^31, got {self.seed!r}")
        for field, known in CHOICES.items():
            if getattr(self, field) not in known:
                raise ValueError(
                    f"unknown {field} {getattr(self, field)!r}; known: {', '.join(known)}"
                )

    def _check_schedule(self) -> None:
        if not isinstance(self.eta_by_pass, tuple) or not self.eta_by_pass:
            raise ValueError(
                f"expected eta_by_pass as a tuple with a rate for each pass, at least one, got "
                f"{self.eta_by_pass!r}"
            )
        for number, eta in enumerate(self.eta_by_pass, 1):
            _check_number(f"eta_by_pass of pass {number}", eta, above=0)
        before = self.curvature_before
        if before is None:
            return
        whole = isinstance(before, tuple) and all(type(number) is int for number in before)
        if not whole or 1 not in before or not set(before) <= set(range(1, self.epochs + 1)):
            raise ValueError(
                f"expected curvature_before as None or a tuple of passes from 1 to {self.epochs} "
                f"with pass 1 among them, because no step is known before, got {before!r}"
            )

    @property
    def epochs(self) -> int:
        """Number of passes."""
        return len(self.eta_by_pass)

    def measures_before(self, number: int) -> bool:
        """Whether h is measured before pass `number`, from 1."""
        return self.curvature_before is None or number in self.curvature_before

    @property
    def criterion(self) -> Callable[[Tensor, Tensor], Tensor]:
        """The loss as a function of scores (N, classes) and labels (N,)."""
        if self.loss == "targets":
            return targets
        if self.loss == "mse":
            return lambda scores, labels: mse(self.distance_scale * scores, labels)
        return lambda scores, labels: discriminative(self.distance_scale * scores, labels, self.j)

    def as_data(self) -> dict[str, Any]:
        """The recipe in a form that JSON can hold."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        return {key: list(v) if isinstance(v, tuple) else v for key, v in data.items()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "SDLMRecipe":
        """The recipe that `as_data` made the data of.

        Raises:
            ValueError: a field is missing or unknown, or has a value that a recipe refuses.
        """
        try:
            return cls(**data)
        except TypeError as error:
            own = ", ".join(field.name for field in fields(cls))
            raise ValueError(f"a recipe takes {own}; got {', '.join(data)}") from error


def _check_number(field: str, value: object, above: float | None = None) -> None:
    """Refuse what is not finite, not above `above` or, where that is None, below 0."""
    if not _is_number(value) or (value < 0 if above is None else value <= above):
        least = "at least 0" if above is None else f"above {above}"
        raise ValueError(f"expected {field} as a finite number {least}, got {value!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _check_whole(field: str, value: object) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"expected {field} as a whole number, at least 1, got {value!r}")
