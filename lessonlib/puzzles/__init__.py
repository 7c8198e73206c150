"""What the exercises let a learner look at: boxes with planted faults, and a network of their own.

Both kinds follow a number that the learner chooses, and both answer with pictures: what is asked
must be seen, and cannot be computed by a program that has not looked.
"""

from lessonlib.puzzles.activation_boxes import ACTIVATION_FAULTS, activation_boxes
from lessonlib.puzzles.digit_boxes import DIGIT_FAULTS, digit_boxes
from lessonlib.puzzles.lenet5_boxes import LENET5_FAULTS, lenet5_boxes
from lessonlib.puzzles.lineup import LineUp
from lessonlib.puzzles.loop_boxes import LOOP_FAULTS, loop_boxes
from lessonlib.puzzles.output_boxes import OUTPUT_FAULTS, output_boxes
from lessonlib.puzzles.own_alphabet import YourAlphabet, trained_alphabet
from lessonlib.puzzles.own_classifier import YourClassifier, trained_classifier
from lessonlib.puzzles.own_lenet5 import YourLeNet5, trained_lenet5
from lessonlib.puzzles.own_maps import YourMaps
from lessonlib.puzzles.own_rectifiers import YourRectifiers, trained_rectifiers
from lessonlib.puzzles.own_runs import YourRuns, trained_runs
from lessonlib.puzzles.own_start import your_start
from lessonlib.puzzles.own_table import YourTable, trained_table
from lessonlib.puzzles.own_windows import YourWindows, trained_windows
from lessonlib.puzzles.schedule_boxes import SCHEDULE_FAULTS, schedule_boxes
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.step_boxes import STEP_FAULTS, step_boxes
from lessonlib.puzzles.stuck_program import stuck_loop, train_stuck
from lessonlib.puzzles.table_boxes import TABLE_FAULTS, table_boxes
from lessonlib.puzzles.tower_boxes import TOWER_FAULTS, tower_boxes
from lessonlib.puzzles.window_boxes import WINDOW_FAULTS, window_boxes

__all__ = [
    "ACTIVATION_FAULTS",
    "DIGIT_FAULTS",
    "LENET5_FAULTS",
    "LOOP_FAULTS",
    "OUTPUT_FAULTS",
    "SCHEDULE_FAULTS",
    "STEP_FAULTS",
    "TABLE_FAULTS",
    "TOWER_FAULTS",
    "WINDOW_FAULTS",
    "LineUp",
    "Seen",
    "activation_boxes",
    "digit_boxes",
    "lenet5_boxes",
    "loop_boxes",
    "output_boxes",
    "schedule_boxes",
    "step_boxes",
    "stuck_loop",
    "table_boxes",
    "tower_boxes",
    "train_stuck",
    "window_boxes",
    "your_alphabet",
    "your_classifier",
    "your_lenet5",
    "your_maps",
    "your_rectifiers",
    "your_runs",
    "your_start",
    "your_table",
    "your_windows",
]


def your_classifier(number: int) -> YourClassifier:
    """Train the learner's linear classifier, in less than a second.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    return YourClassifier(trained_classifier(number))


def your_windows(number: int) -> YourWindows:
    """Train the learner's six windows, in about a second.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    return YourWindows(trained_windows(number))


def your_lenet5(number: int) -> YourLeNet5:
    """Train the learner's LeNet-5, in about five seconds.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    return YourLeNet5(trained_lenet5(number))


def your_maps(number: int) -> YourMaps:
    """Train the learner's LeNet-5, the same as `your_lenet5`, in about five seconds.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    return YourMaps(trained_lenet5(number))


def your_alphabet(number: int) -> YourAlphabet:
    """Train the learner's LeNet-5 with a hidden alphabet of codes, in about five seconds.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    return YourAlphabet(trained_alphabet(number))


def your_runs(number: int) -> YourRuns:
    """Train the learner's six short runs, in about eight seconds.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    return YourRuns(number, trained_runs(number))


def your_table(number: int) -> YourTable:
    """Train the learner's network with a hidden table, in about three seconds.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    return YourTable(trained_table(number))


def your_rectifiers(number: int) -> YourRectifiers:
    """Train the learner's four layers of rectifiers, in about two seconds.

    Raises:
        ValueError: not a whole number from 0 on.
    """
    return YourRectifiers(trained_rectifiers(number))
