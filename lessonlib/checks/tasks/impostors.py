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


def lineup_task(
    task: str,
    faults: Sequence[str],
    dealt: Callable[[int], dict[str, str]],
    hint: str,
    hints: tuple[str, ...],
    reasoning: str,
) -> Task:
    """The task of labelling six boxes.

    Args:
        task: its id, such as "02.impostors".
        faults: the labels that there are, besides `NONE`.
        dealt: which box has which label, from the learner's number.
        hint: what to say where some labels are wrong.
        hints: as `Task.hints`.
        reasoning: as `Task.reasoning`.
    """
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

    return Task(
        task,
        points=POINTS,
        cases=cases,
        judge=judge,
        commit=labels.commit,
        hints=hints,
        reasoning=reasoning,
    )


register(
    lineup_task(
        "02.impostors",
        WINDOW_FAULTS,
        dealt_windows,
        "Which input would show the difference most clearly? Try a black picture, a single bright "
        "pixel, and a picture that is not square.",
        hints=(
            "Which picture leaves only what does not depend on the picture at all? What should a "
            "right box make of it?",
            "A single bright pixel meets every weight of a kernel once. What does the map look "
            "like then, and what would each fault do to it?",
            "Go through the table fault by fault, and think of the picture on which this fault "
            "changes most: in the values of the map, in its edges, or in its size. What most "
            "boxes agree on is right, since each fault is in one box at most.",
        ),
        reasoning=(
            "Each fault has an input that brings it out. Black leaves the biases and what the "
            "padding adds, a single pixel shows the kernel as the box holds it, and a picture "
            "that is wider than high tells rows from columns. The one box that never stands apart "
            "is the right one."
        ),
    )
)
register(
    lineup_task(
        "03.impostors",
        LENET5_FAULTS,
        dealt_lenet5s,
        "Which layer is the first in which a box differs from the others? Try a field of zeros, "
        "and one that is much too strong.",
        hints=(
            "Take one field and follow the layers upwards. In which layer does a box differ from "
            "the others for the first time?",
            "A field of zeros leaves only what does not depend on the field. A very strong field "
            "drives the units to the ends of their squashing. What should a right box show for "
            "either?",
            "Go through the table fault by fault, and think of the field and the layer where this "
            "fault shows first. A bar that lies is not a bar that stands; one map of S2 alone "
            "(`only=`) shows which maps of C3 read it; and the ten scores show what the output "
            "gives out.",
        ),
        reasoning=(
            "A fault shows first in the layer that has it, and then in all layers above, so "
            "whoever follows the layers upwards does not mistake a consequence for a cause. Each "
            "fault has a field that brings it out: zeros for the biases, a strong field for the "
            "squashing, a lying bar for rows and columns, one map alone for C3's table."
        ),
    )
)
