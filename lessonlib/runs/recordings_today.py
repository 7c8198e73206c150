"""The recordings of networks that are trained with today's recipe."""

from lessonlib.runs.recording import Recording
from lessonlib.training.recipe import Recipe
from lessonlib.training.recipes import TODAY, TODAY_AUGMENTED

FIVE = (0, 1, 2, 3, 4)


def _today(name: str, about: str, network: str, recipe: Recipe = TODAY) -> Recording:
    return Recording(
        name=name,
        about=about,
        network=network,
        recipe=recipe,
        seeds=FIVE,
        measurements=("train_error",),
    )


RECORDINGS_TODAY = (
    _today(
        "classic-mnist",
        "The network that popular articles call LeNet-5, on the 60,000 digits of MNIST.",
        "LeNetClassic",
    ),
    _today(
        "modern-mnist",
        "LeNet-5's plan with the parts of today, on the 60,000 digits of MNIST.",
        "LeNetModern",
    ),
    _today(
        "modern-augmented",
        "LeNet-5's plan with the parts of today, on MNIST's digits, moved, sized, slanted and "
        "turned a little in another way in each epoch.",
        "LeNetModern",
        TODAY_AUGMENTED,
    ),
)
"""The networks that people use today, with today's recipe."""
