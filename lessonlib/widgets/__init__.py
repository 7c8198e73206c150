"""Interactives: one ES module each, for notebooks (by anywidget) and for the book's pages."""

from lessonlib.widgets.activation import ActivationExplorer, derivatives
from lessonlib.widgets.convolution import KERNELS, ConvolutionExplorer

__all__ = ["KERNELS", "ActivationExplorer", "ConvolutionExplorer", "derivatives"]
