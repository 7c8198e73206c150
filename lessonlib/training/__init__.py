"""Recipes, the training loops that follow them, losses and evaluation."""

from lessonlib.training.blocking import Block, find_block
from lessonlib.training.calibration import Reliability, reliability
from lessonlib.training.checkpoint import CheckpointError
from lessonlib.training.diagnose import diagnose
from lessonlib.training.evaluate import Evaluation, evaluate
from lessonlib.training.hardware import Hardware
from lessonlib.training.history import History
from lessonlib.training.layer_diagnosis import Diagnosis, LayerDiagnosis
from lessonlib.training.leaving import Leaving, train_until_left
from lessonlib.training.loop import fit
from lessonlib.training.losses import (
    LOSSES,
    cross_entropy,
    discriminative,
    mse,
    scaled_discriminative,
    targets,
)
from lessonlib.training.memory import Memory
from lessonlib.training.out_of_memory import OutOfMemoryError
from lessonlib.training.predict import predict_memory
from lessonlib.training.recipe import AnyRecipe, Recipe
from lessonlib.training.recipes import (
    ALEXNET_2012,
    ALEXNET_SMALL_PLAIN,
    LECUN1998,
    LUSH2002,
    RECIPES,
    ZIP1989,
)
from lessonlib.training.rejection import (
    RejectionCurve,
    accepted_share,
    rejection_curve,
    rejection_threshold,
)
from lessonlib.training.rescaling import rescale, rescale_all
from lessonlib.training.rivals import (
    edge_features,
    linear_classifier,
    nearest_neighbour,
    oriented_edges,
)
from lessonlib.training.sdlm import SDLMRecipe, sdlm_fit
from lessonlib.training.seeds import new_network
from lessonlib.training.sgd_2012 import SGD2012
from lessonlib.training.step import train_step
from lessonlib.training.weights import load_weights

__all__ = [
    "ALEXNET_2012",
    "ALEXNET_SMALL_PLAIN",
    "LECUN1998",
    "LOSSES",
    "LUSH2002",
    "RECIPES",
    "SGD2012",
    "ZIP1989",
    "AnyRecipe",
    "Block",
    "CheckpointError",
    "Diagnosis",
    "Evaluation",
    "Hardware",
    "History",
    "LayerDiagnosis",
    "Leaving",
    "Memory",
    "OutOfMemoryError",
    "Recipe",
    "RejectionCurve",
    "Reliability",
    "SDLMRecipe",
    "accepted_share",
    "cross_entropy",
    "diagnose",
    "discriminative",
    "edge_features",
    "evaluate",
    "find_block",
    "fit",
    "linear_classifier",
    "load_weights",
    "mse",
    "nearest_neighbour",
    "new_network",
    "oriented_edges",
    "predict_memory",
    "rejection_curve",
    "rejection_threshold",
    "reliability",
    "rescale",
    "rescale_all",
    "scaled_discriminative",
    "sdlm_fit",
    "targets",
    "train_step",
    "train_until_left",
]
