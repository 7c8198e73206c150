"""Catch the impostor in chapter 1: six boxes of digits."""

from lessonlib.checks.task import register
from lessonlib.checks.tasks.impostors import lineup_task
from lessonlib.puzzles.digit_boxes import DIGIT_FAULTS, dealt_digit_boxes

register(
    lineup_task(
        "01.impostors",
        DIGIT_FAULTS,
        dealt_digit_boxes,
        "Look at a digit that has a left and a right, such as 7, and at one that is thin, such as "
        '1. What do `boxes("mean")` and `boxes("counts")` add?',
        hints=(
            "Lay the same digit of all six boxes beside each other. Which box does not look like "
            "the others?",
            "Some faults show in one picture, some only in many of them: where they lie, how often "
            "they occur, how much they differ from each other.",
            "Go through the table fault by fault, and think of the view in which it shows most: "
            "the mean for a place or a size, the counts for what is rare, a thin 1 for what was "
            "stretched, a 7 for a mirror, all ten digits for labels and for one hand.",
        ),
        reasoning=(
            "Whoever trains a network on digits trains it on everything that was done to them. "
            "Most of these faults can be seen within a minute, and no error rate would say "
            "which of them it is."
        ),
    )
)
