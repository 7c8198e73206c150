"""The course's picture: a test digit on its way through the trained LeNet-5.

The landing page shows it (`_build/drawings/lenet5.svg`, on phones `lenet5_narrow.svg`), and so
does the README (`book/_static/networks.svg`).
"""

from matplotlib.figure import Figure

DIGIT = 1  # of the embedded test digits: a 3
NETWORK = "lenet5-unembedded"  # a run that keeps its weights


def course_picture(wide: bool) -> Figure:
    """The network with the maps that it computes from the digit, in one or two rows."""
    from lessonlib import runs
    from lessonlib.data import load
    from lessonlib.models import layer_table
    from lessonlib.viz import plot_network, trace

    network = runs.network(NETWORK)
    states = trace(network, load("digits", train=False).images[DIGIT])
    return plot_network(layer_table(network), maps=states, wide=wide)
