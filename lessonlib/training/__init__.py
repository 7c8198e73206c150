"""Recipes, the training loop that follows them, losses and evaluation."""

from lessonlib.training.checkpoint import CheckpointError
from lessonlib.training.evaluate import Evaluation, evaluate
from lessonlib.training.history import History
from lessonlib.training.loop import fit, train_step
from lessonlib.training.losses import LOSSES, cross_entropy, discriminative, mse, targets
from lessonlib.training.recipe import Recipe
from lessonlib.training.recipes import RECIPES
from lessonlib.training.seeds import new_network
from lessonlib.training.weights import load_weights

__all__ = [
    "LOSSES",
    "RECIPES",
    "CheckpointError",
    "Evaluation",
    "History",
    "Recipe",
    "cross_entropy",
    "discriminative",
    "evaluate",
    "fit",
    "load_weights",
    "mse",
    "new_network",
    "targets",
    "train_step",
]
