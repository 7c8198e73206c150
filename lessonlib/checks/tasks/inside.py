"""Chapter 8: the table of errors, and the map that a network misses most."""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from lessonlib.checks.first import whole
from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.result import Verdict
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.own_network import most, number_pair, own_network_task, wrong_only
from lessonlib.checks.tasks.your_network_help import Help
from lessonlib.inside import confusions
from lessonlib.puzzles import own_maps
from lessonlib.training import Evaluation

# The table of errors


def table(scores: Tensor, labels: Tensor) -> Tensor:
    """(N, classes) and (N,) -> (classes, classes), by the library."""
    return confusions(Evaluation(scores, labels)).double()


def _by_shares(scores: Tensor, labels: Tensor) -> Tensor:
    counts = table(scores, labels)
    return counts / counts.sum(1, keepdim=True).clamp(min=1)


def _without_right_ones(scores: Tensor, labels: Tensor) -> Tensor:
    return wrong_only(table(scores, labels))


def _shape_hint(given: tuple[int, ...], right: tuple[int, ...]) -> str:
    if given == right[:1]:
        return "One row per class and one column per answer: how often each pair occurs."
    return "Count every class as a row and as a column, those that no picture has, too."


TABLE = Function(
    form="confusions(scores, labels)",
    right=table,
    mistakes=(
        Mistake(lambda s, t: table(s, t).T, "Nearly: rows are what the pictures are, and columns "
                "what was answered.", 0.5),
        Mistake(lambda s, t: table(-s, t), "Which score wins, the largest or the smallest?", 0.25),
        Mistake(_by_shares, "Nearly: those are shares of each row. The task asks for counts.",
                0.5),
        Mistake(_without_right_ones, "Nearly: right answers count, too, on the diagonal.", 0.5),
        Mistake(lambda s, t: table(s, t).clamp(max=1), "Does a pair that occurs twice count "
                "twice? `counts[rows, columns] += 1` counts each pair once only.", 0.5),
    ),
    praise="Every picture is counted once, in the row of what it is.",
    shape_hint=_shape_hint,
    keeps_inputs=True,
)  # fmt: skip


def table_cases(seed: int) -> list[Case]:
    """Many pictures of few classes, and few of many, so that some class has none."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for count, classes in ((60, 4), (12, 7)):
        scores = torch.randn(count, classes, generator=draw, dtype=torch.float64)
        labels = torch.randint(0, classes - 1, (count,), generator=draw)
        cases.append(Case(f"{count} pictures and {classes} classes", (scores, labels)))
    return cases


# The map that is missed most


@lru_cache(maxsize=64)
def without_each(number: int) -> list[Tensor]:
    """Counts of the wrong answers without each map of C1: (10, 10) for each."""
    network = own_maps.trained_lenet5(number)
    layer = network.network.c1
    return [wrong_only(network.confusions((layer, n))) for n in range(own_maps.MAPS)]


def useful_map(number: int, value: Any) -> Verdict:
    """The map whose removal costs most, two thirds, and the digit that loses most by it."""
    index, digit = number_pair(value, own_maps.MAPS, 10)
    tables, whole = without_each(number), wrong_only(own_maps.trained_lenet5(number).confusions())
    wrong = Tensor([float(counts.sum()) for counts in tables]).double()
    right_map = index in most(wrong, base=float(whole.sum()))
    lost = (tables[index] - whole).sum(1).double()
    right_digit = right_map and digit in most(lost)
    message = [
        "Map: right." if right_map else f"Map: more digits go wrong without another than {index}.",
        "Digit: right."
        if right_digit
        else "Digit: take that map away, and compare each row with the same row of the whole "
        "network.",
    ]
    return Verdict((2 * right_map + right_digit) / 3, " ".join(message))


register(
    Task(
        "08.confusions",
        points=3,
        cases=table_cases,
        run=as_function(),
        judge=TABLE,
        hints=(
            "Each picture is one pair of numbers: what it is, and what was answered.",
            "The answer is the place of the largest of its scores. Begin with a table of zeros, "
            "and add 1 at the place of each pair, in a loop.",
            "Without a loop: number the pairs, classes times the label plus the answer, count how "
            "often each number occurs with `torch.bincount(..., minlength=...)`, and give the "
            "counts the shape of the table.",
        ),
        reasoning=(
            "Every picture falls into one place, so the table adds up to the number of pictures, "
            "and its rows to how many there are of each class. What is off the diagonal says more "
            "than an error rate: which classes are mixed up, and in which direction."
        ),
    )
)
register(
    own_network_task(
        "08.useful_map",
        12,
        useful_map,
        whole(lambda value: number_pair(value, own_maps.MAPS, 10)),
        Help(
            hints=(
                "How can you tell what a part is good for? Look at what goes wrong without it.",
                "The title of `mine.without(...)` says how many test digits are wrong. There are "
                "only six maps to try.",
                "Stay with the table of the map that costs most, and lay it beside that of the "
                "whole network. The diagonal counts what is read right: where has it lost most? A "
                "digit that was rare in training is misread with and without the map.",
            ),
            reasoning=(
                "What a map shows does not say what it is worth: a kernel that looks like noise "
                "may be missed more than a clear edge, because all that counts is what the layers "
                "above have learned to do with it. And it is worth something beside the other "
                "five: what two maps both say is not missed where one of them is left."
            ),
        ),
    )
)
