"""The recipes of the course, by name.

`lessonlib train` follows the short ones, which take minutes on a laptop with the embedded digits.
The long ones are those of the recorded runs, on the full MNIST.
"""

from dataclasses import replace

from lessonlib.data.affine import Affine
from lessonlib.data.colours import ColourPCA
from lessonlib.data.crops import Flip, RandomCrop, Resize
from lessonlib.training.recipe import AnyRecipe, Recipe
from lessonlib.training.sdlm.readings import LECUN1998
from lessonlib.training.sdlm.recipe import SDLMRecipe

CROSS_ENTROPY_SHORT = Recipe(epochs=4, lr=0.02, batch_size=32, schedule="cosine")
CROSS_ENTROPY_LONG = Recipe(epochs=12, lr=0.02, batch_size=32, schedule="cosine")

# LeNet-5 gives penalties of up to hundreds, so its rate is a tenth. Eq. 9 of LeCun et al. 1998.
DISCRIMINATIVE_SHORT = Recipe(
    epochs=6, lr=0.002, batch_size=32, schedule="cosine", loss="discriminative"
)
DISCRIMINATIVE_LONG = Recipe(
    epochs=20, lr=0.002, batch_size=32, schedule="cosine", loss="discriminative"
)

# For networks whose scores are squashed outputs, with targets of +1 and -1.
TARGETS_SHORT = Recipe(epochs=6, lr=0.01, batch_size=32, schedule="cosine", loss="targets")

# Today's recipe: usual parts at usual values. Of the recipes tried on LeNetModern, each with one
# seed, all left 0.56 to 0.76 % of 5,000 held-out training digits wrong: at this size such
# differences are chance, so none was preferred for its number. With Affine, after 15 epochs,
# it was 0.46 %.
TODAY = Recipe(epochs=12, lr=0.05, batch_size=64, weight_decay=5e-4, schedule="cosine")
TODAY_SHORT = replace(TODAY, epochs=10)
TODAY_AUGMENTED = replace(
    TODAY, epochs=20, augment=(Affine(shift=2, scale=0.1, squeeze=0.1, shear=0.2, degrees=10),)
)

# From 1998 to today in seven steps: the same batches, rate and schedule for all of them, so that
# each step changes one part. Eq. 9 has the scale of LECUN1998 while there are codes. Of the rates
# 0.005, 0.01 and 0.02, tried with three short epochs of 10,000 training digits, the largest was
# best for scaled tanh and for rectifiers, and at it each of the seven networks trains.
STEP_CODES = Recipe(
    epochs=10, lr=0.02, batch_size=32, schedule="cosine", loss="scaled_discriminative"
)
STEP_SOFTMAX = replace(STEP_CODES, loss="cross_entropy")

# For the small networks that learners build in the exercises: each trains in some seconds.
YOUR_CLASSIFIER = Recipe(epochs=15, lr=0.125, batch_size=50, momentum=0.0, weight_decay=0.01)
YOUR_WINDOWS = Recipe(epochs=4, lr=0.004, batch_size=32, optimizer="adam", schedule="cosine")
YOUR_LENET5 = Recipe(epochs=5, lr=0.0012, batch_size=16, schedule="cosine", loss="discriminative")
YOUR_RECTIFIERS = Recipe(epochs=8, lr=0.03, batch_size=32, schedule="cosine")

# AlexNet as it was trained: Krizhevsky et al. 2012, sec. 4.1 and 5. Its rate was cut by hand, three
# times; how long to wait for that (`patience`) is ours. About 1.2 million pictures of 256x256.
ALEXNET_2012 = Recipe(
    epochs=90,
    lr=0.01,
    batch_size=128,
    optimizer="sgd_2012",
    momentum=0.9,
    weight_decay=5e-4,
    schedule="plateau",
    augment=(RandomCrop(224), Flip(), ColourPCA()),
)

# AlexNet on ten classes of Tiny ImageNet, whose 64x64 pixels are enlarged. First as it was trained,
# without the changes of colour: batches of 64, which are ours, give an epoch of 5,000 pictures 79
# steps, where 128 would give 40. Then the same but for the optimiser and its rate.
ALEXNET_TEN_AS_PRINTED = replace(
    ALEXNET_2012,
    epochs=3,
    batch_size=64,
    schedule="constant",
    augment=(Resize(256), RandomCrop(224), Flip()),
)
ALEXNET_TEN_ADAM = replace(
    ALEXNET_TEN_AS_PRINTED, epochs=6, lr=1e-4, optimizer="adam", weight_decay=0.0
)

# AlexNet learns eight pictures by heart, all of them in each step: it takes 45 to 55 steps, and up
# to 45 seconds on one core. As printed, the first steps move some weights further than they are
# from 0, and the loss leaps about where guessing is. Adam moves each by at most about its rate. Of
# other rates, 5e-5 needs more steps, 2e-4 and 3e-4 need as many; a cosine's fall stops too early.
ALEXNET_EIGHT = Recipe(epochs=55, lr=1e-4, batch_size=8, optimizer="adam", augment=(Resize(224),))

# AlexNetSmall on Tiny ImageNet: usual parts at usual values, as ours; no other was tried.
ALEXNET_SMALL = Recipe(
    epochs=30,
    lr=1e-3,
    batch_size=64,
    optimizer="adamw",
    weight_decay=0.01,
    schedule="cosine",
    augment=(RandomCrop(56), Flip()),
)

# The one recipe of the ablations on 20 classes of Tiny ImageNet: six passes, so that the network is
# far from having learned all it can. The rate rises first and then falls: in trials with a cosine,
# which begins at its highest, one of three seeds hardly left where guessing is.
ALEXNET_SMALL_SGD = Recipe(
    epochs=6,
    lr=0.01,
    batch_size=64,
    weight_decay=5e-4,
    schedule="one_cycle",
    augment=(RandomCrop(56), Flip()),
)

# AlexNetSmall by the plainest rule there is: no momentum, no decay, one rate. It is what leaves the
# plateau at ln K reliably with He's start, which the network has; `scripts/map_plateau.py` counts.
ALEXNET_SMALL_PLAIN = Recipe(
    epochs=30, lr=0.01, batch_size=64, momentum=0.0, augment=(RandomCrop(56), Flip())
)

# The code of two of its authors, 2002, as it was run on the 60,000 digits in 2019 (Yadav and
# Bottou): three times ten passes, each ten with steps of its own.
LUSH2002 = SDLMRecipe(
    eta_by_pass=(1e-4,) * 10 + (1e-5,) * 10 + (1e-6,) * 10,
    loss="targets",
    spread="1/sqrt(F)",
    coefficient=0.5,
    curvature_samples=1_000,
    curvature_from="next",
    curvature_before=(1, 11, 21),
    order="as stored",
)

# The demonstration that came with that code: LUSH2002 on 2,000 digits.
LUSH_DEMONSTRATION = replace(
    LUSH2002, eta_by_pass=(1e-4,) * 5, curvature_samples=100, curvature_before=(1,)
)

# The zip-code digits (LeCun et al. 1989). As the paper tells: 23 passes, one pattern per update,
# in the same order in each pass, first weights within 2.4/F, squared errors, and steps by a
# diagonal estimate of the curvature, whose details it leaves to others. Ours: those are the
# details of 1998 (a step is eta / (mu + h), h from 500 patterns before each pass), eta and mu,
# which stay the same, targets of +1 and -1, and biases that start like weights. Eta and mu were
# chosen on 1,291 training digits that were held out (view `held_out`): of 1e-4, 2.5e-4 and 5e-4
# with mu = 0.02, and 1e-3 with mu = 0.1, two seeds each, the last left the fewest wrong, by some
# digits, which may be chance. Where eta / mu is 0.05 or more, training diverges.
ZIP1989 = SDLMRecipe(eta_by_pass=(1e-3,) * 23, mu=0.1, loss="targets", biases="like weights")

RECIPES: dict[str, AnyRecipe] = {
    "LECUN1998": LECUN1998,
    "ZIP1989": ZIP1989,
    "ALEXNET_2012": ALEXNET_2012,
    "ALEXNET_TEN_AS_PRINTED": ALEXNET_TEN_AS_PRINTED,
    "ALEXNET_TEN_ADAM": ALEXNET_TEN_ADAM,
    "ALEXNET_EIGHT": ALEXNET_EIGHT,
    "ALEXNET_SMALL": ALEXNET_SMALL,
    "ALEXNET_SMALL_SGD": ALEXNET_SMALL_SGD,
    "ALEXNET_SMALL_PLAIN": ALEXNET_SMALL_PLAIN,
    "LUSH2002": LUSH2002,
    "LUSH_DEMONSTRATION": LUSH_DEMONSTRATION,
    "CROSS_ENTROPY_SHORT": CROSS_ENTROPY_SHORT,
    "CROSS_ENTROPY_LONG": CROSS_ENTROPY_LONG,
    "DISCRIMINATIVE_SHORT": DISCRIMINATIVE_SHORT,
    "DISCRIMINATIVE_LONG": DISCRIMINATIVE_LONG,
    "TARGETS_SHORT": TARGETS_SHORT,
    "TODAY": TODAY,
    "TODAY_SHORT": TODAY_SHORT,
    "TODAY_AUGMENTED": TODAY_AUGMENTED,
    "STEP_CODES": STEP_CODES,
    "STEP_SOFTMAX": STEP_SOFTMAX,
    "YOUR_CLASSIFIER": YOUR_CLASSIFIER,
    "YOUR_WINDOWS": YOUR_WINDOWS,
    "YOUR_LENET5": YOUR_LENET5,
    "YOUR_RECTIFIERS": YOUR_RECTIFIERS,
}
"""Every recipe of the course, by the name of its constant."""
