"""The recipes of the course, by name.

`lessonlib train` follows the short ones, which take minutes on a laptop with the embedded digits.
The long ones are those of the recorded runs, on the full MNIST.
"""

from lessonlib.training.recipe import Recipe

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

# For the small networks that learners build in the exercises: each trains in some seconds.
YOUR_CLASSIFIER = Recipe(epochs=15, lr=0.125, batch_size=50, momentum=0.0, weight_decay=0.01)
YOUR_WINDOWS = Recipe(epochs=4, lr=0.004, batch_size=32, optimizer="adam", schedule="cosine")
YOUR_LENET5 = Recipe(epochs=5, lr=0.0012, batch_size=16, schedule="cosine", loss="discriminative")

RECIPES: dict[str, Recipe] = {
    "CROSS_ENTROPY_SHORT": CROSS_ENTROPY_SHORT,
    "CROSS_ENTROPY_LONG": CROSS_ENTROPY_LONG,
    "DISCRIMINATIVE_SHORT": DISCRIMINATIVE_SHORT,
    "DISCRIMINATIVE_LONG": DISCRIMINATIVE_LONG,
    "TARGETS_SHORT": TARGETS_SHORT,
    "YOUR_CLASSIFIER": YOUR_CLASSIFIER,
    "YOUR_WINDOWS": YOUR_WINDOWS,
    "YOUR_LENET5": YOUR_LENET5,
}
"""Every recipe of the course, by the name of its constant."""
