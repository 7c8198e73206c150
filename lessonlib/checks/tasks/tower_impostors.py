"""Catch the impostor in chapter 10: six small networks of two towers."""

from lessonlib.checks.task import register
from lessonlib.checks.tasks.impostors import lineup_task
from lessonlib.puzzles.tower_boxes import TOWER_FAULTS, dealt_towers

register(
    lineup_task(
        "10.impostors",
        TOWER_FAULTS,
        dealt_towers,
        "Which layer is the first in which a box differs from the others? Follow one picture from "
        "conv1 upwards.",
        hints=(
            "Show one picture layer by layer. In which layer does a box differ from the others for "
            "the first time? What is above it differs as a consequence.",
            "A picture of which only one corner is bright tells where windows lie. One that is "
            "bright all over lets every map react, and with `at=` you can compare numbers.",
            "Look at the size of conv1's maps, at the sign of what leaves norm1, at the maps next "
            "to the border of the towers, at what pool1 makes of one bright place, and with "
            "`only=` at which maps of conv2 and conv3 still change. What most boxes agree on is "
            "right, since each fault is in one box at most.",
        ),
        reasoning=(
            "A fault shows first in the layer that has it. Windows show in the size and the corner "
            "of conv1's maps, the order of the layers in the signs, the towers in the maps beside "
            "their border and, with one tower switched off, in the maps that still react."
        ),
    )
)
