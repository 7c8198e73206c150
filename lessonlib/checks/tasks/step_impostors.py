"""Chapter 7: catch the impostor among six ways to step."""

from lessonlib.checks.task import register
from lessonlib.checks.tasks.impostors import lineup_task
from lessonlib.puzzles.step_boxes import STEP_FAULTS, dealt_steps

register(
    lineup_task(
        "07.impostors",
        STEP_FAULTS,
        dealt_steps,
        "Which slopes and curvatures would show the difference most clearly? Try one slope with "
        "curvatures from 0.01 to 99, and more than one step.",
        hints=(
            "Give all weights the same slope and different curvatures. How should the steps of a "
            "right box change from weight to weight?",
            "A slope of 0 should move nothing, wherever the weight starts. A slope of 2 should "
            "move twice as far as a slope of 1. A second step should be as long as the first.",
            "Go through the table fault by fault, and think of the input on which this fault "
            "changes most: very small curvatures, very large ones, a curvature that is unlike its "
            "neighbour's, a start away from 0, several steps. What most boxes agree on is right, "
            "since each fault is in one box at most.",
        ),
        reasoning=(
            "Each fault has an input that brings it out. Curvatures near 0 leave mu alone below "
            "the line and large ones hide it; equal slopes beside different curvatures show whose "
            "curvature counts; a second step shows a memory; a start away from 0 without a slope "
            "shows a decay."
        ),
    )
)
