"""Stochastic diagonal Levenberg-Marquardt: the algorithm that LeNet-5 was trained with in 1998."""

from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.curvature import curvature
from lessonlib.training.sdlm.fit import sdlm_fit
from lessonlib.training.sdlm.readings import LECUN1998, READINGS
from lessonlib.training.sdlm.recipe import SDLMRecipe

__all__ = ["LECUN1998", "READINGS", "Chain", "SDLMRecipe", "curvature", "sdlm_fit"]
