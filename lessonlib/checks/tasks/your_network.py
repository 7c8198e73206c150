"""Your network: what a learner saw on a network that follows from their own number.

The truth is computed again from the number, by the same training. Another machine may round
differently, so whatever is nearly as good as the best is accepted too.
"""

from functools import lru_cache
from typing import Any

from torch import Tensor

from lessonlib.checks.first import Commit, whole
from lessonlib.checks.labels import Labels, number_below
from lessonlib.checks.reading import STILL_NONE, describe
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import register
from lessonlib.checks.tasks.own_network import (
    Judge,
    first_number,
    most,
    number_pair,
    one_number,
    own_network_task,
    read_number,
    wrong_only,
)
from lessonlib.checks.tasks.your_network_help import HELP
from lessonlib.puzzles import own_classifier, own_lenet5, own_windows
from lessonlib.puzzles.trained import SHOWN, Trained

NEAR = 0.03  # of a probability
NO_SIGN = 0.1  # a coefficient of S2 this small may be called positive or negative
NEARLY = 2.0  # of a squared distance


def _add(task: str, points: float, judge: Judge, commit: Commit) -> None:
    register(own_network_task(task, points, judge, commit, HELP[task]))


# Chapter 0


LETTERS = Labels(
    names=own_classifier.LETTERS,
    thing="sum",
    example='{"A": 7, "B": 0}',
    read=number_below(10),
    hint="Which letter answers when you show it a clear digit?",
    praise="You found all ten.",
)


def letters(number: int, value: Any) -> Verdict:
    """Which digit each of the ten sums stands for."""
    right = own_classifier.hidden_order(number)
    return LETTERS(value, {letter: {digit} for letter, digit in right.items()})


def rarest(number: int, value: Any) -> Verdict:
    """The digit that it saw least in training."""
    right = {own_classifier.trained_classifier(number).rarest}
    hint = "What does a network do with a digit that it has hardly ever seen? Look at the rows."
    return one_number(value, 10, right, hint, "It had hardly any of them to learn from.")


def confused(number: int, value: Any) -> Verdict:
    """The most frequent mistake: which digit, taken for which. Half of the points for each."""
    pair = number_pair(value, 10, 10)
    counts = wrong_only(own_classifier.trained_classifier(number).confusions())
    best = most(counts.flatten().double())
    if 10 * pair[0] + pair[1] in best:
        return Verdict(1.0, "That is its most frequent mistake.")
    if 10 * pair[1] + pair[0] in best:
        return Verdict(0.5, "The right pair. Which of the two was shown, and which answered?")
    share = max(sum((pair[0] == n // 10, pair[1] == n % 10)) for n in best) / 2
    said = "One of the two is right." if share else f"You answered {tuple(pair)}."
    return Verdict(share, f"{said} Look for the largest number that is not on the diagonal.")


def worst_digit(number: int, value: Any) -> Verdict:
    """Which of the twelve digits gets the lowest probability for what it is."""
    network = own_classifier.trained_classifier(number)
    labels = network.test.labels[network.shown]
    own = network.probabilities()[range(SHOWN), labels]
    right = {place for place, p in enumerate(own.tolist()) if p <= float(own.min()) + NEAR}
    hint = "For each digit, how large is the probability of what it really is?"
    return one_number(value, SHOWN, right, hint, "For that digit the loss is largest.")


# Chapter 2


WHOSE_MAP = Labels(
    names=own_windows.LETTERS,
    thing="kernel",
    example='{"A": 4, "B": 0}',
    read=number_below(6),
    hint="What does a single bright pixel become? Chapter 2 has tried it.",
    praise="Every kernel has its map.",
)


def whose_map(number: int, value: Any) -> Verdict:
    """Which map each of the six kernels makes."""
    right = own_windows.hidden_order(number)
    return WHOSE_MAP(value, {letter: {index} for letter, index in right.items()})


def removed_map(number: int, value: Any) -> Verdict:
    """The map whose removal costs most (4 of 6), and the wrong answer given most then (2)."""
    index, answer = number_pair(value, 6, 10)
    network = own_windows.trained_windows(number)
    best = costly_windows(number)
    without = wrong_only(network.confusions((network.network.c1, index)))
    right_map = index in best
    right_answer = right_map and answer in most(without.sum(0).double())
    message = [
        "Map: right."
        if right_map
        else f"Map: more digits go wrong without another map than {index}.",
        "Answer: right."
        if right_answer
        else "Answer: take that map away, and compare the columns without the diagonal.",
    ]
    return Verdict((4 * right_map + 2 * right_answer) / 6, " ".join(message))


@lru_cache(maxsize=64)
def costly_windows(number: int) -> set[int]:
    """Maps of C1 without which most digits go wrong, or nearly most."""
    return _costly_maps(own_windows.trained_windows(number), "c1")


@lru_cache(maxsize=64)
def costly_c3_maps(number: int) -> set[int]:
    """The same of LeNet-5's C3."""
    return _costly_maps(own_lenet5.trained_lenet5(number), "c3")


def _costly_maps(network: Trained, layer: str) -> set[int]:
    module = getattr(network.network, layer)
    maps = range(len(module.bias))
    wrong = [int(wrong_only(network.confusions((module, index))).sum()) for index in maps]
    return most(Tensor(wrong).double(), base=len(network.answers.mistakes))


# Chapter 3


READ_F6 = Labels(
    names=own_lenet5.LETTERS,
    thing="picture",
    example='{"A": 7, "B": 0}',
    read=number_below(10),
    hint="Lay the picture beside the ten codes: which has its ink at the same places?",
    praise="You read the network's six answers off F6.",
)


def read_f6(number: int, value: Any) -> Verdict:
    """What the network answers to six hidden digits, read off F6."""
    places = own_lenet5.read_places(number)
    scores = own_lenet5.trained_lenet5(number).answers.scores[places]
    near = scores >= scores.max(1, keepdim=True).values - NEARLY
    right = {name: set(row.nonzero().flatten().tolist()) for name, row in
             zip(own_lenet5.LETTERS, near, strict=True)}  # fmt: skip
    return READ_F6(value, right)


def turned_maps(number: int, value: Any) -> Verdict:
    """Which of S2's coefficients are negative: all points, or half where one map is wrong."""
    given = _map_numbers(value)
    weight = own_lenet5.trained_lenet5(number).network.s2.weight
    wrong = [
        index
        for index, w in enumerate(weight.tolist())
        if abs(w) >= NO_SIGN and (w < 0) != (index in given)
    ]
    if not wrong:
        return Verdict(1.0, "These maps have a negative coefficient.")
    if len(wrong) == 1:
        return Verdict(0.5, "You are right about all maps but one.")
    return Verdict(0.0, "Where C1 rises above its surroundings, does S2 rise too, or fall?")


def _map_numbers(value: Any) -> set[int]:
    if value is None:
        raise AnswerError(STILL_NONE)
    if type(value) not in (list, tuple):
        raise AnswerError(f"Give a list of numbers, such as `[0, 3]`. You gave {describe(value)}.")
    return {read_number(item, 6) for item in value}


def removed_c3_map(number: int, value: Any) -> Verdict:
    """The map of C3 whose removal costs most."""
    right = costly_c3_maps(number)
    hint = "More digits go wrong without another map. Have you tried all sixteen?"
    return one_number(value, 16, right, hint, "Without it most digits go wrong.")


_add("00.letters", 10, letters, LETTERS.commit)
_add("00.rarest", 4, rarest, first_number(10))
_add("00.confused", 6, confused, whole(lambda value: number_pair(value, 10, 10)))
_add("00.worst_digit", 4, worst_digit, first_number(SHOWN))
_add("02.whose_map", 6, whose_map, WHOSE_MAP.commit)
_add("02.removed_map", 6, removed_map, whole(lambda value: number_pair(value, 6, 10)))
_add("03.read_f6", 6, read_f6, READ_F6.commit)
_add("03.turned_maps", 3, turned_maps, whole(lambda value: sorted(_map_numbers(value))))
_add("03.removed_map", 4, removed_c3_map, first_number(16))
