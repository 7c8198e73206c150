"""Chapter 11: catch the impostor among six training loops."""

from lessonlib.checks.task import register
from lessonlib.checks.tasks.impostors import lineup_task
from lessonlib.puzzles.loop_boxes import LOOP_FAULTS, dealt_loops

register(
    lineup_task(
        "11.impostors",
        LOOP_FAULTS,
        dealt_loops,
        "Follow one step from its beginning to its end: what arrives, what leaves each layer, "
        "what the optimiser finds, and what moves.",
        hints=(
            "Which box leaves ln 10? For each of the others: which is the first thing on the way "
            "of a step that is not as in that box?",
            "Begin before the first step: are the pictures and labels what they should be, and "
            "does what differs between pictures arrive at the last layer? Then look at the "
            "gradient, and after some steps at what has moved, and how far.",
            "Where all is sound before the first step and nothing has moved after ten, compare the "
            "gradients of both moments: there may be none, the usual one, or one that piles up. "
            "Nothing at all, and next to nothing, are not the same. And what do weights look like "
            "that shrink?",
        ),
        reasoning=(
            "All five stay at the same loss, so the loss cannot tell why. Each fault shows at one "
            "place on the way of a step: in the batch, in the signal on its way up, in the "
            "gradient on its way down, or in what moves. Whoever measures there finds it in "
            "minutes, and tries no rates."
        ),
    )
)
