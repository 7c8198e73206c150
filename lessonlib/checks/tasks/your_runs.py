"""Chapter 7: which of the learner's six runs is which."""

from typing import Any

from lessonlib.checks.labels import Labels, word_of
from lessonlib.checks.result import Verdict
from lessonlib.checks.task import register
from lessonlib.checks.tasks.own_network import own_network_task
from lessonlib.checks.tasks.your_network_help import Help
from lessonlib.puzzles.own_runs import LETTERS, SETTINGS, dealt_runs

_word = word_of(tuple(SETTINGS))


def _label(value: Any) -> str:
    """A label; a plain batch size may be a number."""
    return _word(str(value) if type(value) is int else value)


RUNS = Labels(
    names=LETTERS,
    thing="run",
    example='{"A": "4", "B": "32, 8 times the rate"}',
    read=_label,
    hint="How many dots does a pass in batches of that size have, and how fast should they fall?",
    praise="You know all six runs.",
)


def whose_run(number: int, value: Any) -> Verdict:
    """Which run had which batch size, and in which the kernels stayed."""
    right = dealt_runs(number)
    return RUNS(value, {letter: {label} for letter, label in right.items()})


register(
    own_network_task(
        "07.whose_run",
        12,
        whose_run,
        RUNS.commit,
        Help(
            hints=(
                "Each dot is one batch, and every run sees the same 960 pictures. What does that "
                "say of the number of dots?",
                "Two of the runs have equally many dots and fall at different speeds, and so have "
                "two others. What could make the difference in either case?",
                "Among the runs with few dots, a longer step makes the loss fall sooner. Among "
                "those with many, `mine.kernels(...)` shows whether C1 has moved at all: compare "
                "the kernels before and after, with the range of their values.",
            ),
            reasoning=(
                "At one rate a pass in larger batches makes fewer steps, so the loss falls later. "
                "With the rate raised as much as the batch, it falls almost as it does with the "
                "small batch. And a network whose kernels stay where they are still learns "
                "something: its head reads what random kernels show it."
            ),
        ),
    )
)
