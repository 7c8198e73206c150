"""Interactives: one ES module each, for notebooks (by anywidget) and for the book's pages.

`Controls` shows plain sliders and `DigitUpload` a button, which a page without a kernel has as a
picture only.
"""

from lessonlib.widgets.activation import ActivationExplorer, derivatives
from lessonlib.widgets.controls import Controls
from lessonlib.widgets.convolution import KERNELS, ConvolutionExplorer
from lessonlib.widgets.table import TableExplorer
from lessonlib.widgets.tower import TowerExplorer
from lessonlib.widgets.upload import DigitUpload, example_photograph, uploaded

__all__ = [
    "KERNELS",
    "ActivationExplorer",
    "Controls",
    "ConvolutionExplorer",
    "DigitUpload",
    "TableExplorer",
    "TowerExplorer",
    "derivatives",
    "example_photograph",
    "uploaded",
]
