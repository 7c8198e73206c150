"""The recordings: trainings that take longer than a cell may take."""

from lessonlib.runs.recording import Recording
from lessonlib.runs.recordings_1998 import RECORDINGS_1998
from lessonlib.training.recipes import CROSS_ENTROPY_LONG, DISCRIMINATIVE_LONG

_UNEMBEDDED = (
    "on the digits of MNIST without the 10,000 embedded digits and without the writers of the "
    "embedded test digits."
)

RECORDINGS = {
    recording.name: recording
    for recording in (
        Recording(
            name="classic-mnist",
            about="The network that popular articles call LeNet-5, on the 60,000 digits of MNIST.",
            network="LeNetClassic",
            recipe=CROSS_ENTROPY_LONG,
            seeds=(0, 1, 2),
        ),
        Recording(
            name="modern-mnist",
            about="LeNet-5's plan with the parts of today, on the 60,000 digits of MNIST.",
            network="LeNetModern",
            recipe=CROSS_ENTROPY_LONG,
            seeds=(0, 1, 2),
        ),
        Recording(
            name="lenet5-unembedded",
            about=f"LeNet-5 as printed, {_UNEMBEDDED}",
            network="LeNet5",
            view="unembedded",
            recipe=DISCRIMINATIVE_LONG,
            seeds=(0,),
            measurements=("embedded_test_error", "embedded_train_error"),
            keep_weights=True,
        ),
        Recording(
            name="modern-unembedded",
            about=f"LeNet-5's plan with the parts of today, {_UNEMBEDDED}",
            network="LeNetModern",
            view="unembedded",
            recipe=CROSS_ENTROPY_LONG,
            seeds=(0,),
            measurements=("embedded_test_error", "embedded_train_error"),
            keep_weights=True,
        ),
        *RECORDINGS_1998,
    )
}
"""All recordings by name; `lessonlib record NAME` makes one."""
