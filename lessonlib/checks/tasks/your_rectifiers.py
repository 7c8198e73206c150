"""Your network in chapter 5: dead rectifiers, gradients by layer, and a unit that is missed."""

from functools import lru_cache
from itertools import chain, combinations
from typing import Any

import torch
from torch import Tensor

from lessonlib.checks.first import whole
from lessonlib.checks.labels import Labels
from lessonlib.checks.reading import STILL_NONE, describe, items, text, whole_number
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import register
from lessonlib.checks.tasks.own_network import (
    first_number,
    most,
    one_number,
    own_network_task,
    wrong_only,
)
from lessonlib.checks.tasks.your_network_help import Help
from lessonlib.puzzles import own_rectifiers

HARDLY = 0.2  # a sum this near to 0 may lie on the other side on another machine
ALIKE = 1.05  # gradients that differ by no more than this factor


def read_units(value: Any) -> tuple[int, ...]:
    """A list of rectifiers of one layer, in order.

    Raises:
        AnswerError: it is something else.
    """
    if type(value) not in (list, tuple):
        raise AnswerError(f"give a list of numbers, such as [3, 7], not {describe(value)}.")
    numbers = sorted({whole_number(item) for item in value})
    if not set(numbers) <= set(range(own_rectifiers.UNITS)):
        raise AnswerError(
            f"a layer has the rectifiers 0 to {own_rectifiers.UNITS - 1}. You gave {numbers}."
        )
    return tuple(numbers)


DEAD = Labels(
    names=own_rectifiers.NAMES,
    thing="layer",
    example='{"L1": [3, 7], "L2": [0]}',
    read=read_units,
    hint="Which rectifiers are 0 for every test digit, and which for some of them only?",
    praise="You have found all that are dead.",
)


@lru_cache(maxsize=64)
def accepted_dead(number: int) -> dict[str, set[tuple[int, ...]]]:
    """For each layer, the lists that are right: more than one where a unit hardly lights up."""
    trained = own_rectifiers.trained_rectifiers(number)
    network = trained.network
    out, found = network.prepare(trained.test.images).flatten(1), {}
    for name in own_rectifiers.NAMES:
        with torch.no_grad():
            sums = network.layers[name](out)
        highest = sums.amax(0).tolist()
        surely = {n for n, value in enumerate(highest) if value < -HARDLY}
        unsure = [n for n, value in enumerate(highest) if -HARDLY <= value <= HARDLY]
        some = chain.from_iterable(combinations(unsure, k) for k in range(len(unsure) + 1))
        found[name] = {tuple(sorted(surely | set(more))) for more in some}
        out = sums.relu()
    return found


def dead(number: int, value: Any) -> Verdict:
    """The rectifiers of each layer that are 0 for every test digit."""
    return DEAD(value, accepted_dead(number))


def read_layers(value: Any) -> tuple[str, ...]:
    """A pair of layers' names.

    Raises:
        AnswerError: it is something else.
    """
    pair = items(value, 2, "`('L2', 'output')`")
    if all(item is None for item in pair):
        raise AnswerError(STILL_NONE)
    known = {name.lower(): name for name in own_rectifiers.LAYERS}
    names = [text(item) for item in pair]
    for name, given in zip(names, pair, strict=True):
        if name not in known:
            raise AnswerError(
                f"The layers are {', '.join(own_rectifiers.LAYERS)}. You gave {describe(given)}."
            )
    return tuple(known[name] for name in names)


def weakest_layers(number: int, when: str) -> set[str]:
    """The layer with the smallest gradient, and those with one that is nearly as small."""
    norms = own_rectifiers.gradients(number, when)
    near = norms <= norms.min() * ALIKE
    return {name for name, is_near in zip(own_rectifiers.LAYERS, near.tolist(), strict=True)
            if is_near}  # fmt: skip


def weakest_layer(number: int, value: Any) -> Verdict:
    """The layer with the smallest gradient before the training, and after: half for each."""
    share, message = 0.0, []
    for when, name in zip(("first", "last"), read_layers(value), strict=True):
        is_right = name in weakest_layers(number, when)
        share += is_right / 2
        wrong = f"another layer than {name} has a smaller gradient."
        message.append(f"With the {when} weights: {'right.' if is_right else wrong}")
    return Verdict(share, " ".join(message))


@lru_cache(maxsize=64)
def costly_units(number: int) -> set[int]:
    """Rectifiers of L4 without which most digits go wrong, or nearly most."""
    trained = own_rectifiers.trained_rectifiers(number)
    layer = trained.network.layers["L4"]
    wrong = [
        int(wrong_only(trained.confusions((layer, n))).sum()) for n in range(own_rectifiers.UNITS)
    ]
    return most(Tensor(wrong).double(), base=len(trained.answers.mistakes))


def removed_unit(number: int, value: Any) -> Verdict:
    """The rectifier of L4 whose removal costs most."""
    hint = "More digits go wrong without another one. Which can you leave out of your search?"
    right = costly_units(number)
    return one_number(value, own_rectifiers.UNITS, right, hint, "Without it most go wrong.")


HELP = {
    "05.dead": Help(
        hints=(
            "A rectifier that is 0 for one picture may only be asleep. For how many pictures would "
            "a dead one be 0?",
            "`mine.largest(...)` takes many pictures at once and shows each rectifier's largest "
            "value over all of them.",
            "Show it all test digits, and write down, layer by layer, the numbers of the cells "
            "that hold a plain 0. Cells with a small number such as 0.02 have lit up at least "
            "once, so they are alive.",
        ),
        reasoning=(
            "Where a rectifier gives 0 its slope is 0 too, so no step moves its weights. One that "
            "gives 0 for every picture can never learn its way back, while one that wakes for a "
            "few pictures can."
        ),
    ),
    "05.weakest_layer": Help(
        hints=(
            "Look at both moments: `mine.gradients(...)` takes one word.",
            "The percentages are of the largest gradient, so the smallest percentage is the "
            "smallest gradient.",
            "Show the gradients with the first weights and with the last ones, and compare the "
            "five layers in each picture. The name of the smallest may differ, and so the order "
            "of your pair matters.",
        ),
        reasoning=(
            "A layer's gradient is made of the signal that comes in from below and of the gradient "
            "that comes down from above, and each dead rectifier takes some of both away. "
            "Training changes both, so the layer that learns most slowly need not stay the same."
        ),
    ),
    "05.removed_unit": Help(
        hints=(
            "How can you tell what a part is good for? Look at what goes wrong without it.",
            "The title of `mine.without(...)` says how many test digits are wrong. What can taking "
            "a dead rectifier away change?",
            "Show the tables of all rectifiers of L4 that are alive in a loop with `display(...)`, "
            "and compare the counts in their titles.",
        ),
        reasoning=(
            "Without a dead rectifier nothing changes, since it was 0 already. So all of the work "
            "is done by the others, and the fewer there are, the more each of them matters."
        ),
    ),
}

for _id, _points, _judge, _commit in (
    ("05.dead", 6, dead, DEAD.commit),
    ("05.weakest_layer", 4, weakest_layer, whole(read_layers)),
    ("05.removed_unit", 3, removed_unit, first_number(own_rectifiers.UNITS)),
):
    register(own_network_task(_id, _points, _judge, _commit, HELP[_id]))
