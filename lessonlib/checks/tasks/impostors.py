"""Catch the impostor: six boxes, one right and five with one fault each."""

from collections.abc import Callable, Sequence

from lessonlib.checks.labels import Labels, word_of
from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.result import Verdict
from lessonlib.checks.task import Task, register
from lessonlib.puzzles.lenet5_boxes import LENET5_FAULTS, dealt_lenet5s
from lessonlib.puzzles.lineup import NAMES, NONE
from lessonlib.puzzles.window_boxes import WINDOW_FAULTS, dealt_windows

POINTS = 12  # two per box


def _lineup(faults: Sequence[str], dealt: Callable[[int], dict[str, str]], hint: str, task: str):
    labels = Labels(
        names=NAMES,
        thing="box",
        example='{"A": "none", "B": "' + faults[0] + '"}',
        read=word_of(faults, NONE),
        hint=hint,
        praise="All five impostors are caught, and the right one is left alone.",
        at_most_once=NONE,
    )

    def cases(seed: int) -> list[Case]:
        return [Case(f"the boxes of number {seed}", (seed,))]

    def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
        truth = dealt(*cases[0].inputs)
        return labels(outcomes[0].value, {name: {label} for name, label in truth.items()})

    return Task(task, points=POINTS, cases=cases, judge=judge, commit=labels.commit)


register(
    _lineup(
        WINDOW_FAULTS,
        dealt_windows,
        "Which input would show the difference most clearly? Try a black picture, a single bright "
        "pixel, and a picture that is not square.",
        "02.impostors",
    )
)
register(
    _lineup(
        LENET5_FAULTS,
        dealt_lenet5s,
        "Which layer is the first in which a box differs from the others? Try a field of zeros, "
        "and one that is much too strong.",
        "03.impostors",
    )
)
