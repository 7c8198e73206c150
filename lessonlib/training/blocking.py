"""Which layer of a network that learns nothing blocks first, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lessonlib.training.layer_diagnosis import Diagnosis, LayerDiagnosis

LOW = 0.97  # of ln K: a loss below has left the plateau
HUGE = 10.0  # times ln K: scores that are far too large
DEAD = 0.9  # of a layer's units
ARRIVES = 0.01  # of the signal that enters the network, at the scores
KEPT = 0.5  # of the signal that enters a layer
RETURNS = 1e-3  # of the gradient at the scores, in the first layer
STEP = 1.0  # of the length of the weights


@dataclass(frozen=True)
class Block:
    """What is stuck.

    Attributes:
        layer: the first layer that blocks; None where none does.
        reason: `numbers`, `scores`, `dead`, `signal`, `gradient` or `step`; where no layer blocks,
            `labels`, `low loss` or `none`.
        sentence: the same in words.
    """

    layer: str | None
    reason: str
    sentence: str


def find_block(found: "Diagnosis") -> Block:
    """The first of these that holds, in this order.

    1. `numbers`: weights, or what is computed with them, are NaN or infinite. The first such layer.
    2. `labels`: all pictures have one label, so the loss does not ask what tells them apart.
    3. `low loss`: the loss is below 0.97 ln K. Nothing is stuck.
    4. `scores`: the loss is above 10 ln K. The layer that enlarges the signal most.
    5. `dead`: at least 90 % of a layer's units are 0 for every picture. The first such layer.
    6. `signal`: less than 1 % of the signal that enters the network arrives at the scores, so
       these are nearly the same for all pictures. The first layer that keeps less than half of
       what enters it, or else the one that keeps least.
    7. `gradient`: less than a thousandth of the gradient at the scores arrives in the first layer.
       The layer before whose squashing least is left of the gradient of the layer after it.
    8. `step`: with a rate, one step moves the weights further than they are long. The first such
       layer.

    All bounds are ours. Rules 2 to 4 are for `cross_entropy` alone.

    Args:
        found: what `diagnose` measured.
    """
    rules = (_numbers, _labels, _low_loss, _scores, _dead, _signal, _gradient, _step)
    for rule in rules:
        if (block := rule(found)) is not None:
            return block
    return Block(
        None,
        "none",
        f"No layer blocks: signal and gradient pass through all of them. The loss is "
        f"{_of_chance(found)}; look at the labels, at the pictures and at the optimizer.",
    )


def _numbers(found: "Diagnosis") -> Block | None:
    def is_bad(row: "LayerDiagnosis") -> bool:
        return not all(map(isfinite, (row.weights, row.signal, row.level)))

    row = _first(found, is_bad) or (found[-1] if not isfinite(found.loss) else None)
    if row is None:
        return None
    what = "weights" if not isfinite(row.weights) else "states"
    return Block(
        row.layer,
        "numbers",
        f"{row.layer} blocks: its {what} are NaN or infinite, so training has diverged; start from "
        f"a new network, with a lower rate.",
    )


def _labels(found: "Diagnosis") -> Block | None:
    if found.chance is None or found.labels > 1:
        return None
    return Block(
        None,
        "labels",
        "Nothing can be said: all pictures of this batch have the same label; give a batch with "
        "several classes.",
    )


def _low_loss(found: "Diagnosis") -> Block | None:
    if found.chance is None or found.loss >= LOW * found.chance:
        return None
    return Block(None, "low loss", f"Nothing is stuck: the loss is {_of_chance(found)}.")


def _scores(found: "Diagnosis") -> Block | None:
    if found.chance is None or found.loss <= HUGE * found.chance:
        return None
    row = max(found, key=lambda row: row.kept)
    return Block(
        row.layer,
        "scores",
        f"{row.layer} enlarges the signal most, {row.kept:.2g} times, and the scores are far too "
        f"large: the loss is {_of_chance(found)}; take a lower rate, or smaller first weights.",
    )


def _dead(found: "Diagnosis") -> Block | None:
    row = _first(found, lambda row: row.dead >= DEAD * row.units)
    if row is None:
        return None
    return Block(
        row.layer,
        "dead",
        f"{row.layer} blocks: {row.dead} of its {row.units} units are 0 for every picture, so "
        f"they pass on no signal and get no gradient.",
    )


def _signal(found: "Diagnosis") -> Block | None:
    arrives = found[-1].signal / found[0].incoming if found[0].incoming else 0.0
    if arrives >= ARRIVES:
        return None
    if not found[0].incoming:
        first = found[0].layer
        return Block(first, "signal", f"{first} blocks: all pictures that it reads are the same.")
    row = _first(found, lambda row: row.kept < KEPT) or min(found, key=lambda row: row.kept)
    drowned = ""
    if row.level > 10 * row.signal:
        drowned = ", beside a part that all pictures share and that is far larger"
    return Block(
        row.layer,
        "signal",
        f"{row.layer} blocks: {_share(row.kept)} of the signal that enters it leaves it{drowned}. "
        f"At the scores {_share(arrives)} is left of what the pictures differ by.",
    )


def _gradient(found: "Diagnosis") -> Block | None:
    last = found[-1].gradient
    if len(found) < 2 or (last and found[0].gradient >= RETURNS * last):
        return None
    passed = [
        (before.gradient / row.gradient if row.gradient else inf, before.layer)
        for before, row in pairwise(found)
    ]
    share, layer = min(passed)
    return Block(
        layer,
        "gradient",
        f"{layer} blocks: {_share(share)} of the gradient of the layer after it gets through its "
        f"squashing, so it and the layers before it hardly learn.",
    )


def _step(found: "Diagnosis") -> Block | None:
    row = None if found.lr is None else _first(found, lambda row: row.step > STEP)
    if row is None:
        return None
    return Block(
        row.layer,
        "step",
        f"{row.layer} blocks: one step at the rate {found.lr:g} moves its weights by "
        f"{row.step:.2g} times their own length; take a lower rate.",
    )


def _first(
    found: "Diagnosis", holds: Callable[["LayerDiagnosis"], bool]
) -> "LayerDiagnosis | None":
    return next((row for row in found if holds(row)), None)


def _of_chance(found: "Diagnosis") -> str:
    if found.chance is None:
        return f"{found.loss:.2f}"
    word = "below" if found.loss < LOW * found.chance else "above"
    if LOW * found.chance <= found.loss <= 1.03 * found.chance:
        word = "about"
    return f"{found.loss:.2f}, {word} ln K = {found.chance:.2f}, the loss of guessing"


def _share(part: float) -> str:
    return f"{100 * part:.2g} %"
