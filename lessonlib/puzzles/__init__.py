"""What the exercises let a learner look at: boxes with planted faults, and a network of their own.

Both kinds follow a number that the learner chooses, and both answer with pictures: what is asked
must be seen, and cannot be computed by a program that has not looked.
"""

from lessonlib.puzzles.lenet5_boxes import LENET5_FAULTS, lenet5_boxes
from lessonlib.puzzles.lineup import LineUp
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.window_boxes import WINDOW_FAULTS, window_boxes

__all__ = [
    "LENET5_FAULTS",
    "WINDOW_FAULTS",
    "LineUp",
    "Seen",
    "lenet5_boxes",
    "window_boxes",
]
