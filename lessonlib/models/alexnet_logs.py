"""What the logs of the released source say of its experiments (Krizhevsky et al. 2012).

The source of 2012 was released in 2025 by the Computer History Museum (repository
computerhistory/AlexNet-Source-Code). At the end of an experiment's configuration file stand the
errors that it reached. They are copied here once, for chapter 10 and the page on the source.
"""

from typing import NamedTuple


class Logged(NamedTuple):
    """Errors that an experiment reached, as fractions, and what it is.

    Attributes:
        top1: share of pictures whose first guess is wrong.
        top5: share of pictures whose class is not among the first five guesses.
        what: the experiment, in a few words.
    """

    top1: float
    top5: float
    what: str


LOGS_2012: dict[str, Logged] = {
    "120": Logged(0.410440, 0.187140, "32 + 32 maps in conv1, and a second path of low resolution"),
    "131": Logged(0.409340, 0.185740, "normalisation directly after conv1"),
    "135": Logged(0.410700, 0.184160, "k becomes 2"),
    "137": Logged(0.407820, 0.183440, "spatial normalisation in stage 2"),
    "145": Logged(0.406640, 0.182100, "48 + 48 maps in conv1, without the second path"),
    "147": Logged(0.410580, 0.185100, "145 with pooling that does not overlap"),
    "148": Logged(0.420340, 0.193620, "145 without any normalisation"),
    "150": Logged(0.418280, 0.193300, "145 with towers that never meet"),
    "167": Logged(0.404880, 0.181180, "145 without the response normalisation of stage 2"),
    "145, continued": Logged(0.402500, 0.179940, "145 with the rate raised again, 135 epochs"),
    "146-2012-2009": Logged(0.391000, 0.168760, "a sixth convolution, first trained on 2009"),
    "146-2012-2011": Logged(0.389900, 0.166220, "the same, on the release of autumn 2011"),
}
"""Experiments on ILSVRC-2012: errors on the validation pictures, averaged over ten views."""

LOGS_2010: dict[str, Logged] = {
    "145-2010": Logged(0.374727, 0.169987, "145 on the contest of 2010, ten views"),
    "145-2010, centre": Logged(0.390247, 0.182953, "the same, the centre of each picture only"),
}
"""Experiments on ILSVRC-2010: errors on the test pictures."""
