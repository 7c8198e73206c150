"""A network's errors: which, how sure it was of them, and what it takes for what."""

from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from lessonlib.training import Evaluation


def confusions(evaluation: Evaluation) -> Tensor:
    """(classes, classes) int64: how many pictures of class i were taken for class j."""
    classes = evaluation.scores.shape[1]
    pairs = classes * evaluation.labels + evaluation.predictions
    return torch.bincount(pairs, minlength=classes**2).view(classes, classes)


def sorted_mistakes(evaluation: Evaluation) -> pd.DataFrame:
    """The wrong answers, the surest first.

    How sure an answer is, is its margin over the right one: with LeNet-5, how much nearer F6 was
    to the code of the answer than to that of the label, in squared distance.

    Returns:
        One row per mistake, with its columns `index` in the set, `label`, `answer`, `margin`
        (above 0) and `second`, which says whether the right class had the second-largest score.
    """
    scores, labels = evaluation.scores, evaluation.labels
    wrong = (evaluation.predictions != labels).nonzero().flatten()
    best = scores[wrong].topk(2)
    margin = best.values[:, 0] - scores[wrong, labels[wrong]]
    order = margin.argsort(descending=True, stable=True)
    columns = {
        "index": evaluation.mistakes,
        "label": labels[wrong],
        "answer": best.indices[:, 0],
        "margin": margin,
        "second": best.indices[:, 1] == labels[wrong],
    }
    return pd.DataFrame({name: values[order].numpy() for name, values in columns.items()})


@dataclass(frozen=True)
class Gathered:
    """How errors gather with some writers, beside what chance does.

    Attributes:
        table: one row per writer, the most errors first: `writer`, `digits`, `errors`.
        observed: the fewest writers who together made half of the errors.
        by_chance: (rounds,), the same number where the errors fell on other digits at random.
    """

    table: pd.DataFrame
    observed: int
    by_chance: Tensor

    @property
    def p_value(self) -> float:
        """How often chance gathers them as much or more; the observed case counts as one."""
        as_few = int((self.by_chance <= self.observed).sum())
        return (as_few + 1) / (len(self.by_chance) + 1)


def gather_by_writer(
    wrong: Tensor, writers: Tensor, kinds: Tensor, *, rounds: int = 1_000, seed: int = 0
) -> Gathered:
    """Do the errors lie with few writers, more than chance would have it?

    Writers differ in how many digits they wrote, and of which class. So chance is not allowed to
    change that: errors are exchanged among digits of one kind alone, and each kind keeps its
    number of errors. With the class and NIST's series as kinds, a group of writers that all write
    worse is no finding, and neither are classes that are hard for everybody.

    Args:
        wrong: (N,) bool, which digits were misread.
        writers: (N,) who wrote each.
        kinds: (N,) numbers; errors are exchanged within each.
        rounds: how often.
        seed: 0 <= seed < 2^31.

    Raises:
        ValueError: no errors, tensors of other lengths, or no rounds.
    """
    if not (wrong.ndim == 1 and wrong.shape == writers.shape == kinds.shape):
        shapes = ", ".join(str(tuple(each.shape)) for each in (wrong, writers, kinds))
        raise ValueError(f"expected wrong, writers and kinds (N,) of one length, got {shapes}")
    if not wrong.any() or rounds < 1:
        raise ValueError(f"expected an error and a round, got {int(wrong.sum())} and {rounds}")
    names, place = writers.unique(return_inverse=True)
    errors = torch.bincount(place[wrong], minlength=len(names))
    order = errors.argsort(descending=True, stable=True)
    digits = torch.bincount(place)
    columns = {"writer": names, "digits": digits, "errors": errors}
    table = pd.DataFrame({name: values[order].numpy() for name, values in columns.items()})
    chance = _by_chance(wrong, place, kinds, rounds, seed)
    return Gathered(table, int(_for_half(errors[None])[0]), chance)


def _for_half(errors: Tensor) -> Tensor:
    """(R,): the fewest writers with half of the errors, of counts (R, writers)."""
    falling = errors.sort(1, descending=True).values.cumsum(1)
    return (2 * falling < falling[:, -1:]).sum(1) + 1


def _by_chance(wrong: Tensor, place: Tensor, kinds: Tensor, rounds: int, seed: int) -> Tensor:
    """(rounds,): the fewest writers with half of the errors, exchanged within each kind."""
    counts = torch.zeros(rounds, int(place.max()) + 1, dtype=torch.int64)
    generator = torch.Generator().manual_seed(seed)
    for kind in kinds.unique():
        own = place[kinds == kind]
        errors = int(wrong[kinds == kind].sum())
        drawn = torch.rand(rounds, len(own), generator=generator).argsort(1)[:, :errors]
        counts.scatter_add_(1, own[drawn], torch.ones_like(drawn))
    return _for_half(counts)
