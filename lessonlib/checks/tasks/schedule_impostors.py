"""Chapter 12: catch the impostor among six schedules of the rate."""

from lessonlib.checks.task import register
from lessonlib.checks.tasks.impostors import lineup_task
from lessonlib.puzzles.schedule_boxes import SCHEDULE_FAULTS, dealt_schedules

register(
    lineup_task(
        "12.impostors",
        SCHEDULE_FAULTS,
        dealt_schedules,
        "Which errors would show the difference most clearly? Try an error that stays the same for "
        "40 epochs, and one that has a new lowest value just before a cut.",
        hints=(
            "Let the error stay the same in all epochs. After how many does a right box cut, how "
            "far down, and how often?",
            "Let the error reach its lowest value again without beating it; let it rise and fall "
            "above the lowest; let it beat the lowest now and then. Which of these should put off "
            "a cut?",
            "Go through the table fault by fault, and think of the errors on which this fault "
            "changes most: the same value for ever, a value that is reached again, a slow fall "
            "above the lowest, a new lowest value every few epochs, a worse level after a cut. "
            "What most boxes agree on is right, since each fault is in one box at most.",
        ),
        reasoning=(
            "A plateau is not seen in one epoch: the schedule has to remember the lowest error and "
            "how long ago that was. Each fault forgets or mistakes one of these, and most errors "
            "do not show it. That is why such a slip can sit in a program for years."
        ),
    )
)
