"""The recordings of the chapter that looks inside LeNet-5."""

from lessonlib.data.known_hands import VIEWS
from lessonlib.runs.recording import Recording
from lessonlib.training.recipes import DISCRIMINATIVE_LONG

RECORDINGS_INSIDE = (
    *(
        Recording(
            name=f"hands-{half}",
            about=f"LeNet-5 as printed, on embedded digits by the {half} half of their writers; "
            f"tested on other digits by these, which are known hands, and by the other half.",
            network="LeNet5",
            data="digits",
            view=view,
            recipe=DISCRIMINATIVE_LONG,
            seeds=tuple(range(10)),
            measurements=("train_error", "known_hands_error", "unknown_hands_error"),
        )
        for half, view in VIEWS.items()
    ),
    Recording(
        name="lenet5-neighbours",
        about="LeNet-5 as printed, on the digits of `lenet5-unembedded`, each alone and with a "
        "neighbour on either side, to read rows.",
        network="LeNet5",
        view="neighbours",
        recipe=DISCRIMINATIVE_LONG,
        seeds=(0,),
        measurements=("embedded_test_error", "embedded_train_error"),
        keep_weights=True,
    ),
)
"""The same network for known and for unknown hands, and one that was trained for rows."""
