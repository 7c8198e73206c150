"""Catch the impostor in chapter 5: six units."""

from lessonlib.checks.task import register
from lessonlib.checks.tasks.impostors import lineup_task
from lessonlib.puzzles.activation_boxes import ACTIVATION_FAULTS, dealt_activations

register(
    lineup_task(
        "05.impostors",
        ACTIVATION_FAULTS,
        dealt_activations,
        "What comes out of each box for a very large number, and for its negative? And where do "
        "the boxes bend?",
        hints=(
            "Begin with numbers that are far too large, positive and negative. Which functions "
            "have an end there, and which go on?",
            "The boxes share a weight and a bias, so find out what they squash: a box whose "
            "function is a straight line somewhere shows it, because there its values and its "
            "slope are those of the sum.",
            "Once you know the weight and the bias, choose the number for which the sum is 1, and "
            "the one for which it is 0. What should LeNet-5's function give there? Near 0, look "
            "at the slopes as well: a rectifier has a corner, GELU dips below 0, and a clipped "
            "line stays straight up to its end.",
        ),
        reasoning=(
            "Large numbers show the ends: 0 and 1, minus 1 and 1, minus A and A, or none. What "
            "is left differs in between. LeNet-5's function gives 1 where the sum is 1, which "
            "neither another height nor another steepness does alone."
        ),
    )
)
