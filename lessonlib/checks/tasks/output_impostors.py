"""Chapter 6: catch the impostor among six output layers."""

from lessonlib.checks.task import register
from lessonlib.checks.tasks.impostors import lineup_task
from lessonlib.puzzles.output_boxes import OUTPUT_FAULTS, dealt_outputs

register(
    lineup_task(
        "06.impostors",
        OUTPUT_FAULTS,
        dealt_outputs,
        "Which F6 would show the difference most clearly? Try one that is 0 everywhere, and the "
        "ten codes themselves.",
        hints=(
            "Look at the penalties first. Which of the faults show there, and which only in the "
            "loss?",
            "An F6 that meets a code exactly has a penalty that you know. An F6 of zeros is "
            "equally far from all codes, so that only j's term is left in the logarithm.",
            "Go through the ten codes, one F6 for each, and watch where the smallest penalty is "
            "and how small. Then ask for the loss: far from all codes, and at the right code. "
            "What most boxes agree on is right, since each fault is in one box at most.",
        ),
        reasoning=(
            "A fault of the layer shows in the penalties, one of the loss only there. Far from "
            "all codes j's term rules the logarithm, so the loss says whether it is there and "
            "with which sign. At the right code the digit's own term rules it, and a loss far "
            "below 0 betrays its absence."
        ),
    )
)
