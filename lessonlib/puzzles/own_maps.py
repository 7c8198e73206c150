"""A LeNet-5 of the learner's own without one of the maps of C1, for chapter 8."""

from lessonlib.puzzles.own_lenet5 import trained_lenet5
from lessonlib.puzzles.your_network import NetworkWithMaps

__all__ = ["MAPS", "YourMaps", "trained_lenet5"]

MAPS = 6


class YourMaps(NetworkWithMaps):
    """LeNet-5, trained for some seconds: which of the six maps of C1 does it miss most?"""

    __slots__ = ()

    removable = "c1"
