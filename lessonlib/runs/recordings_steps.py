"""From 1998 to today in seven steps, one change each.

The first step is from the run `lecun1998`: the same network, start and loss, but momentum in
batches of 32 in place of one pattern at a time with a step for each weight. Later steps each
replace one part. All seven have the same batches, rate, schedule and number of passes
(`STEP_CODES`, `STEP_SOFTMAX`), so what a step buys is bought by its part alone; a part might gain
more with a recipe of its own. After the seventh step the network computes what `LeNetModern`
computes.
"""

from lessonlib.models.ablations import (
    FULL_TABLE,
    Ablation,
    LinearOutput,
    NormAndDropout,
    OtherActivation,
    OtherPooling,
    OtherStart,
    OtherTable,
)
from lessonlib.runs.recording import Recording
from lessonlib.training.recipe import Recipe
from lessonlib.training.recipes import LECUN1998, STEP_CODES, STEP_SOFTMAX

START_OF_1998 = OtherStart(LECUN1998.spread, LECUN1998.biases, LECUN1998.coefficient)
"""As `LECUN1998` draws first weights."""
START_OF_TODAY = OtherStart("he", biases="zero", coefficient=0.25)
"""He et al. 2015: Gaussian with deviation sqrt(2/F), biases 0. Subsampling starts as an average.

With coefficients of 0.5, rectifiers and codes together did not train: sums of four values that are
all positive grow from layer to layer, and then the rectifiers of F6 die.
"""

RECTIFIER = OtherActivation("ReLU")
MAX_POOLING = OtherPooling("MaxPool2d")
FULL_C3 = OtherTable(FULL_TABLE)
SOFTMAX = LinearOutput()
NORM_DROPOUT = NormAndDropout(dropout=0.5)


def _step(name: str, about: str, recipe: Recipe, *ablations: Ablation) -> Recording:
    return Recording(
        name=f"steps-{name}",
        about=f"From 1998 to today, step {name[0]}: {about}.",
        network="LeNet5",
        ablations=ablations,
        recipe=recipe,
        seeds=(0, 1, 2, 3, 4),
        measurements=("train_error",),
    )


_PARTS = (RECTIFIER, MAX_POOLING, FULL_C3, SOFTMAX, NORM_DROPOUT)

RECORDINGS_STEPS = (
    _step(
        "1-momentum",
        "momentum in batches of 32, in place of one pattern at a time by stochastic diagonal "
        "Levenberg-Marquardt",
        STEP_CODES,
        START_OF_1998,
    ),
    _step(
        "2-start",
        "first weights by He et al. 2015, in place of those within 2.4/F",
        STEP_CODES,
        START_OF_TODAY,
    ),
    _step(
        "3-rectifier",
        "rectifiers, in place of the scaled tanh",
        STEP_CODES,
        *_PARTS[:1],
        START_OF_TODAY,
    ),
    _step(
        "4-max-pooling",
        "the largest of four, in place of trained subsampling",
        STEP_CODES,
        *_PARTS[:2],
        START_OF_TODAY,
    ),
    _step(
        "5-full-table",
        "each map of C3 reads all six of S2, in place of table I",
        STEP_CODES,
        *_PARTS[:3],
        START_OF_TODAY,
    ),
    _step(
        "6-softmax",
        "ten weighted sums and softmax, in place of distances to codes and Eq. 9",
        STEP_SOFTMAX,
        *_PARTS[:4],
        START_OF_TODAY,
    ),
    _step(
        "7-norm-dropout",
        "batch normalisation after each convolution, and dropout of one half before the output",
        STEP_SOFTMAX,
        *_PARTS,
        START_OF_TODAY,
    ),
)
"""Seven steps from 1998 to today; each has all that the one before it has."""
