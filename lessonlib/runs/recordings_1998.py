"""The recordings that follow the algorithm of 1998."""

from dataclasses import replace

from lessonlib.models.ablations import FULL_TABLE, OtherTable
from lessonlib.runs.random_tables import random_table
from lessonlib.runs.recording import Recording
from lessonlib.training.recipes import LECUN1998, LUSH2002, LUSH_DEMONSTRATION
from lessonlib.training.sdlm import READINGS, SDLMRecipe

FIVE = (0, 1, 2, 3, 4)
EMBEDDED = ("embedded_test_error", "embedded_train_error")
TABLES = {
    "table-full": (FULL_TABLE, "a full table in C3"),
    **{
        f"table-random-{number}": (random_table(number), f"random table {number} in C3")
        for number in range(5)
    },
}


def _sdlm(name: str, about: str, recipe: SDLMRecipe = LECUN1998, **other: object) -> Recording:
    usual = {"network": "LeNet5", "seeds": FIVE, "measurements": ("train_error",)}
    return Recording(name=name, about=about, trainer="sdlm_fit", recipe=recipe, **(usual | other))


def _readings() -> list[Recording]:
    """Each reading on both kinds of held-out digits, by which we chose, and on the test part."""
    recordings = []
    for name, recipe in READINGS.items():
        about = f"LeNet-5 by the algorithm of 1998, in the reading {name!r}"
        held_out = f"{about}, tested on 5,000 training digits that were held out."
        recordings.append(
            _sdlm(f"held-out-{name}", held_out, recipe, view="held_out", seeds=(100, 101, 102))
        )
        embedded = f"{about}, tested on the embedded digits, which it has not seen."
        recordings.append(
            _sdlm(
                f"embedded-{name}",
                embedded,
                recipe,
                view="unembedded",
                seeds=(100, 101, 102),
                measurements=EMBEDDED,
            )
        )
        if recipe != LECUN1998:
            recordings.append(_sdlm(f"lecun1998-{name}", f"{about}.", recipe))
    return recordings


RECORDINGS_1998 = (
    _sdlm(
        "lecun1998",
        "LeNet-5 as printed, by the algorithm of 1998 in our reading, on the 60,000 digits of "
        "MNIST.",
    ),
    _sdlm(
        "lenet5-sdlm-unembedded",
        "LeNet-5 as printed, by the algorithm of 1998 in our reading, without the embedded digits "
        "and without the writers of the embedded test digits.",
        view="unembedded",
        seeds=(0,),
        measurements=EMBEDDED,
        keep_weights=True,
    ),
    *_readings(),
    _sdlm(
        "lush2002",
        "LeNet-5 as two of its authors published it as code in 2002, trained by that code's rules.",
        LUSH2002,
        network="LeNet5Lush",
    ),
    _sdlm(
        "lush-demonstration",
        "The demonstration that came with the authors' code: 2,000 digits, five passes.",
        LUSH_DEMONSTRATION,
        network="LeNet5Lush",
        view="demonstration",
        seeds=tuple(range(10)),
    ),
    *(
        _sdlm(f"size-{10 * each}", f"LeNet-5 as in 1998, on {10 * each:,} digits.", subset=each)
        for each in (1_500, 3_000)
    ),
    _sdlm(
        "distortions",
        "LeNet-5 as in 1998, on 600,000 digits: MNIST's and nine distorted copies of each; each of "
        "20 passes takes 60,000.",
        replace(LECUN1998, patterns_per_pass=60_000),
        distorted=9,
    ),
    *(
        _sdlm(name, f"LeNet-5 as in 1998, but with {what}.", ablations=(OtherTable(table),))
        for name, (table, what) in TABLES.items()
    ),
)
"""Recordings that follow the algorithm of 1998, with the compiled engine."""
