"""Recipes, the loop that follows them, losses and evaluation."""

from lessonlib.training.checkpoint import CheckpointError
from lessonlib.training.evaluate import Evaluation, evaluate
from lessonlib.training.history import History
from lessonlib.training.loop import fit, train_step
from lessonlib.training.losses import LOSSES, cross_entropy, discriminative, mse
from lessonlib.training.recipe import Recipe

__all__ = [
    "LOSSES",
    "CheckpointError",
    "Evaluation",
    "History",
    "Recipe",
    "cross_entropy",
    "discriminative",
    "evaluate",
    "fit",
    "mse",
    "train_step",
]
