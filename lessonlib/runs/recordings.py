"""The recordings: trainings that take longer than a cell may take."""

from lessonlib.models.ablations import LinearOutput, OtherStart
from lessonlib.runs.recording import Recording
from lessonlib.runs.recordings_1989 import RECORDINGS_1989
from lessonlib.runs.recordings_1998 import RECORDINGS_1998
from lessonlib.runs.recordings_2012 import RECORDINGS_2012
from lessonlib.runs.recordings_ablations import RECORDINGS_ABLATIONS
from lessonlib.runs.recordings_choices import RECORDINGS_CHOICES
from lessonlib.runs.recordings_eight_cells import RECORDINGS_EIGHT_CELLS
from lessonlib.runs.recordings_inside import RECORDINGS_INSIDE
from lessonlib.runs.recordings_steps import RECORDINGS_STEPS
from lessonlib.runs.recordings_today import RECORDINGS_TODAY
from lessonlib.training.recipe import Recipe
from lessonlib.training.recipes import (
    CROSS_ENTROPY_LONG,
    DISCRIMINATIVE_LONG,
    STEP_SOFTMAX,
    TODAY,
)


def _unembedded(name: str, what: str, network: str, recipe: Recipe, **other: object) -> Recording:
    """A network that chapters evaluate live: its weights are kept, and it knows no such digit."""
    return Recording(
        name=name,
        about=f"{what}, on the digits of MNIST without the 10,000 embedded digits and without the "
        f"writers of the embedded test digits.",
        network=network,
        view="unembedded",
        recipe=recipe,
        seeds=(0,),
        measurements=("embedded_test_error", "embedded_train_error"),
        keep_weights=True,
        **other,
    )


UNEMBEDDED = (
    _unembedded("lenet5-unembedded", "LeNet-5 as printed", "LeNet5", DISCRIMINATIVE_LONG),
    _unembedded(
        "modern-unembedded",
        "LeNet-5's plan with the parts of today",
        "LeNetModern",
        CROSS_ENTROPY_LONG,
    ),
    _unembedded(
        "classic-unembedded",
        "The network that popular articles call LeNet-5",
        "LeNetClassic",
        TODAY,
    ),
    _unembedded(
        "softmax-unembedded",
        "LeNet-5 as printed up to F6, with ten weighted sums in place of the codes",
        "LeNet5",
        STEP_SOFTMAX,
        ablations=(LinearOutput(), OtherStart("2.4/F", coefficient=0.5)),  # drawn ones learn late
    ),
)
"""Networks that have seen no embedded digit."""

RECORDINGS: dict[str, Recording] = {
    recording.name: recording
    for recording in (
        *RECORDINGS_TODAY,
        *UNEMBEDDED,
        *RECORDINGS_1989,
        *RECORDINGS_1998,
        *RECORDINGS_STEPS,
        *RECORDINGS_CHOICES,
        *RECORDINGS_2012,
        *RECORDINGS_INSIDE,
        *RECORDINGS_ABLATIONS,
        *RECORDINGS_EIGHT_CELLS,
    )
}
"""All recordings by name; `lessonlib record NAME` makes one."""
