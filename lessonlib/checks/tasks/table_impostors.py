"""Catch the impostor in chapter 4: six layers C3."""

from lessonlib.checks.task import register
from lessonlib.checks.tasks.impostors import lineup_task
from lessonlib.puzzles.table_boxes import TABLE_FAULTS, dealt_tables

register(
    lineup_task(
        "04.impostors",
        TABLE_FAULTS,
        dealt_tables,
        "Which output maps react when one input map alone has a pixel that is not 0? Table I says "
        "which should.",
        hints=(
            "What comes out of maps that are all 0? And what changes when one pixel of one map "
            "becomes 1?",
            "One pixel meets one weight of each output map that reads its map, and no others. So "
            "each of the six input maps shows you one row of the box's table.",
            "Go through the six input maps with a pixel in the upper left corner, and compare each "
            "box with its row of table I. For what is left, compare what the boxes add: the same "
            "pixel in two input maps, and in two corners that lie opposite. What most boxes agree "
            "on is right, since each fault is in one box at most.",
        ),
        reasoning=(
            "A weight outside the table has no effect, so one pixel in one map finds every "
            "connection. Maps of zeros leave the biases, two input maps with the same pixel show "
            "whether their kernels differ, and opposite corners tell a kernel from a flipped one."
        ),
    )
)
