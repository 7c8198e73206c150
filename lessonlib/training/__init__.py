"""Recipes, the training loops that follow them, losses and evaluation."""

from lessonlib.training.calibration import Reliability, reliability
from lessonlib.training.checkpoint import CheckpointError
from lessonlib.training.diagnose import Diagnosis, LayerDiagnosis, diagnose
from lessonlib.training.evaluate import Evaluation, evaluate
from lessonlib.training.history import History
from lessonlib.training.loop import fit, train_step
from lessonlib.training.losses import (
    LOSSES,
    cross_entropy,
    discriminative,
    mse,
    scaled_discriminative,
    targets,
)
from lessonlib.training.recipe import AnyRecipe, Recipe
from lessonlib.training.recipes import LECUN1998, LUSH2002, RECIPES
from lessonlib.training.rejection import (
    RejectionCurve,
    accepted_share,
    rejection_curve,
    rejection_threshold,
)
from lessonlib.training.sdlm import SDLMRecipe, sdlm_fit
from lessonlib.training.seeds import new_network
from lessonlib.training.weights import load_weights

__all__ = [
    "LECUN1998",
    "LOSSES",
    "LUSH2002",
    "RECIPES",
    "AnyRecipe",
    "CheckpointError",
    "Diagnosis",
    "Evaluation",
    "History",
    "LayerDiagnosis",
    "Recipe",
    "RejectionCurve",
    "Reliability",
    "SDLMRecipe",
    "accepted_share",
    "cross_entropy",
    "diagnose",
    "discriminative",
    "evaluate",
    "fit",
    "load_weights",
    "mse",
    "new_network",
    "rejection_curve",
    "rejection_threshold",
    "reliability",
    "scaled_discriminative",
    "sdlm_fit",
    "targets",
    "train_step",
]
