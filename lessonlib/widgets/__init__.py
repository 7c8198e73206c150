"""Interactives: one ES module each, for notebooks (by anywidget) and for the book's pages."""

from lessonlib.widgets.convolution import KERNELS, ConvolutionExplorer
from lessonlib.widgets.table import TableExplorer

__all__ = ["KERNELS", "ConvolutionExplorer", "TableExplorer"]
